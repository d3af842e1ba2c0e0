/** Renders a small app of `ably/react` against an emulator on sockets, and tells what came of it, as JSON. */
import * as Ably from 'ably';
import { listen } from '../../lib/emulator/index.js';
import { openPage, until } from './page.js';

const document = openPage();
const { createElement: h, useEffect, useState } = await import('react');
const { createRoot } = await import('react-dom/client');
const {
  AblyProvider,
  ChannelProvider,
  useAbly,
  useChannel,
  useChannelStateListener,
  useConnectionStateListener,
  usePresence,
  usePresenceListener,
} = await import('ably/react');

const useBinaryProtocol = process.argv[2] === 'msgpack';
const server = await listen();
const { key, host, port, emulator } = server;
const where = { endpoint: host, port, tls: false, fallbackHosts: [] };
const autoConnect = false; // it connects when the room listens, or it might be connected before
const options = { ...where, key, autoConnect, useBinaryProtocol, logLevel: 0 };
const clientOf = (clientId: string): Ably.Realtime => new Ably.Realtime({ ...options, clientId });
const place = document.getElementById('app') as HTMLElement;
const states = { connection: [] as string[], channel: [] as string[] };
let publish: ReturnType<typeof useChannel>['publish'] | undefined;
let updateStatus: ((status: string) => Promise<void>) | undefined;

function Room() {
  const [lines, add] = useState<readonly string[]>([]);
  const { auth } = useAbly();
  useConnectionStateListener(({ current }) => void states.connection.push(current));
  useChannelStateListener('chat', ({ current }) => void states.channel.push(current));
  ({ publish } = useChannel('chat', ({ data }) => add((before) => [...before, String(data)])));
  ({ updateStatus } = usePresence<string>('chat', 'here'));
  const { presenceData } = usePresenceListener<string>('chat');
  useEffect(() => {
    client.connect();
  }, []);
  const members = presenceData.map(({ clientId, data }) => `${clientId}:${data}`).sort();
  return h('p', null, [auth.clientId, lines.join(), members.join()].join(' '));
}

const client = clientOf('ann');
const root = createRoot(place);
const text = (): string => place.textContent ?? '';
root.render(h(AblyProvider, { client }, h(ChannelProvider, { channelName: 'chat' }, h(Room))));
await until('the member is shown', () => text() === 'ann  ann:here');
const mounted = text();

await publish?.('n', 'one');
emulator.publish('chat', { name: 'n', data: 'two' });
await until('messages are shown', () => text().includes('one,two'));
await updateStatus?.('busy');
emulator.presence('chat').enter({ clientId: 'bob', data: 'away' });
await until('members are shown', () => text().includes('ann:busy,bob:away'));
const used = text();

const cut = client.connection.once('disconnected');
emulator.connections[0]?.drop();
await cut;
emulator.publish('chat', { name: 'n', data: 'meanwhile' });
emulator.presence('chat').leave({ clientId: 'bob' });
await until('it has caught up', () => text() === 'ann one,two,meanwhile ann:busy');
const resumed = { text: text(), connection: [...states.connection], channel: [...states.channel] };

root.unmount();
await until('the member has left', () => emulator.presence('chat').members.length === 0);
const closed = client.connection.once('closed');
client.close();
await closed;
await server.close();
console.log(JSON.stringify({ mounted, used, resumed }));
process.exit(0);
