/** Folds messages that are there already by one contestant, in a process of its own, and says what that cost. */
import { type OperatorFunction, scan, Subject } from 'rxjs';
import { isBuild, load } from '../builds.js';
import type { ContestantName } from '../contestants/contestant.js';
import type { Cost } from '../messages.js';
import { meter } from '../meter.js';
import { serve } from '../serve.js';

export type FoldOrder =
  /** Appends to the newest of so many messages, or to all of them in turn. */
  | { readonly do: 'append'; readonly messages: number; readonly appends: number; readonly inTurn: boolean }
  /** So many texts, each of one message that is appended to so often. */
  | { readonly do: 'text'; readonly appends: number; readonly texts: number }
  /** Messages that come, of which some are changed, while so many are kept. */
  | { readonly do: 'chat'; readonly messages: number; readonly kept: number };

/** The fields of a message, as a channel gives it. */
interface Message {
  readonly action: string;
  readonly serial: string;
  readonly version: { readonly serial: string };
  readonly data: unknown;
}
type Messages = ReadonlyMap<string, Message>;
type Fold = (keep: number) => OperatorFunction<Message, Messages>;
interface Folding {
  readonly foldMessages: (options: {
    readonly keep: { readonly count: number };
  }) => OperatorFunction<Message, Messages>;
}

const name = process.argv[2] as ContestantName;
const fold: Fold = isBuild(name) ? await foldOf(name) : byHand;

async function foldOf(build: 'ours' | 'before'): Promise<Fold> {
  const { foldMessages } = await load<Folding>(build, 'messages', ['foldMessages']);
  return (count) => foldMessages({ keep: { count } });
}

/** The scan that a user would write: it copies the map at each message, so that an older one stays as it was. */
function byHand(keep: number): OperatorFunction<Message, Messages> {
  return scan((messages: Messages, message: Message): Messages => {
    const next = new Map(messages);
    const { serial, action, data, version } = message;
    const known = next.get(serial);
    if (action === 'message.delete') next.delete(serial);
    else if (action === 'message.append' && known)
      next.set(serial, { ...known, data: String(known.data) + String(data), version });
    else next.set(serial, message);
    if (next.size > keep) next.delete(next.keys().next().value ?? '');
    return next;
  }, new Map());
}

let versions = 0;
const pad = (count: number): string => String(count).padStart(9, '0');
const messageOf = (action: string, serial: string, data: string): Message =>
  ({
    ...{ id: serial, name: 'n', data, encoding: undefined, clientId: 'ann', connectionId: 'c' },
    ...{ timestamp: 1_700_000_000_000, extras: undefined, action, serial },
    ...{ version: { serial: `v${pad((versions += 1))}` }, annotations: { summary: {} } },
  }) as Message;
const serialOf = (index: number): string => `s${pad(index)}`;
const created = (count: number): readonly Message[] =>
  Array.from({ length: count }, (_, index) => messageOf('message.create', serialOf(index), 'x'));

/** Folds those of `before`, and then, measured, `messages`; looks at one message of each map. */
function measured(before: readonly Message[], messages: readonly Message[], keep: number): Cost {
  const source = new Subject<Message>();
  let serial = '';
  let seen: Message | undefined;
  source.pipe(fold(keep)).subscribe((found) => (seen = found.get(serial)));
  for (const message of before) source.next(message);
  const stop = meter();
  for (const message of messages) {
    ({ serial } = message);
    source.next(message);
  }
  const cost = stop();
  if (messages.at(-1)?.action !== 'message.delete' && !seen) throw new Error(`${name} lost a message.`);
  source.complete();
  return cost;
}

function append({ messages, appends, inTurn }: FoldOrder & { readonly do: 'append' }): Cost {
  const before = created(messages);
  const placeOf = (index: number): number => (inTurn ? index % messages : messages - 1);
  const added = Array.from({ length: appends }, (_, index) =>
    messageOf('message.append', serialOf(placeOf(index)), ' and'),
  );
  return measured(before, added, messages);
}

/** By a bare `+=`, or folded; each text is looked at once it is whole. */
function text({ appends, texts }: FoldOrder & { readonly do: 'text' }): Cost {
  const before = created(texts);
  const added = Array.from({ length: texts * appends }, (_, index) =>
    messageOf('message.append', serialOf(Math.floor(index / appends)), 'word, '),
  );
  const size = appends * 6;
  const source = new Subject<Message>();
  let latest: Messages | undefined;
  if (name !== 'bare') source.pipe(fold(texts)).subscribe((found) => (latest = found));
  for (const message of before) source.next({ ...message, data: '' });
  const stop = meter();
  for (let at = 0; at < added.length; at += appends) {
    let whole = '';
    for (let index = at; index < at + appends; index += 1) {
      const message = added[index] as Message;
      if (name === 'bare') whole += message.data as string;
      else source.next(message);
    }
    if (name !== 'bare') whole = latest?.get(serialOf(at / appends))?.data as string;
    if (whole.length !== size || whole.charCodeAt(size - 1) !== 32) throw new Error(`${name} lost a part.`);
  }
  return stop();
}

/** Of ten messages one is changed, one appended to and one deleted. */
function chat({ messages, kept }: FoldOrder & { readonly do: 'chat' }): Cost {
  const before = created(kept);
  const added: Message[] = [];
  for (let index = kept; added.length < messages; index += 1) {
    added.push(messageOf('message.create', serialOf(index), 'x'));
    if (index % 7 === 2) added.push(messageOf('message.update', serialOf(index - 1), 'y'));
    if (index % 7 === 4) added.push(messageOf('message.append', serialOf(index - 1), 'z'));
    if (index % 7 === 6) added.push(messageOf('message.delete', serialOf(index - 1), ''));
  }
  return measured(before, added.slice(0, messages), kept);
}

const obey = (order: FoldOrder): Promise<Cost> =>
  Promise.resolve(order.do === 'append' ? append(order) : order.do === 'text' ? text(order) : chat(order));

serve(obey, name);
