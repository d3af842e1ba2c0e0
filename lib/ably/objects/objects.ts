import { distinctUntilChanged, EMPTY, interval, switchMap, tap } from 'rxjs';
import { lacksMode, missingMode } from '../channel/modes.js';
import type {
  ChannelFeature,
  ChannelRecord,
  ChannelTransition,
  ClientContext,
  Part,
  UnservedSubscriber,
} from '../channel/port.js';
import { sessionIn } from '../transport/reason.js';
import { Action } from '../wire/actions.js';
import type { ErrorInfo } from '../wire/error-info.js';
import { Flag, hasFlag } from '../wire/flags.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { ChannelObjects } from './channel-objects.js';

/**
 * RTL27: lets channels share objects, for `features` of either client; `objectsOf(channel)` gives them.
 *
 * @example
 * ```ts
 * const client = new RealtimeClient({ key, features: [objects] });
 * const channel = client.channel('poll', { modes: ['object_subscribe', 'object_publish'] });
 * objectsOf(channel).compact$.subscribe(render);
 * ```
 */
export const objects: Part<ObjectsFeature> = (client) => new ObjectsFeature(client);

/** RTO10a: milliseconds between two looks for what can be forgotten. */
const collectEvery = 300_000;
/** RTO10b3: milliseconds for which what was deleted is remembered. */
const defaultGrace = 86_400_000;

/** The objects of all channels of a client: what frames and a channel's steps mean to them. */
export class ObjectsFeature implements ChannelFeature {
  readonly actions = [Action.object, Action.objectSync];
  readonly #objects = new WeakMap<ChannelRecord, ChannelObjects>();
  readonly #client: ClientContext;

  constructor(client: ClientContext) {
    this.#client = client;
    client.run(
      client.state.pipe(
        distinctUntilChanged((one, other) => one.name === other.name),
        switchMap(({ name }) => (name === 'connected' ? interval(collectEvery, client.scheduler) : EMPTY)),
        tap(() => {
          this.#collect();
        }),
      ),
    );
  }

  /** The objects of a channel, made on first use: there are none where the server announced none with the last ATTACHED. */
  of(record: ChannelRecord): ChannelObjects {
    const found = this.#objects.get(record);
    if (found) return found;
    const { scheduler, log, report } = this.#client;
    const isEmpty = record.state.name === 'attached' && !hasFlag(record.flags, Flag.hasObjects);
    const context = {
      report,
      now: () => scheduler.now(),
      warn: (why: string) => {
        log('warn', { message: `An object message on channel "${record.name}" is ignored: ${why}.` });
      },
    };
    const made = new ChannelObjects(context);
    if (isEmpty) made.attached(false);
    this.#objects.set(record, made);
    this.#client.run(made.queue.run$);
    return made;
  }

  /** RTL1, RTO5, RTO8, RTL15b but for OBJECT_SYNC, whose serial is a cursor. */
  readonly frame = (record: ChannelRecord, frame: ProtocolMessage): void => {
    const { name } = record.state;
    if (name !== 'attached' && name !== 'detaching') return;
    if (frame.action === Action.object) record.advance(frame);
    this.of(record).receive(frame);
  };

  /** RTO4, RTO27: passes a channel's step on to its objects. */
  readonly changed = ({ machine: record, before, state, event }: ChannelTransition): void => {
    if (event.type === 'attached') {
      const hasObjects = hasFlag(event.frame.flags, Flag.hasObjects);
      if (state.name === 'attached' && (hasObjects || this.#objects.has(record)))
        this.of(record).attached(hasObjects);
      return;
    }
    const found = this.#objects.get(record);
    if (!found || before.name === state.name) return;
    if (state.name === 'attaching' || state.name === 'suspended') found.interrupted();
    else if (state.name === 'detached' || state.name === 'failed') found.cleared();
  };

  readonly isHeard = (record: ChannelRecord): boolean =>
    this.#objects.get(record)?.watchers.observed === true;

  /** RTO25a: subscribers are warned, and in strict mode those of changes fail. */
  readonly unserved = (record: ChannelRecord): UnservedSubscriber | undefined =>
    lacksMode(record, Flag.objectSubscribe) && this.isHeard(record)
      ? {
          error: missingMode(record, 'no objects come', 'object_subscribe', 40024),
          end: (error) => {
            this.end(record, error);
          },
        }
      : undefined;

  readonly end = (record: ChannelRecord, error?: ErrorInfo): void => {
    this.#objects.get(record)?.end(error);
  };

  readonly forget = (record: ChannelRecord): void => {
    this.#objects.get(record)?.cleared();
  };

  /** RTO10b: by the grace period that the server told last. */
  readonly #collect = (): void => {
    const { channels, state } = this.#client;
    const grace = sessionIn(state.value)?.details.objectsGCGracePeriod ?? defaultGrace;
    for (const name of channels.all.keys()) {
      const record = channels.find(name);
      if (record) this.#objects.get(record)?.collect(grace);
    }
  };
}
