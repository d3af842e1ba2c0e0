import { type PresenceMessage, withAction } from '../wire/presence-message.js';
import { SnapshotMap } from '../../base/maps/snapshot-map.js';
import type { Members } from './members.js';
import { isNewer } from './newness.js';

/** How the members differ from what they were. */
export interface PresenceChange {
  /** Those who were not there. */
  readonly entered: readonly PresenceMessage[];
  /** Those who were there, as they are now. */
  readonly updated: readonly PresenceMessage[];
  /** Those who are not there any more, as they were. */
  readonly left: readonly PresenceMessage[];
}

/** RTP18: a sync that has begun. */
interface Sync {
  /** The sequence it belongs to; `undefined` as long as it is only announced (RTP1). */
  readonly sequence: string | undefined;
  /** The members as far as they are known, with those who left meanwhile as `absent` (RTP2h2a). */
  readonly members: Map<string, PresenceMessage>;
  /** RTP19: members that were there before and were not named since. */
  readonly unconfirmed: Map<string, PresenceMessage>;
  /** Leaves of members that were told of; they are told at the end, or before the member comes back. */
  readonly leaves: Map<string, PresenceMessage>;
}

/**
 * RTP2, RTP18, RTP19: the members, folded from the server's messages. The shown members stand still during a sync. Each
 * method answers with the events that it means (RTP2d1, RTP2h1a), in order.
 */
export class PresenceMap {
  readonly #shown = new SnapshotMap<PresenceMessage>('Members');
  #sync: Sync | undefined = undefined;

  /** The members, as they were before the sync that is under way. */
  get members(): Members {
    return this.#shown.now;
  }

  /** Whether a sync is under way. */
  get isSyncing(): boolean {
    return this.#sync !== undefined;
  }

  /** RTP11c1: the members as far as they are known. */
  get known(): readonly PresenceMessage[] {
    const all = [...(this.#sync?.members ?? this.#shown.now).values()];
    return this.#sync ? all.filter(({ action }) => action !== 'absent') : all;
  }

  /** RTP1: all members are going to be named; whatever sync was under way is over. */
  announce(sequence?: string): void {
    const { known } = this;
    this.#sync = {
      sequence,
      members: this.#sync?.members ?? new Map(this.members),
      unconfirmed: new Map(known.map((member) => [member.memberKey, member])),
      leaves: this.#sync?.leaves ?? new Map<string, PresenceMessage>(),
    };
  }

  /** RTP18a: a page of a sync. One of another sequence than that under way begins anew. */
  page(sequence: string | undefined): void {
    if (this.#sync && (this.#sync.sequence ?? sequence) === sequence)
      this.#sync = { ...this.#sync, sequence };
    else this.announce(sequence);
  }

  /** RTP2: one presence message. */
  take(message: PresenceMessage): readonly PresenceMessage[] {
    const { memberKey: key, action } = message;
    const before = this.#sync ? this.#sync.members.get(key) : this.#shown.now.get(key);
    if (action === 'leave') return this.#leave(message, before);
    if (action !== 'enter' && action !== 'update' && action !== 'present') return [];
    this.#sync?.unconfirmed.delete(key);
    if (before && !isNewer(message, before)) return []; // RTP2a
    const member = action === 'present' ? message : withAction(message, 'present'); // RTP2d2
    if (!this.#sync) {
      this.#shown.set(key, member);
      return [message];
    }
    const { members, leaves } = this.#sync;
    const leave = leaves.get(key);
    members.set(key, member);
    leaves.delete(key);
    return leave ? [leave, message] : [message];
  }

  /** RTP18b, RTP19: all have been named; whoever was not has left. Those who were heard to leave do so with their parting data. */
  end(now: number): readonly PresenceMessage[] {
    if (!this.#sync) return [];
    const { members, unconfirmed, leaves } = this.#sync;
    this.#sync = undefined;
    for (const [key, { action }] of members)
      if (action === 'absent' || unconfirmed.has(key)) members.delete(key); // RTP2h2b
    if (!isSame(members, this.members)) this.#shown.replace(members);
    return [...leaves.values(), ...Array.from(unconfirmed.values(), (member) => departed(member, now))];
  }

  /** RTP19a: the channel has no members. */
  leaveAll(now: number): readonly PresenceMessage[] {
    this.announce();
    return this.end(now);
  }

  /** RTP5a: forgets all members. */
  clear(): void {
    this.#sync = undefined;
    if (this.members.size > 0) this.#shown.replace(new Map());
  }

  /** RTP2h. In a sync, a leave is kept of strangers as well: an older page must bring nobody back. */
  #leave(message: PresenceMessage, before: PresenceMessage | undefined): readonly PresenceMessage[] {
    if (before ? !isNewer(message, before) : !this.#sync) return [];
    const { memberKey: key } = message;
    if (!this.#sync) {
      this.#shown.set(key, undefined);
      return [message];
    }
    const { members, unconfirmed, leaves } = this.#sync;
    members.set(key, withAction(message, 'absent')); // RTP2h2a
    unconfirmed.delete(key);
    if (before && before.action !== 'absent') leaves.set(key, message);
    return [];
  }
}

/** RTP19: the leave of a member that a sync did not name. */
const departed = (member: PresenceMessage, now: number): PresenceMessage => ({
  ...withAction(member, 'leave'),
  id: undefined,
  timestamp: now,
});

/** Whether a sync has found what was known. */
function isSame(members: Members, before: Members): boolean {
  if (members.size !== before.size) return false;
  for (const [key, member] of members) if (before.get(key) !== member) return false;
  return true;
}
