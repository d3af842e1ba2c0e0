/** Renders a small Vue app on a page and on a server, and tells what came of it, as JSON. */
import { firstVisit, liveAnew, liveAsVisitor, liveInRooms } from './binding-life.js';
import { openPage, pageWorld, until } from './page.js';

const document = openPage();
const vue = await import('vue');
const { createApp, createSSRApp, defineComponent, effectScope, h, nextTick, reactive, ref, shallowRef } = vue;
const { KeepAlive, Suspense } = vue;
const { renderToString } = await import('vue/server-renderer');
const { provideRealtime, realtime, realtimeKey, useRealtime } = await import('../../lib/vue.js');
const { useChannel, useConnection, useMessages, usePresence } = await import('../../lib/vue.js');

const complaints: string[] = [];
console.warn = (...words: readonly unknown[]) => complaints.push(words.map(String).join(' '));
console.error = console.warn;
console.info = () => undefined; // Vue calls Suspense experimental
const place = document.getElementById('app') as HTMLElement;
const room = ref('a');
const typing = ref(false);
const isThere = ref(true);
const round = ref(0);
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
const App = defineComponent(() => () => (isThere.value ? h(Room, { key: round.value }) : h('i')));
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
const rooms = await liveInRooms(
  { emulator, sent },
  {
    ...{ text, renders: () => renders },
    ...{ setTyping: (on) => (typing.value = on), setRoom: (name) => (room.value = name) },
    leave: () => (isThere.value = false),
  },
);
const showRoom = (name: string): void => {
  room.value = name;
  isThere.value = true;
};
const anew = await liveAnew(
  { emulator, sent },
  { text, setRoom: showRoom, renew: () => (round.value += 1), leave: () => (isThere.value = false) },
);
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

const visit = shallowRef(firstVisit);
const Visitor = defineComponent(() => {
  const { messages } = useMessages(
    () => visit.value.room,
    () => ({ keep: 5, name: ['n'], ...visit.value.options }),
  );
  const { status, error } = usePresence(
    () => visit.value.room,
    () => visit.value.data,
  );
  return () => h('p', [messages.value.length, status.value, error.value?.message].join(' '));
});
const visitors = createApp(Visitor).use(realtime(client));
visitors.mount(place);
const { sameAgain, heard, refused, followed } = await liveAsVisitor(
  { client, emulator, sent },
  { words: text, setVisit: (next) => (visit.value = next) },
);
visitors.unmount();

/** A component that gives the client to the one below it. */
const Below = defineComponent(() => {
  const isGiven = useRealtime() === client;
  return () => h('p', isGiven ? 'given' : 'another');
});
const Above = defineComponent(() => {
  provideRealtime(client);
  return () => h(Below);
});
const branch = createApp(Above);
branch.mount(place);
const provided = text();
branch.unmount();

/** An option that is wrong, until it is corrected. */
const keep = ref(-1);
const thrown: string[] = [];
const Wrong = defineComponent(() => {
  const { attached } = useMessages('o', () => ({ keep: keep.value }));
  return () => h('p', String(attached.value));
});
const wrong = createApp(Wrong).use(realtime(client));
wrong.config.errorHandler = (error) => thrown.push(String(error));
wrong.mount(place);
keep.value = 5;
await until('it is attached', () => text() === 'true');
wrong.unmount();
await until('it is left', () => sent.includes('12 o'));

/** A store that a component is the first to use, and a scope that ends before the component is mounted. */
const shared = effectScope(true);
const early = effectScope(true);
let store: ReturnType<typeof useMessages> | undefined;
const First = defineComponent(() => {
  store = shared.run(() => useMessages('g'));
  early.run(() => useMessages('h'));
  early.stop();
  return () => h('i');
});
await client.channel('g').attach();
sent.length = 0;
const first = createApp(First).use(realtime(client));
first.mount(place);
first.unmount();
emulator.publish('g', { name: 'n', data: 'later' });
await until('the store hears', () => store?.messages.value.length === 1);
shared.stop();
const outlived = [...sent];

/** A room that is hidden, and heard while it is; then off the page while it is hidden. */
room.value = 'l';
const isShown = ref(true);
const Kept = defineComponent(
  () => () => h(KeepAlive, null, { default: () => (isShown.value ? h(Room) : h('i')) }),
);
const keeping = createApp(Kept).use(realtime(client));
sent.length = 0;
keeping.mount(place);
await until('the room is there', () => /^l connected true present - .*ann/.test(text()));
isShown.value = false;
await until('the room is hidden', () => text() === '');
await new Promise((resolve) => setTimeout(resolve, 100)); // longer than detachGrace
emulator.publish('l', { name: 'n', data: 'hidden' });
isShown.value = true;
await until('the room shows what it heard', () => /^l connected true present - hidden ann/.test(text()));
isShown.value = false;
await until('the room is hidden once more', () => text() === '');
keeping.unmount();
await until('it is left', () => sent.includes('12 l'));
const keptAlive = [...sent];

/** A component that waits in its setup: with what it is shown, and gone before. */
let go: () => void = () => undefined;
let ready = new Promise<void>((resolve) => (go = resolve));
const Slow = defineComponent({
  async setup() {
    const { messages, attached } = useMessages('m');
    await ready;
    return () => h('p', [attached.value, messages.value.length].join(' '));
  },
});
const Waiting = defineComponent(
  () => () => h(Suspense, null, { default: () => h(Slow), fallback: () => h('i', 'waiting') }),
);
const waiting = createApp(Waiting).use(realtime(client));
sent.length = 0;
waiting.mount(place);
await until('the fallback is shown', () => text() === 'waiting');
const whilePending = [...sent];
go();
await until('it is attached', () => text() === 'true 0');
emulator.publish('m', { name: 'n', data: '1' });
await until('it hears', () => text() === 'true 1');
waiting.unmount();
await until('it is left', () => sent.includes('12 m'));
const resolved = [...sent];
ready = new Promise<void>((resolve) => (go = resolve));
sent.length = 0;
const impatient = createApp(Waiting).use(realtime(client));
impatient.mount(place);
await until('the fallback is shown', () => text() === 'waiting');
impatient.unmount();
go();
await new Promise((resolve) => setTimeout(resolve, 100));
const suspended = { whilePending, resolved, goneBefore: [...sent] };

const deep = reactive({ client, channel: client.channel('d'), list: shallowRef([]) });
const isItself = { client: deep.client === client, channel: deep.channel.name };
await nextTick();
await client.dispose();
emulator.dispose();
console.log(
  JSON.stringify({
    onServer,
    ...rooms,
    anew,
    inScope,
    sameAgain,
    heard,
    refused,
    followed,
    provided,
    thrown,
    outlived,
    keptAlive,
    suspended,
    isItself,
    complaints,
  }),
);
process.exit(0);
