import { Described } from '../../base/described.js';
import { defer, filter, firstValueFrom, map, Observable, of, type Subscriber } from 'rxjs';
import type { CoreChannel } from '../channel/channel.js';
import { withLease } from '../channel/lease.js';
import { fieldsOf, invalid } from '../check-options.js';
import { having } from '../../options/validators.js';
import { type ChannelRecord, featureOf, recordOf } from '../channel/port.js';
import { type HistoryParams, historyQueryOf } from '../messages/history.js';
import type { Paged } from '../rest/pages.js';
import type { PresenceAction, PresenceMessage } from '../wire/presence-message.js';
import { type PresenceContext, speak } from './commands.js';
import { getMembers } from './get-members.js';
import { type HoldOptions, keepPresent, type PresenceStatus } from './keep-present.js';
import { presence, type PresenceFeature } from './on-channel-change.js';
import { presencePages } from './over-http.js';
import type { PresenceChange } from './presence-map.js';
import type { Members } from './members.js';

/** RTP6: which presence events are wanted; all that is said has to be met. */
export interface PresenceFilter {
  /** RTP6b: one action, or several of which any will do. */
  readonly action?: PresenceAction | readonly PresenceAction[];
  /** The member that the event is about. */
  readonly clientId?: string;
}

/** RTP11c: which members are wanted, and how sure it has to be. */
export interface PresenceParams {
  /** RTP11c1: waits until the server has named them all; `true` by default. */
  readonly waitForSync?: boolean;
  /** RTP11c2: only the members with this clientId; of all by default. */
  readonly clientId?: string;
  /** RTP11c3: only the members on this connection; on all by default. */
  readonly connectionId?: string;
}

/** Options that go with the data of a member. */
export interface PresenceOptions {
  /** TP3i: JSON that goes with the data; a cipher leaves it as it is. */
  readonly extras?: unknown;
}

const [isStream] = having('subscribe', 'pipe');

/** RTP15: a member that is left out is no name, and not this client. */
const named = (clientId: string | undefined): string => clientId ?? '';

/**
 * RTL9: the presence of a channel; no I/O. Throws 40019 where the client has not the feature `presence`.
 *
 * @example
 * ```ts
 * const client = createClient({ key, clientId: 'ann', features: [presence] });
 * presenceOf(client.channel('chat')).members$.subscribe((members) => render([...members.values()]));
 * ```
 */
export const presenceOf = (channel: CoreChannel): RealtimePresence => new RealtimePresence(recordOf(channel));

/** RTL9: the members of a channel, and this client among them. */
export class RealtimePresence extends Described {
  readonly #record: ChannelRecord;
  readonly #feature: PresenceFeature;

  /** @internal Use `channel.presence`, or `presenceOf(channel)`. */
  constructor(record: ChannelRecord) {
    super();
    this.#record = record;
    this.#feature = featureOf(record, presence, 'presence');
  }

  toJSON(): object {
    const { members, synced } = this;
    return { members, synced };
  }

  /** RTP2: the members, by `memberKey`, as far as is known at the moment; never changes afterwards. */
  get members(): Members {
    return this.#context.state.members;
  }

  /**
   * The members at once, then again after each change; an unchanged member stays the same object. Stands still while a
   * sync is under way, and moves once when that is complete. Subscribing is a lease on the channel, as with
   * `channel.messages$`. Never errors: where the channel is detached or fails nobody is known to be present (RTP5a), and
   * where it is suspended the members stay as they were (RTP5f). Completes on `dispose()`.
   */
  get members$(): Observable<Members> {
    const join = (subscriber: Subscriber<Members>): void => {
      this.#context.state.joinMembers(subscriber);
    };
    return withLease(this.#record, join, () => this.members);
  }

  /**
   * The differences of each value of `members$` from the one before. Subscribing is a lease; replays nothing, never
   * errors, completes on `dispose()`.
   */
  get changes$(): Observable<PresenceChange> {
    return withLease(this.#record, (subscriber) => {
      this.#context.state.joinChanges(subscriber);
    });
  }

