import fc from 'fast-check';
import type { WireMessage } from '../../lib/ably/wire/frames.js';
import type { PresenceMessage } from '../../lib/ably/wire/presence-message.js';

/**
 * What a channel is told, step by step. `attached` is an ATTACHED that counts: the first one, one after a loss, or one that
 * says of an attached channel that something was missed.
 */
export type Deed =
  | { readonly type: 'tell'; readonly messages: readonly Word[] }
  | {
      readonly type: 'page';
      readonly sequence: string | null;
      readonly isLast: boolean;
      readonly messages: readonly Word[];
    }
  | { readonly type: 'attached'; readonly hasPresence: boolean }
  | { readonly type: 'lost' }
  | { readonly type: 'cleared' };

/** One presence message. `by` is whose id it bears: its own connection's, or one that the server made up. */
interface Word {
  readonly action: number;
  readonly clientId: string;
  readonly connectionId: string;
  readonly by: 'connection' | 'server' | 'nobody';
  readonly serial: number;
  readonly index: number;
  readonly timestamp: number;
}

const word: fc.Arbitrary<Word> = fc.record({
  action: fc.constantFrom(0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 9),
  clientId: fc.constantFrom('ann', 'bob', 'cyd'),
  connectionId: fc.constantFrom('c1', 'c1', 'c2'),
  by: fc.constantFrom('connection', 'connection', 'connection', 'connection', 'server', 'nobody'),
  serial: fc.constantFrom(0, 1, 2, 3, 9, 10, 11),
  index: fc.constantFrom(0, 0, 0, 1, 2, 10),
  timestamp: fc.integer({ min: 1, max: 6 }),
});
const words = (maxLength: number): fc.Arbitrary<readonly Word[]> =>
  fc.array(word, { maxLength, size: 'max' });
const tell: fc.Arbitrary<Deed> = fc.record({ type: fc.constant('tell'), messages: words(3) });
const page: fc.Arbitrary<Deed> = fc.record({
  type: fc.constant('page'),
  sequence: fc.constantFrom('s', 's', 's', 't', 't', null),
  isLast: fc.constantFrom(true, false, false),
  messages: words(4),
});
export const deed = fc.oneof(
  { weight: 8, arbitrary: tell },
  { weight: 8, arbitrary: page },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('attached' as const), hasPresence: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constantFrom<Deed>({ type: 'lost' }, { type: 'cleared' }) },
);
export const plans = fc.array(deed, { maxLength: 30, size: 'max' });

const idOf = ({ by, connectionId, serial, index }: Word): string | undefined =>
  by === 'connection'
    ? `${connectionId}:${serial}:${index}`
    : by === 'server'
      ? `made-up:${serial}:${index}`
      : undefined;
/** So that no two words say the same, but for those that have the same id. */
export const dataOf = (said: Word): string => `${idOf(said) ?? said.action}@${said.timestamp}`;
export const wireOf = (said: Word): WireMessage => {
  const { action, clientId, connectionId, timestamp } = said;
  const id = idOf(said);
  return { action, clientId, connectionId, timestamp, data: dataOf(said), ...(id !== undefined && { id }) };
};

/** A member of the model: a word, and whether it is there only so that what is older brings nobody back (RTP2h2a). */
interface Entry {
  readonly word: Word;
  readonly isAbsent: boolean;
}

/** What time it is: later than anything that is said. */
export const syncTime = 77;

/** RTP19: what is told of those who are found to have left, at the end of a sync. */
const left19 = 'has left';
/** One line of what is told: an action, who it was, and the data. */
const line = (action: string, { clientId, connectionId }: Word, data: string): string =>
  `${action} ${connectionId}:${clientId} ${data}`;
const keyOf = ({ clientId, connectionId }: Word): string => `${connectionId}:${clientId}`;

/** RTP2b, word by word. */
function isOlder(incoming: Word, existing: Word): boolean {
  if (incoming.by !== 'connection' || existing.by !== 'connection')
    return incoming.timestamp < existing.timestamp; // RTP2b1, RTP2b1a
  if (incoming.serial !== existing.serial) return incoming.serial < existing.serial; // RTP2b2
  return incoming.index < existing.index;
}
/** RTP5f: who is named once more as they were is no event. */
const isTheSame = (one: Word, other: Word): boolean =>
  one.by === 'connection' && other.by === 'connection' && idOf(one) === idOf(other);

/** Who is present by RTP2, RTP18 and RTP19, in the plainest way: everything is copied and compared at each step. */
export class Model {
  map = new Map<string, Entry>();
  /** What users see: it stands still in a sync. */
  shown = new Map<string, Word>();
  events: string[] = [];
  isSynced = false;
  #sync: { sequence: string | undefined; residual: Map<string, Word>; owed: Map<string, Word> } | undefined;

