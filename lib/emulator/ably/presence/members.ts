import type { WireMessage } from '../../../ably/wire/frames.js';
import { refusal } from '../wire/errors.js';

/** TP2: presence actions, by their numbers on the wire. */
export const PresenceAction = { absent: 0, present: 1, enter: 2, leave: 3, update: 4 } as const;

/** TP3: a presence message from the server. */
export interface Member extends WireMessage {
  readonly id: string;
  readonly clientId: string;
  readonly connectionId: string;
  readonly timestamp: number;
}

/** The presence set of a channel. */
export class Members {
  readonly #most: () => number;
  readonly #byKey = new Map<string, Member>();
  readonly #keysOf = new Map<string, Set<string>>();
  readonly #ids = new Set<string>();

  constructor(most: () => number) {
    this.#most = most;
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** All members, in order of arrival. */
  all(): readonly Member[] {
    return [...this.#byKey.values()];
  }

  /** Members of one connection. */
  ofConnection(connectionId: string): readonly Member[] {
    return [...(this.#keysOf.get(connectionId) ?? [])].flatMap((key) => this.#byKey.get(key) ?? []);
  }

  /** The current state of the member, if it is still present. */
  current({ connectionId, clientId }: Member): Member | undefined {
    return this.#byKey.get(keyOf(connectionId, clientId));
  }

  /** Throws 91003 unless there is room for all that the changes add. */
  demandRoom(changes: readonly Pick<WireMessage, 'action' | 'clientId'>[], connectionId: string): void {
    const most = this.#most();
    if (this.size + changes.length <= most) return;
    const keys = changes
      .filter(({ action }) => action !== PresenceAction.leave)
      .map(({ clientId = '' }) => keyOf(connectionId, clientId))
      .filter((key) => !this.#byKey.has(key));
    if (keys.length === 0 || this.size + new Set(keys).size <= most) return;
    throw refusal(
      91003,
      400,
      `The channel may have ${most} members, and no more: let some leave, or raise \`maxMembersPerChannel\`.`,
    );
  }

  /**
   * Applies an enter, update or leave; returns the change to publish, or undefined when nothing changes. The ENTER of a
   * present member becomes an UPDATE (RTP9b); a LEAVE of an absent member (RTP10d) and a repeated ENTER (RTP17g) change
   * nothing.
   */
  apply(change: Member): Member | undefined {
    const key = keyOf(change.connectionId, change.clientId);
    const before = this.#byKey.get(key);
    if (change.action === PresenceAction.leave) {
      if (!before) return undefined;
      this.#delete(key, before);
      return bare(change) ? { ...change, ...contentOf(before) } : change; // RTP8e
    }
    if (this.#ids.has(change.id)) return undefined;
    this.#put(key, { ...change, action: PresenceAction.present }, before);
    return { ...change, action: before ? PresenceAction.update : PresenceAction.enter };
  }

  #put(key: string, member: Member, before: Member | undefined): void {
    if (before) this.#ids.delete(before.id);
    this.#ids.add(member.id);
    this.#byKey.set(key, member);
    const keys = this.#keysOf.get(member.connectionId);
    if (keys) keys.add(key);
    else this.#keysOf.set(member.connectionId, new Set([key]));
  }

  #delete(key: string, { id, connectionId }: Member): void {
    this.#ids.delete(id);
    this.#byKey.delete(key);
    const keys = this.#keysOf.get(connectionId);
    keys?.delete(key);
    if (keys?.size === 0) this.#keysOf.delete(connectionId);
  }
}

/** TP3h: the memberKey, unambiguous for any characters. */
const keyOf = (connectionId: string, clientId: string): string => JSON.stringify([connectionId, clientId]);

const bare = ({ data, encoding, extras }: Member): boolean =>
  data === undefined && encoding === undefined && extras === undefined;

const contentOf = ({ data, encoding, extras }: Member): Pick<Member, 'data' | 'encoding' | 'extras'> => ({
  ...(data !== undefined && { data }),
  ...(encoding !== undefined && { encoding }),
  ...(extras !== undefined && { extras }),
});