  /**
   * RTP6: the events of members, in order: `enter`, `update`, `leave`, and `present` for those who were there before.
   * Each member that was told of is told to leave, once; one that leaves in a sync is told at its end, or before it comes back
   * (RTP2h2). Nothing is told where the channel is detached: nobody is known to be there then (RTP5a). Subscribing is a
   * lease. Hot, replays nothing; errors when the channel fails (RxJS throws it where a subscriber has no `error` handler),
   * completes on `dispose()`.
   */
  get events$(): Observable<PresenceMessage> {
    return withLease(this.#record, (subscriber) => {
      this.#context.state.joinEvents(subscriber);
    });
  }

  /** RTP6b: the events of one action, of several, or those that meet a filter. As `events$` otherwise. */
  events(wanted: PresenceAction | readonly PresenceAction[] | PresenceFilter): Observable<PresenceMessage> {
    const isSimple = typeof wanted === 'string' || Array.isArray(wanted);
    const { action, clientId } = isSimple
      ? { action: wanted as PresenceAction | readonly PresenceAction[] }
      : this.#fieldsOf(wanted as PresenceFilter, { action: 0, clientId: 0 });
    const actions = action == null ? undefined : [action].flat();
    return this.events$.pipe(
      filter(
        (event) =>
          (actions?.includes(event.action) ?? true) && (clientId == null || clientId === event.clientId),
      ),
    );
  }

  /** RTP13: whether the server has named all members since the channel was attached. */
  get synced(): boolean {
    return this.#context.state.synced;
  }

  /** `synced` at once, then each time that it changes. Takes no lease; never errors, completes on `dispose()`. */
  get synced$(): Observable<boolean> {
    const synced$ = new Observable<boolean>((subscriber) => {
      this.#context.state.joinSynced(subscriber);
    });
    return defer(() => (this.#record.host.isOver(this.#record) ? of(this.synced) : synced$));
  }

  /**
   * RTP11: resolves with the members, once. Attaches the channel where it is not attached, for as long as it takes, and waits
   * for the sync, unless `waitForSync` is false; a reconnect prolongs the wait. Rejects with 91005 where the channel is
   * suspended (RTP11d) or stops being attached before the sync is complete, with 90001 where it has failed, with 80000
   * where the connection cannot attach it, and with the server's reason where that refuses.
   *
   * @example
   * ```ts
   * const phones = await presenceOf(channel).get({ clientId: 'ann' });
   * ```
   */
  async get(params?: PresenceParams): Promise<readonly PresenceMessage[]> {
    const known = { waitForSync: 0, clientId: 0, connectionId: 0 };
    const { waitForSync, clientId, connectionId } = this.#fieldsOf(params, known);
    const isWanted = (member: PresenceMessage): boolean =>
      (clientId == null || clientId === member.clientId) &&
      (connectionId == null || connectionId === member.connectionId);
    const members$ = getMembers(waitForSync ?? true, this.#context);
    return firstValueFrom(members$.pipe(map((members) => members.filter(isWanted))));
  }

  /**
   * RTP8: enters this client. It stays a member until `leave()`, and the channel attached; after a loss it is entered again
   * by itself (RTP17). Resolves on ACK. Rejects with the server's error on NACK, with 40012 where the client has no
   * identity (RTP8j), with 90001 where the channel is suspended, failed or detached by its user (RTP8g), with the reason of
   * an attach that fails, with 40013 on data that cannot be sent, over `maxMessageSize` with 40009, and where the
   * connection's state does not allow it (80000, 80002, 80003, 80017). A rejection that is not awaited shows on `errors$`.
   *
   * @example
   * ```ts
   * await presenceOf(channel).enter({ status: 'typing' });
   * ```
   */
  enter(data?: unknown, options?: PresenceOptions): Promise<void> {
    return this.#send('enter', undefined, data, options);
  }

  /**
   * RTP9: gives this client other data, and enters it where it was not present. Resolves and rejects as `enter` does, and
   * attaches the channel as that does.
   */
  update(data?: unknown, options?: PresenceOptions): Promise<void> {
    return this.#send('update', undefined, data, options);
  }

  /**
   * RTP10: takes this client out; with the data that it had, unless other data are given. Resolves with the detach where the
   * channel is being detached, which takes it out, and on ACK otherwise. Rejects as `enter` does.
   */
  leave(data?: unknown, options?: PresenceOptions): Promise<void> {
    return this.#send('leave', undefined, data, options);
  }

  /**
   * RTP14, RTP15: enters another member than this client, for clients that may assume any identity (`'*'` in their token).
   * Needs no identity of its own; rejects as `enter` does otherwise, and with the server's error where it may not.
   *
   * @example
   * ```ts
   * await presenceOf(channel).enterClient('sensor-7', { battery: 0.9 });
   * ```
   */
  enterClient(clientId: string, data?: unknown, options?: PresenceOptions): Promise<void> {
    return this.#send('enter', named(clientId), data, options);
  }

  /** RTP15: as `update`, for another member; see `enterClient`. */
  updateClient(clientId: string, data?: unknown, options?: PresenceOptions): Promise<void> {
    return this.#send('update', named(clientId), data, options);
  }

  /** RTP15: as `leave`, for another member; see `enterClient`. */
  leaveClient(clientId: string, data?: unknown, options?: PresenceOptions): Promise<void> {
    return this.#send('leave', named(clientId), data, options);
  }

  /**
   * Is present for as long as somebody subscribes: enters with the first value of `data$`, updates with each other one,
   * leaves on unsubscribe. Tells `'entering'`, `'present'` once the server has it, and `'lost'` while the channel is not
   * attached; what was lost is entered again by itself, with the latest data. Errors when the server refuses it, when the
   * channel fails, and with an error of `data$` (RxJS throws it where a subscriber has no `error` handler); completes on
   * `dispose()`. The end of `data$` ends nothing.
   *
   * @example
   * ```ts
   * const leaving = presenceOf(channel).hold(status$).subscribe({ error: report });
   * ```
   */
  hold(data$?: Observable<unknown> | null, options?: HoldOptions): Observable<PresenceStatus> {
    const held = this.#fieldsOf(options, { clientId: 0 });
    if (data$ != null && !isStream(data$)) throw invalid('data$', 'an Observable of data: of(data) is one');
    return keepPresent(data$ ?? of(undefined), held, this.#context);
  }

  /**
   * RTP12: the past events of members, newest first unless `direction` says otherwise; cold, over HTTP, page by page.
   * Completes after the oldest one; errors with the ErrorInfo of a request that failed, and with 90000 for `untilAttach`
   * where the channel is not attached.
   */
  history(params?: HistoryParams): Paged<PresenceMessage> {
    return presencePages(this.#record, '/history', () => historyQueryOf(params, this.#record));
  }

  get #context(): PresenceContext {
    return this.#feature.contextOf(this.#record);
  }

  #fieldsOf<T extends object>(
    given: T | null | undefined,
    known: Readonly<Record<keyof T, unknown>>,
  ): Partial<T> {
    return fieldsOf(given, known, this.#record.host.client.log, 'the options of presence');
  }

  #send(
    action: 'enter' | 'leave' | 'update',
    clientId: string | undefined,
    data: unknown,
    options?: PresenceOptions,
  ): Promise<void> {
    return speak({ action, clientId, data, ...this.#fieldsOf(options, { extras: 0 }) }, this.#context);
  }
}
