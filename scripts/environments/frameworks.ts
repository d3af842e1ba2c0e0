import type { Cell } from './cell.js';

/** The globals of a page, a client over an emulator in memory, and an end once the page shows what was published. */
const page = `
import { JSDOM } from 'jsdom';
import { RealtimeClient } from 'rx-realtime';
import { inMemory } from 'rx-realtime/emulator';

const { window } = new JSDOM('<!doctype html><div id="app"></div>', { pretendToBeVisual: true });
const names = ['document', 'Element', 'HTMLElement', 'SVGElement', 'Node', 'Text', 'Comment', 'MutationObserver', 'Event'];
const globals = { window, navigator: window.navigator, MathMLElement: class {} };
for (const name of ['requestAnimationFrame', 'cancelAnimationFrame']) globals[name] = window[name].bind(window);
for (const name of names) globals[name] = window[name];
for (const [name, value] of Object.entries(globals))
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

const { webSocketCtor, fetch, key, close } = inMemory();
export const options = { key, webSocketCtor, fetch, log: () => undefined };
export const client = new RealtimeClient(options);
const shown = () => window.document.body.textContent;
/** Publishes, waits until it is shown, takes the page away and ends. */
export async function finish(publisher, unmount) {
  await publisher.channel('chat').publish('greeting', 'hello');
  for (let left = 500; !shown().includes('received hello'); left -= 1) {
    if (left === 0) throw new Error('The page shows: ' + shown());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await unmount();
  await publisher.dispose();
  await client.dispose();
  close();
  window.close();
  console.log('shown');
}`;

const cell = (name: string, packages: Cell['packages'], main: string, runs?: Cell['runs']): Cell => ({
  kind: 'Framework',
  name,
  packages: { jsdom: '27.4.0', ...packages },
  files: { 'page.mjs': page, 'main.mjs': main },
  runs: runs ?? [['node', 'main.mjs']],
  says: /^shown$/m,
});

const react = (version: string): Cell =>
  cell(
    `React ${version}`,
    { react: version, 'react-dom': version },
    `
import { client, finish } from './page.mjs';
import { firstValueFrom } from 'rxjs';
const { createElement: h, StrictMode } = await import('react');
const { createRoot } = await import('react-dom/client');
const { RealtimeProvider, useMessages } = await import('rx-realtime/react');
function Chat() {
  const { messages } = useMessages('chat');
  return h('p', null, ...messages.map(({ data }) => 'received ' + data));
}
const root = createRoot(document.getElementById('app'));
root.render(h(StrictMode, null, h(RealtimeProvider, { client }, h(Chat))));
await firstValueFrom(client.channel('chat').whenState('attached'));
await finish(client, () => root.unmount());`,
  );

const angular = (name: string, zone: Cell['packages']): Cell =>
  cell(
    name,
    {
      ...Object.fromEntries(
        ['common', 'compiler', 'core', 'platform-browser'].map((part) => [`@angular/${part}`, '21.2.26']),
      ),
      ...zone,
    },
    `
import { client, finish, options } from './page.mjs';
import { firstValueFrom } from 'rxjs';
${'zone.js' in zone ? "await import('zone.js');" : ''}
await import('@angular/compiler');
const core = await import('@angular/core');
const { bootstrapApplication } = await import('@angular/platform-browser');
const { injectMessages, injectRealtime, provideRealtime } = await import('rx-realtime/angular');
const { RealtimeClient } = await import('rx-realtime');
let own;
class App {
  chat = injectMessages('chat');
  client = (own = injectRealtime());
  words() { return this.chat.messages().map(({ data }) => 'received ' + data).join(' '); }
}
core.Component({ selector: '#app', template: '<p>{{ words() }}</p>' })(App);
const app = await bootstrapApplication(App, {
  providers: [
    core.${'zone.js' in zone ? 'provideZoneChangeDetection()' : 'provideZonelessChangeDetection()'},
    provideRealtime((given) => new RealtimeClient({ ...options, ...given })),
  ],
});
await app.whenStable();
await firstValueFrom(own.channel('chat').whenState('attached'));
await finish(client, () => app.destroy());`,
  );

/** Frameworks with their bindings, on a page of jsdom. */
export const frameworks: readonly Cell[] = [
  angular('Angular 21.2.26, zoneless', {}),
  angular('Angular 21.2.26, zone.js 0.15.1', { 'zone.js': '0.15.1' }),
  react('18.3.1'),
  react('19.2.3'),
  cell(
    'Vue 3.5.45',
    { vue: '3.5.45' },
    `
import { client, finish } from './page.mjs';
import { firstValueFrom } from 'rxjs';
const { createApp, defineComponent, h } = await import('vue');
const { realtime, useMessages } = await import('rx-realtime/vue');
const App = defineComponent(() => {
  const { messages } = useMessages('chat');
  return () => h('p', messages.value.map(({ data }) => 'received ' + data));
});
const app = createApp(App).use(realtime(client));
app.mount('#app');
await firstValueFrom(client.channel('chat').whenState('attached'));
await finish(client, () => app.unmount());`,
  ),
  {
    ...cell('Svelte 5.57.3', { svelte: '5.57.3', esbuild: '0.28.2' }, '', [
      ['node', 'build.mjs'],
      ['node', 'out.mjs'],
    ]),
    files: {
      'page.mjs': page,
      'App.svelte': `<script>
  import { setRealtime } from 'rx-realtime/svelte';
  import Chat from './Chat.svelte';
  let { client } = $props();
  setRealtime(client);
</script>
<Chat />`,
      'Chat.svelte': `<script>
  import { useMessages } from 'rx-realtime/svelte';
  const chat = useMessages('chat');
</script>
{#each chat.messages as message (message.serial)}<p>received {message.data}</p>{/each}`,
      'main.mjs': `
import { client, finish } from './page.mjs';
import { firstValueFrom } from 'rxjs';
const { mount, unmount } = await import('svelte');
const { default: App } = await import('./App.svelte');
const app = mount(App, { target: document.getElementById('app'), props: { client } });
await firstValueFrom(client.channel('chat').whenState('attached'));
await finish(client, () => unmount(app));`,
      'build.mjs': `
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { compile } from 'svelte/compiler';
const svelte = {
  name: 'svelte',
  setup: ({ onLoad }) => onLoad({ filter: /\\.svelte$/ }, ({ path }) => ({
    contents: compile(readFileSync(path, 'utf8'), { filename: path, generate: 'client' }).js.code,
  })),
};
await build({
  entryPoints: ['main.mjs'], bundle: true, outfile: 'out.mjs', format: 'esm', platform: 'node',
  conditions: ['browser', 'production'], external: ['jsdom', 'rxjs'], plugins: [svelte],
});`,
    },
  },
];
