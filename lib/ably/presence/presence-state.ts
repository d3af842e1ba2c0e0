import type { Subscriber } from 'rxjs';
import { FastSubject } from '../../rx/fast-subject.js';
import { Action } from '../wire/actions.js';
import { cursorOf } from '../channel/frames.js';
import { malformed, notAList } from '../channel/record.js';
import type { Numbered } from '../outbox/pending-queue.js';
import type { ProtocolMessage, WireMessage } from '../wire/frames.js';
import { type PresenceMessage, presenceOf, type DecodingContext } from '../wire/presence-message.js';
import type { Members } from './members.js';
import { OwnMembers } from './own-members.js';
import { type PresenceChange, PresenceMap } from './presence-map.js';

/** Everything that reading a frame takes. */
export interface FrameContext extends Omit<DecodingContext, 'index'> {
  /** The connection that the frame came on, and who this client is. */
  readonly connectionId: string | undefined;
  readonly clientId: string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The word of a member, and how late it was said, counted in all that was said of members on the channel. */
export interface Said {
  readonly data: unknown;
  readonly extras?: unknown;
  readonly at: number;
}

/** A subscription that sees to a member being present. */
export interface PresenceKeeper {
  /** The data with which it enters the member again; `undefined` as long as it has no data. */
  said: Said | undefined;
}

/** A request that the server has not answered. */
export interface PresenceRequest {
  readonly action: 'enter' | 'leave' | 'update';
  /** Its member; `undefined` for this client. */
  readonly clientId?: string | undefined;
  readonly frame: Numbered;
}

const none: readonly PresenceKeeper[] = [];

/** All that is kept of one channel's presence, and the subjects that tell of it; made only where there is any. */
export class PresenceState {
  readonly own = new OwnMembers();
  /** The subscriptions that see to members being present, by the clientId that they were given. */
  readonly #keepers = new Map<string | undefined, readonly PresenceKeeper[]>();
  #words = 0;
  /** Members whose LEAVE is still to be sent, with the connection that entered them. */
  readonly pendingLeaves = new Map<string, string | undefined>();
  /** Requests that the server has not answered. */
  readonly requests = new Set<PresenceRequest>();
  /** How many of them are LEAVEs. */
  #leaves = 0;
  /** Told of a member of whom a request failed. */
  readonly refused: (clientId: string) => void;
  /** Whether it has a lease on the channel, which has to stay attached for as long as a member of this connection is on it. */
  hasLease = false;
  /** Whether the channel is attached without being told of members. */
  isBlind = false;
  readonly #set = new PresenceMap();
  readonly #end = new FastSubject<never>();
  readonly #events = new FastSubject<PresenceMessage>();
  readonly #members = new FastSubject<Members>();
  readonly #changes = new FastSubject<PresenceChange>();
  readonly #synced = new FastSubject<boolean>();
  #isSynced: boolean;
  /** Whether nothing comes any more. */
  #isOver = false;

  /** `synced`: whether it is known already that nobody is present. */
  constructor(synced: boolean, refused: (clientId: string) => void) {
    this.#isSynced = synced;
    this.refused = refused;
  }

  /** RTP13 */
  get synced(): boolean {
    return this.#isSynced;
  }

  get members(): Members {
    return this.#set.members;
  }

  /** RTP11c1: the members as far as they are known. */
  get known(): readonly PresenceMessage[] {
    return this.#set.known;
  }

  addKeeper(clientId: string | undefined, keeper: PresenceKeeper): void {
    this.#keepers.set(clientId, [...(this.#keepers.get(clientId) ?? []), keeper]);
  }

  removeKeeper(clientId: string | undefined, keeper: PresenceKeeper): void {
    const others = this.#keepers.get(clientId)?.filter((other) => other !== keeper) ?? [];
    if (others.length > 0) this.#keepers.set(clientId, others);
    else this.#keepers.delete(clientId);
  }

