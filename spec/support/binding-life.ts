import type { RealtimeClient } from '../../lib/index.js';
import { type pageWorld, until } from './page.js';

type World = Pick<ReturnType<typeof pageWorld>, 'client' | 'emulator' | 'sent'>;

/** A page that shows one room, which the framework renders as `name state attached status error messages members`. */
export interface RoomPage {
  readonly text: () => string;
  readonly renders: () => number;
  readonly setTyping: (typing: boolean) => void;
  readonly setRoom: (room: string) => void;
  /** Takes the room off the page. */
  readonly leave: () => void;
  /** Waits for what else has to be so once the page is there. */
  readonly settled?: () => Promise<void>;
}

/** Lives on a page that is mounted: comes, hears a burst, types, goes to another room and away. */
export async function liveInRooms({ emulator, sent }: Omit<World, 'client'>, page: RoomPage) {
  const { text, renders, setTyping, setRoom, leave, settled } = page;
  await until('the member is there', () => /^a connected true present - .*ann/.test(text()));
  await settled?.();
  const mounted = { text: text(), sent: [...sent] };

  for (const data of ['1', '2', '3', '4']) emulator.publish('a', { name: 'n', data });
  await until('messages are shown', () => text().includes('2,3,4'));
  const before = renders();
  for (let n = 0; n < 1000; n += 1) emulator.publish('a', { name: 'n', data: `x${n}` });
  await until('the last one is shown', () => text().includes('x999'));
  const burst = renders() - before;

  setTyping(true);
  await until('data are updated', () => text().includes('{"typing":true}'));
  sent.length = 0;
  setRoom('b');
  await until('the other room is shown', () => /^b connected true present - .*ann/.test(text()));
  const moved = text();
  await until('the first room is detached', () => sent.includes('12 a'));
  leave();
  await until('nothing is attached', () => sent.includes('12 b'));
  return { mounted, burst, moved, left: [...sent].sort() };
}

/** A page that can show a room, show it anew by other components, and take it away. */
export interface RenewedPage extends Pick<RoomPage, 'text' | 'setRoom' | 'leave'> {
  /** Shows the room by a new component, as another `key` does. */
  readonly renew: () => void;
}

/** Shows the room `k`, and shows it anew twice; notes what is sent of attaching, and what the last component shows. */
export async function liveAnew(
  { emulator, sent }: Omit<World, 'client'>,
  { text, setRoom, renew, leave }: RenewedPage,
) {
  const isThere = (): boolean => /^k connected true present - .*ann/.test(text());
  sent.length = 0;
  setRoom('k');
  await until('the room is there', isThere);
  for (const data of ['first', 'second']) {
    renew();
    await new Promise((resolve) => setTimeout(resolve, 100)); // longer than detachGrace: an old lease would be gone, too
    emulator.publish('k', { name: 'n', data });
    await until('the new component hears', () => isThere() && text().includes(data));
  }
  const shown = text();
  leave();
  await until('nothing is attached', () => sent.includes('12 k'));
  return { shown, sent: sent.filter((frame) => frame === '10 k' || frame === '12 k') };
}

/** Where a visitor is, with which data, and which of its messages are shown. */
export interface Visit {
  readonly room: string;
  readonly data: unknown;
  readonly options?: { readonly name?: readonly string[]; readonly keep?: number; readonly history?: number };
}
export const firstVisit: Visit = { room: 'e', data: { at: 'e' } };

/** Options that differ in one from those before, and how many of the messages `m`, `n`, `n` they show. */
const optionsInTurn: readonly (readonly [count: number, NonNullable<Visit['options']>])[] = [
  [1, { history: 1 }],
  [2, { history: 3 }],
  [1, { history: 3, keep: 1 }],
  [2, { history: 3 }],
  [1, { history: 3, name: ['m'] }],
  [3, { history: 3, name: ['m', 'n'] }],
];

/** A page that shows a visitor as `number of messages, status, error`. */
export interface VisitorPage {
  readonly words: () => string;
  readonly setVisit: (visit: Visit) => void;
}

/** Moves a visitor as the state of pages moves, and notes what others hear of its member. Begins at the first visit. */
export async function liveAsVisitor(
  { client, emulator, sent }: World & { readonly client: RealtimeClient },
  { words, setVisit }: VisitorPage,
) {
  const shown: string[] = [];
  const goTo = (room: string, data: unknown): void => setVisit({ room, data });
  await until('the visitor is there', () => words() === '0 present ');
  for (const name of ['e', 'f'])
    client
      .channel(name)
      .presence.events$.subscribe(({ action, data }) =>
        shown.push(`${name} ${action} ${JSON.stringify(data)}`),
      );
  await client.channel('f').attach();
  emulator.publish('e', { name: 'n', data: 'kept' });
  await until('a message is shown', () => words() === '1 present ');
  sent.length = 0;
  goTo('e', { at: 'e' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const sameAgain = { text: words(), sent: [...sent] };
  goTo('f', { at: 'f' });
  await until('the other room has it', () => shown.some((event) => /^f (enter|present)/.test(event)));
  goTo('f', undefined);
  await until('it is gone', () => shown.some((event) => event.startsWith('f leave')));
  const heard = [...shown];
  goTo('f', 1n);
  await until('it is refused', () => words().includes('lost'));
  const refused = words();
  goTo('f', { at: 'last' });
  await until('it is there again', () => words() === '0 present ');
  for (const name of ['m', 'n', 'n']) emulator.publish('f', { name, data: 'past' });
  await until('they have come', () => words() === '2 present ');
  const followed: string[] = [];
  for (const [count, options] of optionsInTurn) {
    setVisit({ room: 'f', data: { at: 'last' }, options });
    await until(`${JSON.stringify(options)} is followed`, () => words() === `${count} present `);
    followed.push(words());
  }
  return { sameAgain, heard, refused, shown, followed };
}
