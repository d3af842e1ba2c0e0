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
await unmount(app);
await client.dispose();
emulator.dispose();
console.log(JSON.stringify({ mounted, burst, moved, left, complaints }));
process.exit(0);
