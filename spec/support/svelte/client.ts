/** Mounts a small Svelte app on a page, and tells what came of it, as JSON. Runs as a bundle: see `run-svelte.ts`. */
import { firstVisit, liveAnew, liveAsVisitor, liveInRooms } from '../binding-life.js';
import { openPage, pageWorld, until } from '../page.js';

const document = openPage();
const { hydrate, unmount } = await import('svelte');
const { default: App } = await import('./App.svelte');
const { PageState } = await import('./page-state.svelte.js');

const complaints: string[] = [];
console.warn = (...words: readonly unknown[]) => complaints.push(words.map(String).join(' '));
console.error = console.warn;
const target = document.getElementById('app') as HTMLElement;
target.innerHTML = process.argv[2] ?? '';
const text = (): string => target.textContent ?? '';
const page = new PageState();
const { client, emulator, sent } = pageWorld();
const app = hydrate(App, { target, props: { client, page } });
const rooms = await liveInRooms(
  { emulator, sent },
  {
    ...{ text, renders: () => page.renders },
    ...{ setTyping: (on) => (page.typing = on), setRoom: (name) => (page.room = name) },
    leave: () => (page.isThere = false),
  },
);

const showRoom = (name: string): void => {
  page.room = name;
  page.isThere = true;
};
const anew = await liveAnew(
  { emulator, sent },
  { text, setRoom: showRoom, renew: () => (page.round += 1), leave: () => (page.isThere = false) },
);

const words = (): string => target.querySelector('b')?.textContent ?? '';
page.visit = firstVisit;
const { sameAgain, heard, refused, followed } = await liveAsVisitor(
  { client, emulator, sent },
  { words, setVisit: (visit) => (page.visit = visit) },
);
page.visit = { room: 'f', data: undefined, options: { keep: -1 } };
await until('an option is refused', () => words().includes('keep'));
const wrongOption = words();
page.visit = undefined;
await unmount(app);
await client.dispose();
emulator.dispose();
console.log(JSON.stringify({ ...rooms, anew, sameAgain, heard, refused, followed, wrongOption, complaints }));
process.exit(0);