  /** The keepers of a member, by its name or, where it is `self`, as this client; the one that was told last comes last. */
  keepersOf(clientId: string | undefined, self: string | null): readonly PresenceKeeper[] {
    if (this.#keepers.size === 0) return none;
    const own = self ?? '';
    const alias = clientId === undefined ? own : clientId === own ? undefined : clientId;
    const keepers = [...(this.#keepers.get(clientId) ?? [])];
    if (alias !== clientId) keepers.push(...(this.#keepers.get(alias) ?? []));
    return keepers.sort((one, other) => (one.said?.at ?? 0) - (other.said?.at ?? 0));
  }

  /** The next word about a member. */
  say(data: unknown, extras?: unknown): Said {
    this.#words += 1;
    return { data, extras, at: this.#words };
  }

  begin(request: PresenceRequest): void {
    this.requests.add(request);
    if (request.action === 'leave') this.#leaves += 1;
  }

  finish(request: PresenceRequest): void {
    if (this.requests.delete(request) && request.action === 'leave') this.#leaves -= 1;
  }

  /** Requests about one member; `self` is this client's clientId. */
  requestsOf(member: string, self: string | null): readonly PresenceRequest[] {
    const found: PresenceRequest[] = [];
    for (const request of this.requests) if ((request.clientId ?? self) === member) found.push(request);
    return found;
  }

  /** Whether a LEAVE of the member is under way: earlier word, confirmed or echoed now, must not have it entered again. */
  isLeaving(member: string | undefined, self: string | null): boolean {
    if (this.#leaves === 0 || member === undefined) return false; // thousands may be entering
    return this.requestsOf(member, self).at(-1)?.action === 'leave';
  }

  /** The ENTER or UPDATE of a member that is under way, unless it is to leave after that. */
  lastWordOf(member: string, self: string | null): PresenceRequest | undefined {
    const last = this.requests.size > this.#leaves ? this.requestsOf(member, self).at(-1) : undefined; // thousands may leave
    return last?.action === 'leave' ? undefined : last;
  }

  /** Whether anybody gets told of members. */
  get isHeard(): boolean {
    return this.#events.observed || this.#members.observed || this.#changes.observed;
  }

  /** Only the end of it. */
  joinEnd(subscriber: Subscriber<never>): void {
    this.#end.join(subscriber);
  }

  joinEvents(subscriber: Subscriber<PresenceMessage>): void {
    this.#events.join(subscriber);
  }

  /** The current members at once. */
  joinMembers(subscriber: Subscriber<Members>): void {
    this.#members.join(subscriber);
    subscriber.next(this.members);
  }

  joinChanges(subscriber: Subscriber<PresenceChange>): void {
    this.#changes.join(subscriber);
  }

  /** The current value at once. */
  joinSynced(subscriber: Subscriber<boolean>): void {
    this.#synced.join(subscriber);
    subscriber.next(this.#isSynced);
  }

  /** RTP1: attached, and the members are going to be named. */
  announced(): void {
    this.#set.announce();
    this.#setSynced(false);
  }

  /** RTP1, RTP19a: attached, and nobody is present. */
  empty(now: number): void {
    this.#swap(() => this.#set.leaveAll(now));
    this.#setSynced(true);
  }

  /** RTP5f: the members may be out of date. */
  interrupted(): void {
    this.#setSynced(false);
  }

  /** RTP5a: the state of each member is unknown. */
  cleared(): void {
    this.own.clear();
    this.pendingLeaves.clear();
    this.#setSynced(false);
    this.#swap(() => {
      this.#set.clear();
      return [];
    });
  }

  /** RTP2, RTP18: a frame PRESENCE or SYNC. */
  receive(frame: ProtocolMessage, { connectionId, clientId, now, report, undo }: FrameContext): void {
    const list: unknown = frame.presence ?? []; // the border: what the server sent
    if (!Array.isArray(list)) throw notAList('presence messages');
    const [sequence, cursor] = frame.action === Action.sync ? cursorOf(frame) : [undefined, undefined];
    if (frame.action === Action.sync) {
      this.#set.page(sequence);
      this.#setSynced(false);
    }
    for (const [index, wire] of (list as readonly (WireMessage | null)[]).entries()) {
      if (this.#isOver) return; // disposed of by whoever was told of the one before
      if (typeof wire !== 'object' || !wire) {
        report(malformed('presence message'));
        continue;
      }
      const message = presenceOf(wire, frame, { index, report, undo });
      const isOwn = message.connectionId === connectionId;
      if (isOwn && (message.action === 'leave' || !this.isLeaving(message.clientId, clientId)))
        this.own.take(message, wire);
      this.#take(message);
    }
    if (frame.action !== Action.sync || cursor) return;
    this.#swap(() => this.#set.end(now));
    if (!this.#isOver) this.#setSynced(true);
  }

  /** The channel has failed (`error`), or the client is disposed of. */
  end(error?: Error): void {
    if (error) {
      this.#end.error(error);
      this.#events.error(error);
      return;
    }
    this.#isOver = true;
    for (const subject of [this.#end, this.#events, this.#members, this.#changes, this.#synced])
      subject.complete();
  }

  #take(message: PresenceMessage): void {
    const { memberKey: key } = message;
    const before = this.#set.isSyncing ? undefined : this.members.get(key);
    const events = this.#set.take(message);
    if (events.length > 0 && !this.#set.isSyncing) this.#tell(changeOf(before, this.members.get(key)));
    for (const event of events) this.#events.next(event);
  }

  /** Tells of all that is different after `step`, and then the events that it means. */
  #swap(step: () => readonly PresenceMessage[]): void {
    const before = this.members;
    const events = step();
    if (before !== this.members) {
      const change = this.#changes.observed ? differenceOf(before, this.members) : undefined;
      this.#tell(change);
    }
    for (const event of events) this.#events.next(event);
  }

  #tell(change: PresenceChange | undefined): void {
    this.#members.next(this.members);
    if (change) this.#changes.next(change);
  }

  #setSynced(synced: boolean): void {
    if (this.#isSynced === synced) return;
    this.#isSynced = synced;
    this.#synced.next(synced);
  }
}

const changeOf = (
  before: PresenceMessage | undefined,
  member: PresenceMessage | undefined,
): PresenceChange => ({
  entered: member && !before ? [member] : [],
  updated: member && before ? [member] : [],
  left: before && !member ? [before] : [],
});

function differenceOf(before: Members, now: Members): PresenceChange {
  const members = [...now.entries()];
  return {
    entered: members.filter(([key]) => !before.has(key)).map(([, member]) => member),
    updated: members
      .filter(([key, member]) => before.has(key) && before.get(key) !== member)
      .map(([, member]) => member),
    left: [...before.values()].filter(({ memberKey }) => !now.has(memberKey)),
  };
}
