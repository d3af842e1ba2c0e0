/** Mounts a small Svelte app on a page, and tells what came of it, as JSON. Runs as a bundle: see `run-svelte.ts`. */
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
await until('the member is there', () => /^a connected true present - .*ann/.test(text()));
const mounted = { text: text(), sent: [...sent] };

for (const data of ['1', '2', '3', '4']) emulator.publish('a', { name: 'n', data });
await until('messages are shown', () => text().includes('2,3,4'));
const before = page.renders;
for (let n = 0; n < 1000; n += 1) emulator.publish('a', { name: 'n', data: `x${n}` });
await until('the last one is shown', () => text().includes('x999'));
const burst = page.renders - before;

page.typing = true;
await until('data are updated', () => text().includes('{"typing":true}'));
sent.length = 0;
page.room = 'b';
await until('the other room is shown', () => /^b connected true present - .*ann/.test(text()));
const moved = text();
await until('the first room is detached', () => sent.includes('12 a'));
page.isThere = false;
await until('nothing is attached', () => sent.includes('12 b'));
const left = [...sent].sort();

const words = (): string => target.querySelector('b')?.textContent ?? '';
const shown: string[] = [];
page.visit = { room: 'e', data: { at: 'e' } };
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
page.visit = { room: 'e', data: { at: 'e' } };
await new Promise((resolve) => setTimeout(resolve, 50));
const sameAgain = { text: words(), sent: [...sent] };
page.visit = { room: 'f', data: { at: 'f' } };
await until('the other room has it', () => shown.some((event) => /^f (enter|present)/.test(event)));
page.visit = { room: 'f', data: undefined };
await until('it is gone', () => shown.some((event) => event.startsWith('f leave')));
const heard = [...shown];
page.visit = { room: 'f', data: 1n };
await until('it is refused', () => words().includes('lost'));
const refused = words();
page.visit = { room: 'f', data: { at: 'last' } };
await until('it is there again', () => words() === '0 present ');
page.visit = { room: 'f', data: undefined, keep: -1 };
await until('an option is refused', () => words().includes('keep'));
const wrongOption = words();
page.visit = undefined;
await unmount(app);
await client.dispose();
emulator.dispose();
console.log(
  JSON.stringify({ mounted, burst, moved, left, sameAgain, heard, refused, wrongOption, complaints }),
);
process.exit(0);
