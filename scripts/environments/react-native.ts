import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell } from './cell.js';
import { hello } from './programs.js';
import { host } from './react-native-host.js';

const index = `
module.exports = {
  get AppState() { return require('react-native/Libraries/AppState/AppState').default; },
  get TurboModuleRegistry() { return require('react-native/Libraries/TurboModule/TurboModuleRegistry'); },
};
`;
const storage = `
const kept = new Map();
export default { getItem: async (name) => kept.get(name) ?? null, setItem: async (name, text) => void kept.set(name, text) };
`;
const main = `
require('react-native/Libraries/Core/setUpXHR');
async function main() {
  const { RealtimeClient } = require('rx-realtime');
  const { firstValueFrom, lastValueFrom, toArray } = require('rxjs');
  const { AppState } = require('react-native');
  const heardOfApp = [];
  const listen = AppState.addEventListener.bind(AppState);
  AppState.addEventListener = (type, handler) => listen(type, (state) => { heardOfApp.push(state); handler(state); });
  const change = (app_state) => globalThis.native.emit('appStateDidChange', { app_state });
  const { client } = require('./app.ts');
  const { msgpack } = require('rx-realtime/msgpack');
  client.connectionState$.subscribe((s) => globalThis.say(s));
  for (const own of [client, new RealtimeClient({ ...globalThis.address, key: globalThis.key, codec: msgpack(), log: () => undefined })]) {
    const channel = own.channel('chat' + Math.random());
    const heard = firstValueFrom(channel.messages$);
    await firstValueFrom(channel.whenState('attached'));
    await channel.publish('greeting', 'hello é'.repeat(100));
    const { data } = await heard;
    globalThis.say('data ' + data.length);
    const past = await lastValueFrom(channel.history().pipe(toArray()));
    globalThis.say('past ' + past.length);
    if (own === client) for (const state of ['background', 'active']) change(state);
    await own.dispose();
  }
  change('inactive'); // nothing listens any more
  if (String([...new Set(heardOfApp)]) !== 'background,active') throw new Error('The example heard of AppState: ' + heardOfApp);
  globalThis.say('received hello');
  globalThis.finish();
}
main().catch((e) => { globalThis.say('FAILED', String(e && e.stack), String(e.cause && e.cause.stack)); globalThis.finish(); });
globalThis.native.emit = (name, body) => require('react-native/Libraries/EventEmitter/RCTDeviceEventEmitter').default.emit(name, body);
`;
const build = `
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
const require = createRequire(import.meta.url);
const babel = require('@babel/core');
const preset = require.resolve('@react-native/babel-preset');
const flow = {
  name: 'react-native',
  setup: ({ onLoad, onResolve }) => { onResolve({ filter: /^react-native$/ }, () => ({ path: import.meta.dirname + '/rnindex.js' }));
    onLoad({ filter: /node_modules\\/(react-native|@react-native|rx-realtime)\\/.*\\.js$/ }, async ({ path }) => ({
      contents: (await babel.transformAsync(readFileSync(path, 'utf8'), { filename: path, presets: [[preset, { disableImportExportTransform: true, unstable_transformProfile: 'hermes-stable' }]], babelrc: false, configFile: false })).code,
      loader: 'js',
    }));
  },
};
await build({
  entryPoints: ['main.js'], bundle: true, outfile: 'out.js', format: 'iife', platform: 'neutral', target: 'es2022',
  mainFields: ['react-native', 'browser', 'module', 'main'], conditions: ['react-native', 'import'], plugins: [flow], alias: { '@react-native-async-storage/async-storage': './storage.js' },
  resolveExtensions: ['.ios.js', '.native.js', '.js', '.json'], define: { __DEV__: 'false', 'process.env.NODE_ENV': '"production"' },
});
`;

/** The example of the docs, at the address of an emulator. */
const app = (): string =>
  (
    /# React Native[\s\S]*?```ts\n([\s\S]*?)```/.exec(
      readFileSync(join(import.meta.dirname, '../../docs/frameworks/react-native.md'), 'utf8'),
    )?.[1] ?? ''
  ).replace("authUrl: 'https://example.com/token'", '...globalThis.address, authUrl: globalThis.authUrl');

/** The URL, WebSocket, fetch and AppState of React Native itself, built by its Babel preset; Hermes compiles the bundle. */
export const reactNative: readonly Cell[] = [
  {
    kind: 'Framework',
    name: 'React Native 0.88.1',
    packages: {
      ...{
        'react-native': '0.88.1',
        react: '19.3.1',
        '@react-native/babel-preset': '0.88.1',
        '@babel/core': '7.28.5',
      },
      ...{ esbuild: '0.28.2', 'hermes-compiler': '260318099.0.6', ws: '8.23.0' },
    },
    files: {
      'rnindex.js': index,
      'storage.js': storage,
      'main.js': main,
      'app.ts': app(),
      'build.mjs': build,
      'run.mjs': host,
    },
    runs: [
      ['node', 'build.mjs'],
      [
        'node_modules/hermes-compiler/hermesc/linux64-bin/hermesc',
        '-O',
        '-w',
        '-emit-binary',
        '-out',
        'out.hbc',
        'out.js',
      ],
      ['node', 'run.mjs'],
    ],
    says: hello,
    note: "its own JavaScript over native modules that Node stands in for; Hermes' compiler reads the bundle",
  },
];
