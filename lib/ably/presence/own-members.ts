import type { WireMessage } from '../wire/frames.js';
import type { PresenceMessage } from '../wire/presence-message.js';
import { isNewer, isSynthesized, type Stamped } from './newness.js';

/** A member that this connection has entered, as it travels. */
export interface OwnMember extends Stamped, Pick<WireMessage, 'data' | 'extras'> {
  readonly clientId: string;
  readonly encoding?: string | undefined;
  /** Whether the server may have forgotten it. */
  readonly isLapsed?: true;
}

/** RTP17: the members that this connection has entered, to be entered again where the server has forgotten them. */
export class OwnMembers {
  /** RTP17h: by clientId, because connections come and go. */
  readonly #members = new Map<string, OwnMember>();

  get all(): readonly OwnMember[] {
    return [...this.#members.values()];
  }

  get size(): number {
    return this.#members.size;
  }

  get(clientId: string): OwnMember | undefined {
    return this.#members.get(clientId);
  }

  /** RTP17b: takes note of the server's word about one of them. */
  take({ action, clientId, ...message }: PresenceMessage, wire: WireMessage): void {
    if (clientId === undefined) return;
    const { id, connectionId, timestamp } = message;
    if (action === 'leave') {
      if (!isSynthesized(message) && this.#isNews(clientId, message)) this.#members.delete(clientId);
    } else if (action !== 'absent' && action !== 'unknown') {
      const { data, encoding, extras } = wire;
      this.enter({ clientId, id, connectionId, timestamp, data, ...(encoding && { encoding }), extras });
    }
  }

  /** One that the server has accepted. */
  enter(member: OwnMember): void {
    if (this.#isNews(member.clientId, member)) this.#members.set(member.clientId, member);
  }

  /** One that the server may have forgotten, and that somebody else sees to. */
  lapse(member: OwnMember): void {
    this.#members.set(member.clientId, { ...member, isLapsed: true });
  }

  /** One that has left. */
  leave(clientId: string): void {
    this.#members.delete(clientId);
  }

  /** RTP5a: none of them is to be entered again. */
  clear(): void {
    this.#members.clear();
  }

  #isNews(clientId: string, said: Stamped): boolean {
    const known = this.#members.get(clientId);
    return (
      !known || known.isLapsed === true || known.connectionId !== said.connectionId || isNewer(said, known)
    );
  }
}
