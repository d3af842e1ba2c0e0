import type { Observable, Subscriber } from 'rxjs';
import type { CoreChannel } from '../channel/channel.js';
import { withLease } from '../channel/lease.js';
import { featureOf, recordOf } from '../channel/port.js';
import type { ObjectsState } from './channel-objects.js';
import type { LiveMap, LiveValue } from './live-values.js';
import { objects } from './objects.js';
import { PathObject } from './path-object.js';

/**
 * RTO23: the root of a channel's objects; no I/O: subscribing attaches the channel, and so does a change. Ask for the modes
 * `object_subscribe` and `object_publish` by the option `modes` of the channel. `T` is your word for what is in the root.
 * Throws 40019 where the client has not the feature `objects`, and 40000 on what is no channel of a client with a connection.
 *
 * @example
 * ```ts
 * const root = objectsOf<{ votes: LiveMap<{ up: LiveCounter }>; title: string }>(channel);
 * root.at('votes.up').value$.subscribe((votes = 0) => show(votes));
 * await root.at('votes').increment('up');
 * ```
 */
export const objectsOf = <T extends object = Readonly<Record<string, LiveValue>>>(
  channel: CoreChannel,
): RootObject<T> => {
  const record = recordOf(channel);
  return new RootObject({ record, objects: featureOf(record, objects, 'objects').of(record) }, []);
};

/** RTO23d: the root of a channel's objects. */
export class RootObject<T extends object = Readonly<Record<string, LiveValue>>> extends PathObject<
  LiveMap<T>
> {
  /** RTO17: whether the objects are known: `initialized` before the channel is attached, then `syncing` and `synced`. */
  get state(): ObjectsState {
    return this.context.objects.state;
  }

  /**
   * RTO18: `state` at once, then each different one. A gap or a lost connection shows as `syncing`: the objects stand still until
   * they are known again. Subscribing is a lease; never errors, completes on `dispose()`.
   */
  get state$(): Observable<ObjectsState> {
    const { record, objects: known } = this.context;
    const join = (subscriber: Subscriber<ObjectsState>): void => {
      known.joinStates(subscriber);
    };
    return withLease(record, join, () => this.state);
  }
}
