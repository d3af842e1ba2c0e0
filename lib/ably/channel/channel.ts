import { defer, distinctUntilChanged, filter, map, merge, type Observable, of, take } from 'rxjs';
import { ErrorInfo } from '../wire/error-info.js';
import type { AnyEvents, AnyMessageOf, EventName, MessageOf } from '../wire/event-types.js';
import { type ChannelMode, modesOfFlags } from '../wire/flags.js';
import type { Message } from '../wire/message.js';
import type { ChannelStateChange, Discontinuity } from './changes.js';
import { ChannelFace, type ChannelRecord, recordOf } from './port.js';
import type { ChannelProperties } from './record.js';
import { type ChannelStateName, isWanted } from './state.js';
import { attachEnds, detachEnds, whenStateReached, withLease } from './lease.js';

/**
 * One channel of a client, with what every channel can do; further functions take it as an argument. Getting it does no
 * I/O: it attaches when somebody subscribes to its messages, and detaches `detachGrace` after the last one has left.
 *
 * `Events` are the payloads that are received, by event name: your word, unless the channel has `schemas` that check it.
 */
export class CoreChannel<
  Events extends object = AnyEvents,
  Outgoing extends object = Events,
> extends ChannelFace<Events, Outgoing, ChannelRecord> {
  #messages$: Observable<AnyMessageOf<Events>> | undefined = undefined;

  toJSON(): object {
    const { name, state } = this;
    return { name, state };
  }

  /** RTL2b: the current state. */
  get state(): ChannelStateName {
    return recordOf(this).state.name;
  }

  /** RTL24: why the channel is where it is, if something went wrong. */
  get errorReason(): ErrorInfo | undefined {
    return recordOf(this).state.error;
  }

  /** RTL4m: the modes that the server granted with the last ATTACHED. */
  get modes(): readonly ChannelMode[] {
    return modesOfFlags(recordOf(this).flags);
  }

  /** RTL4k1: the parameters that the server recognised with the last ATTACHED. */
  get params(): Readonly<Record<string, string>> {
    return recordOf(this).params ?? {};
  }

  /** RTL15: where the channel stands in its history. */
  get properties(): ChannelProperties {
    const { attachSerial, channelSerial } = recordOf(this);
    return { attachSerial, channelSerial };
  }

  /**
   * Every message, in order. Subscribing is a lease: the first one connects (unless `autoConnect` is false) and attaches,
   * the last one leaving starts `detachGrace`. Hot, replays nothing; goes on through reconnects, and what may have been
   * missed is told by `discontinuities$`. Errors with the ErrorInfo when the channel fails, so that `retry()` means
   * "attach again"; completes on `dispose()` and `releaseChannel()`. RxJS throws an error for which a subscriber has no
   * `error` handler, and a Node process ends by that: a wrong key is enough.
   */
  get messages$(): Observable<AnyMessageOf<Events>> {
    return (this.#messages$ ??= this.#messagesOf());
  }

  /** The messages of one name, of several, or all. Leases, errors and completion as with `messages$`. */
  messages<Name extends EventName<Events>>(
    names?: Name | readonly Name[],
  ): Observable<MessageOf<Events, Name>> {
    const messages$: Observable<unknown> =
      names == null
        ? this.messages$
        : typeof names === 'string'
          ? this.#messagesOf(names)
          : merge(...Array.from(new Set(names as readonly string[]), (name) => this.#messagesOf(name)));
    return messages$ as Observable<MessageOf<Events, Name>>; // the user's word, or a schema's
  }

  /** The current state at once, then each next one; distinct, never errors, completes on `dispose()`. */
  get state$(): Observable<ChannelStateName> {
    const now$ = defer(() => of(this.state)); // subscribed second, so that a change caused by a subscriber of the first value is not missed
    return merge(this.changes$.pipe(map(({ current }) => current)), now$).pipe(distinctUntilChanged());
  }

  /** RTL2a, RTL2g: each change of state, and each `update`. Hot, replays nothing; completes on `dispose()`. */
  get changes$(): Observable<ChannelStateChange> {
    return recordOf(this).host.changesOf(recordOf(this));
  }

  /**
   * RTL12, RTL2f: emits when messages may have been missed, before any message that comes after the gap. Hot, replays
   * nothing; completes on `dispose()`.
   */
  get discontinuities$(): Observable<Discontinuity> {
    return recordOf(this).host.gapsOf(recordOf(this));
  }

  /**
   * RTL4: holds a lease until `detach()`. Resolves once attached, which is at once where it is already; rejects with the
   * reason when the channel becomes detached, suspended or failed instead (RTL4d), or cannot be attached because the
   * connection is closed, suspended or failed (RTL4b).
   */
  attach(): Promise<void> {
    const record = recordOf(this);
    const reason = record.host.whyNotAttachable(record);
    if (reason) return Promise.reject(reason);
    record.host.takeAttachLease(record);
    return whenStateReached(record, 'attached', attachEnds(record));
  }

  /**
   * RTL5: detaches now, whoever is subscribed; they hear messages again once somebody subscribes or attaches anew. Where a
   * message's handler detaches, what came in the same frame is delivered still. Resolves once detached; rejects on a failed
   * channel (RTL5b), and where the server does not confirm it (RTL5f): whoever is subscribed goes on hearing then, and
   * where nobody is, it is tried again by itself.
   */
  async detach(): Promise<void> {
    const record = recordOf(this);
    if (this.state === 'failed')
      throw new ErrorInfo(`Channel "${this.name}" cannot be detached: it has failed.`, {
        code: 90001,
      });
    record.host.detach(record); // RTL5a: nothing is sent where it is detached, and it stays so
    if (this.state === 'initialized' || this.state === 'detached') return;
    const isOvertaken = ({ current }: ChannelStateChange): boolean =>
      current === 'attached' && isWanted(record.state); // a new lease was taken meanwhile
    await whenStateReached(record, 'detached', (change) => detachEnds(change) || isOvertaken(change));
  }

  /** RTL25: emits once, and completes, as soon as the channel is in `state`, which may be at once. */
  whenState(state: ChannelStateName): Observable<ChannelStateName> {
    return this.state$.pipe(
      filter((current) => current === state),
      take(1),
    );
  }

  #messagesOf(name?: string): Observable<AnyMessageOf<Events>> {
    const record = recordOf(this);
    const messages$: Observable<unknown> = withLease<Message>(record, (subscriber) => {
      if (name === undefined) record.join(subscriber);
      else record.joinNamed(subscriber, name);
    });
    return messages$ as Observable<AnyMessageOf<Events>>; // the user's word, or a schema's
  }
}
