/** Renders a small Vue app on a page and on a server, and tells what came of it, as JSON. */
import { openPage, pageWorld, until } from './page.js';

const document = openPage();
const { createApp, createSSRApp, defineComponent, effectScope, h, nextTick, reactive, ref, shallowRef } =
  await import('vue');
const { renderToString } = await import('vue/server-renderer');
const { realtime, realtimeKey, useChannel, useConnection, useMessages, usePresence } =
  await import('../../lib/vue.js');

const complaints: string[] = [];
console.warn = (...words: readonly unknown[]) => complaints.push(words.map(String).join(' '));
console.error = console.warn;
const place = document.getElementById('app') as HTMLElement;
const room = ref('a');
const typing = ref(false);
const isThere = ref(true);
let renders = 0;

const Room = defineComponent(() => {
  const { messages, error, attached } = useMessages(room, { keep: 3 });
  const { members, status } = usePresence(room, () => ({ typing: typing.value }));
  const { state } = useConnection();
  const channel = useChannel(() => room.value);
  return () => {
    renders += 1;
    const lines = messages.value.map(({ data }) => String(data)).join(',');
    const present = members.value
      .map(({ clientId, data }) => `${clientId}:${JSON.stringify(data)}`)
      .join(',');
    const { value: failure } = error;
    const words = [
      channel.value.name,
      state.value,
      attached.value,
      status.value ?? '-',
      failure?.code ?? '-',
      lines,
      present,
    ];
    return h('p', words.join(' '));
  };
});
const App = defineComponent(() => () => (isThere.value ? h(Room) : h('i')));
const text = (): string => place.textContent ?? '';

const server = pageWorld();
const html = await renderToString(createSSRApp(App).use(realtime(server.client)));
await new Promise((resolve) => setTimeout(resolve, 50));
const onServer = { html, connections: server.emulator.connections.length, sent: server.sent.length };
await server.client.dispose();

const { client, emulator, sent } = pageWorld();
place.innerHTML = html;
const app = createSSRApp(App).use(realtime(client));
app.mount(place);
await until('the member is there', () => /^a connected true present - .*ann/.test(text()));
const mounted = { text: text(), sent: [...sent] };

for (const data of ['1', '2', '3', '4']) emulator.publish('a', { name: 'n', data });
await until('messages are shown', () => text().includes('2,3,4'));
renders = 0;
for (let n = 0; n < 1000; n += 1) emulator.publish('a', { name: 'n', data: `x${n}` });
await until('the last one is shown', () => text().includes('x999'));
const burst = renders;

typing.value = true;
await until('data are updated', () => text().includes('{"typing":true}'));
sent.length = 0;
room.value = 'b';
await until('the other room is shown', () => /^b connected true present/.test(text()));
const moved = text();
await until('the first room is detached', () => sent.includes('12 a'));
isThere.value = false;
await until('nothing is attached', () => sent.includes('12 b'));
const left = [...sent].sort();
app.unmount();

const scope = effectScope();
const { messages } = createApp(App)
  .provide(realtimeKey, client)
  .runWithContext(() => scope.run(() => useMessages('c'))) as ReturnType<typeof useMessages>;
await client.channel('c').attach();
emulator.publish('c', { name: 'n', data: 'in a scope' });
await until('a scope hears', () => messages.value.length === 1);
sent.length = 0;
scope.stop();
await client.channel('c').detach();
const inScope = { data: messages.value[0]?.data, sent: [...sent] };

const deep = reactive({ client, channel: client.channel('d'), list: shallowRef([]) });
const isItself = { client: deep.client === client, channel: deep.channel.name };
await nextTick();
await client.dispose();
emulator.dispose();
console.log(JSON.stringify({ onServer, mounted, burst, moved, left, inScope, isItself, complaints }));
process.exit(0);