  enact(deed: Deed): void {
    this.events = [];
    if (deed.type === 'tell') for (const said of deed.messages) this.#take(said);
    if (deed.type === 'page') this.#page(deed);
    if (deed.type === 'attached') this.#attached(deed.hasPresence);
    if (deed.type === 'lost') this.isSynced = false;
    if (deed.type === 'cleared') {
      this.#sync = undefined; // RTP5a
      this.map = new Map();
      this.isSynced = false;
    }
    if (!this.#sync) this.shown = this.#present();
  }

  #present(): Map<string, Word> {
    return new Map(
      [...this.map].filter(([, { isAbsent }]) => !isAbsent).map(([key, entry]) => [key, entry.word]),
    );
  }

  #begin(sequence: string | undefined): void {
    const owed = this.#sync?.owed ?? new Map<string, Word>(); // leaves that are still to be told
    this.#sync = { sequence, residual: this.#present(), owed };
    this.isSynced = false;
  }

  #attached(hasPresence: boolean): void {
    this.#begin(undefined); // RTP1
    if (!hasPresence) this.#end(); // RTP19a
  }

  #page({ sequence, isLast, messages }: Extract<Deed, { type: 'page' }>): void {
    const id = sequence ?? ''; // RTP18c: a sync of its own
    if (this.#sync && this.#sync.sequence === undefined) this.#sync.sequence = id;
    else if (this.#sync?.sequence !== id) this.#begin(id); // RTP18a
    this.isSynced = false;
    for (const said of messages) this.#take(said);
    if (isLast || sequence === null) this.#end(); // RTP18b, RTP18c
  }

  #take(said: Word): void {
    const key = keyOf(said);
    const existing = this.map.get(key);
    const action = ['absent', 'present', 'enter', 'leave', 'update'][said.action];
    if (action === 'leave') {
      if (existing && (isOlder(said, existing.word) || isTheSame(said, existing.word))) return; // RTP2h
      if (this.#sync) {
        if (existing && !existing.isAbsent) this.#sync.owed.set(key, said);
        this.#sync.residual.delete(key);
        this.map.set(key, { word: said, isAbsent: true }); // RTP2h2a
      } else if (existing) {
        this.map.delete(key); // RTP2h1b
        this.events.push(line('leave', said, dataOf(said))); // RTP2h1a
      }
    } else if (action === 'enter' || action === 'update' || action === 'present') {
      this.#sync?.residual.delete(key); // RTP19
      if (existing && (isOlder(said, existing.word) || isTheSame(said, existing.word))) return; // RTP2a
      const owed = this.#sync?.owed.get(key);
      if (owed) this.events.push(line('leave', owed, dataOf(owed)));
      this.#sync?.owed.delete(key);
      this.map.set(key, { word: said, isAbsent: false }); // RTP2d2
      this.events.push(line(action, said, dataOf(said))); // RTP2d1
    }
  }

  #end(): void {
    if (!this.#sync) return;
    const { residual, owed } = this.#sync;
    for (const [key, { isAbsent }] of this.map) if (isAbsent) this.map.delete(key); // RTP2h2b
    for (const leave of owed.values()) this.events.push(line('leave', leave, dataOf(leave)));
    for (const [key, gone] of residual) {
      this.map.delete(key);
      this.events.push(line(left19, gone, dataOf(gone)));
    }
    this.#sync = undefined;
    this.isSynced = true;
  }
}

export const linesOf = (events: readonly PresenceMessage[]): readonly string[] =>
  events.map(({ action, id, timestamp, memberKey, data }) => {
    const isFound = action === 'leave' && id === undefined && timestamp === syncTime;
    return `${isFound ? left19 : action} ${memberKey} ${data as string}`;
  });

export const textOf = (members: ReadonlyMap<string, PresenceMessage | string>): string =>
  [...members]
    .map(([key, member]) => `${key} ${typeof member === 'string' ? member : (member.data as string)}`)
    .sort()
    .join(', ');

/** Follows events as a user would who draws the members by them; answers with leaves of members that were not there. */
export function follow(events: readonly PresenceMessage[], there: Set<string>): readonly string[] {
  const wrong: string[] = [];
  for (const { action, memberKey } of events)
    if (action !== 'leave') there.add(memberKey);
    else if (!there.delete(memberKey)) wrong.push(memberKey);
  return wrong;
}

/** In order, but for those who are found to have left at the end of a sync: they have none. */
export function ordered(lines: readonly string[]): readonly string[] {
  const isFound = (each: string): boolean => each.startsWith(left19);
  return [...lines.filter((each) => !isFound(each)), ...lines.filter(isFound).sort()];
}
