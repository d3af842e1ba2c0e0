/** Renders a small React app on a page and on a server, and tells what came of it, as JSON. */
import { firstVisit, liveAnew, liveAsVisitor, liveInRooms, type Visit } from './binding-life.js';
import { RealtimeClient } from '../../lib/index.js';
import { openPage, pageWorld, until } from './page.js';

const document = openPage();
const { createElement: h, StrictMode, useState } = await import('react');
const { createRoot, hydrateRoot } = await import('react-dom/client');
const { renderToString } = await import('react-dom/server');
const { RealtimeProvider, useChannel, useConnection, useMessages, usePresence } =
  await import('../../lib/react.js');

const complaints: string[] = [];
console.error = (...words: readonly unknown[]) => complaints.push(words.map(String).join(' '));
const place = document.getElementById('app') as HTMLElement;
let renders = 0;
let startsTyping = false;
let setRoom: (room: string) => void = () => undefined;
let renew: () => void = () => undefined;
let setTyping: (typing: boolean) => void = () => undefined;

function Room({ room }: { readonly room: string }) {
  const [typing, type] = useState(startsTyping);
  setTyping = type;
  renders += 1;
  const { messages, error, attached } = useMessages<{ n: string }>(room, { keep: 3 });
  const { members, status } = usePresence(room, { typing });
  const { state } = useConnection();
  const channel = useChannel(room);
  const lines = messages.map(({ data }) => data).join(',');
  const present = members.map(({ clientId, data }) => `${clientId}:${JSON.stringify(data)}`).join(',');
  const words = [channel.name, state, attached, status ?? '-', error?.code ?? '-', lines, present];
  return h('p', null, words.join(' '));
}
function App() {
  const [room, change] = useState('a');
  const [round, next] = useState(0);
  setRoom = change;
  renew = () => next(round + 1);
  return room === '' ? null : h(Room, { room, key: round });
}
let setVisit: (visit: Visit) => void = () => undefined;
function Visitor() {
  const [{ room, data, options }, visit] = useState(firstVisit);
  setVisit = visit;
  const { messages } = useMessages(room, { keep: 5, name: ['n'], ...options });
  const { status, error } = usePresence(room, data);
  return h('p', null, [messages.length, status, error?.message].join(' '));
}
const app = (client: Parameters<typeof RealtimeProvider>[0]['client']) =>
  h(StrictMode, null, h(RealtimeProvider, { client }, h(App)));
const text = (): string => place.textContent ?? '';

const server = pageWorld();
const html = renderToString(app(server.client));
await new Promise((resolve) => setTimeout(resolve, 50));
const onServer = { html, connections: server.emulator.connections.length, sent: server.sent.length };
await server.client.dispose();

const { client, options, emulator, sent } = pageWorld();
place.innerHTML = html;
const root = hydrateRoot(place, app(client));
const rooms = await liveInRooms(
  { emulator, sent },
  {
    ...{ text, renders: () => renders },
    ...{
      setTyping: (typing) => setTyping(typing),
      setRoom: (room) => setRoom(room),
      leave: () => setRoom(''),
    },
  },
);
startsTyping = true;
const anew = await liveAnew(
  { emulator, sent },
  { text, setRoom: (room) => setRoom(room), renew: () => renew(), leave: () => setRoom('') },
);
root.unmount();

const visiting = createRoot(place);
visiting.render(h(RealtimeProvider, { client }, h(Visitor)));
const { sameAgain, heard, refused, followed } = await liveAsVisitor(
  { client, emulator, sent },
  { words: text, setVisit: (visit) => setVisit(visit) },
);
visiting.unmount();

const second = createRoot(place);
second.render(h(RealtimeProvider, { client }, h(Room, { room: 'c' })));
await until('it is shown once more', () => /^c connected true present/.test(text()));
for (const connection of emulator.connections)
  connection.fail('c', { code: 40160, statusCode: 401, message: 'no' });
await until('the error is shown', () => text().startsWith('c connected false') && text().includes('40160'));
const failed = text();
await client.channel('c').attach();
emulator.publish('c', { name: 'n', data: 'again' });
await until('it goes on', () => /^c connected true present - again/.test(text()));
second.unmount();

/** Another client in the place of one that was disposed of, as where a module is replaced. */
const third = createRoot(place);
const showBy = (by: typeof client): void =>
  third.render(h(RealtimeProvider, { client: by }, h(Room, { room: 'r' })));
showBy(client);
await until('the room is there', () => /^r connected true present/.test(text()));
await client.dispose();
await until('its end is shown', () => text().startsWith('r closed'));
const other = new RealtimeClient(options);
showBy(other);
await until('the other client shows it', () => /^r connected true present/.test(text()));
emulator.publish('r', { name: 'n', data: 'by another' });
await until('it hears', () => text().includes('by another'));
const replaced = { text: text(), connections: emulator.connections.length };
third.unmount();
await other.dispose();
emulator.dispose();
console.log(
  JSON.stringify({
    onServer,
    ...rooms,
    anew,
    sameAgain,
    heard,
    refused,
    followed,
    failed,
    replaced,
    complaints,
  }),
);
process.exit(0);
