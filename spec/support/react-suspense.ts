/**
 * Renders what React builds for production under StrictMode, shows a room anew, suspends it and reveals it again; tells
 * what that sent, as JSON.
 */
import { openPage, pageWorld, until } from './page.js';

process.env['NODE_ENV'] = 'production';
const document = openPage();
const { createElement: h, StrictMode, Suspense, use, useState } = await import('react');
const { createRoot } = await import('react-dom/client');
const { RealtimeProvider, useMessages, usePresence } = await import('../../lib/react.js');

const place = document.getElementById('app') as HTMLElement;
const text = (): string => place.textContent ?? '';
const { client, emulator, sent } = pageWorld();
let renew: () => void = () => undefined;
let suspend: (until: Promise<void>) => void = () => undefined;

function Room({ wait }: { readonly wait: Promise<void> | undefined }) {
  const { messages } = useMessages('a');
  const { status } = usePresence('a', { here: true });
  if (wait) use(wait);
  return h('p', null, [status, ...messages.map(({ data }) => data)].join(' '));
}
function App() {
  const [key, setKey] = useState(0);
  const [wait, setWait] = useState<Promise<void>>();
  renew = () => setKey(1);
  suspend = setWait;
  return h(Suspense, { fallback: h('i', null, 'waiting') }, h(Room, { key, wait }));
}
const root = createRoot(place);
root.render(h(StrictMode, null, h(RealtimeProvider, { client }, h(App))));
await until('the room is there', () => text() === 'present');
const isShown = (data: string): Promise<void> => {
  emulator.publish('a', { name: 'n', data });
  return until(`${data} is shown`, () => text().includes(data));
};
sent.length = 0;
renew();
await new Promise((resolve) => setTimeout(resolve, 100)); // longer than detachGrace
await isShown('renewed');
const renewed = [...sent];

let reveal: () => void = () => undefined;
sent.length = 0;
suspend(new Promise((resolve) => (reveal = resolve)));
await until('the fallback is shown', () => text().includes('waiting'));
await new Promise((resolve) => setTimeout(resolve, 100));
emulator.publish('a', { name: 'n', data: 'hidden' });
reveal();
await until('the room is there again', () => !text().includes('waiting'));
await isShown('revealed');
const revealed = { text: text(), sent: [...sent] };
root.unmount();
await until('nothing is attached', () => sent.includes('12 a'));
await client.dispose();
emulator.dispose();
console.log(JSON.stringify({ renewed, revealed }));
process.exit(0);
