import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';
import { emulatorSchema } from './lib/cli/config/emulator-schema.js';
import {
  differing,
  eagerCoders,
  errorModule,
  loadedBy,
  ownModules,
  webVersionOf,
  withLazyCoders,
  withOwnPages,
  withoutStaticBlocks,
} from './scripts/build-plugins.js';
import { codePagesOf, type Manifest as Published } from './scripts/release/manifest.js';

interface Manifest extends Published {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const { bin, exports: entryPoints } = manifest;

/** `./relay` of package.json is built from `lib/relay.ts` or `lib/relay/index.ts`. */
const sourceOf = (name: string): string => {
  const file = `lib/${name}.ts`;
  return existsSync(file) ? file : `lib/${name}/index.ts`;
};
const entriesWhere = (
  chosen: (conditions: Readonly<Record<string, unknown>>) => boolean,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(entryPoints)
      .filter(([, conditions]) => typeof conditions === 'object' && chosen(conditions))
      .map(([path]) => (path === '.' ? 'index' : path.slice('./'.length)))
      .map((name) => [name, sourceOf(name)] as const)
      .filter(([, file]) => existsSync(file)), // a missing one is for check:package to tell
  );

/** Away from Node a connection is made by the global WebSocket, nothing listens, and `ws` is not even mentioned. */
const webPlatform = {
  name: 'web-platform',
  resolveId: {
    filter: { id: differing },
    handler: (id: string, importer?: string) =>
      importer === undefined ? undefined : webVersionOf(id, importer),
  },
};

/** An import needs nothing of the platform: see `withLazyCoders`. */
const lazyCoders = {
  name: 'lazy-coders',
  transform: { filter: { id: eagerCoders }, handler: withLazyCoders },
};

/** React Native has to read the build: see `withoutStaticBlocks`. */
const noStaticBlocks = {
  name: 'no-static-blocks',
  transform: { filter: { id: ownModules, code: 'static {' }, handler: withoutStaticBlocks },
};

/** Errors of a released package lead to its docs: see `withOwnPages`. */
const ownPages = {
  name: 'own-pages',
  transform: {
    filter: { id: errorModule },
    handler: (code: string) => withOwnPages(code, codePagesOf(manifest)),
  },
};

/** The schema of the files that `rx-realtime emulator --config` reads, for editors. */
const schemaFile = {
  name: 'schema-file',
  generateBundle(this: { readonly emitFile: (file: EmittedFile) => unknown }) {
    const source = `${JSON.stringify(emulatorSchema, undefined, 2)}\n`;
    this.emitFile({ type: 'asset', fileName: 'emulator.schema.json', source });
  },
};

interface EmittedFile {
  readonly type: 'asset';
  readonly fileName: string;
  readonly source: string;
}

/**
 * Maps our own code alone: the package ships its sources once, in `lib`, and not those of others that the build contains.
 */
const ownMaps = {
  name: 'own-maps',
  transform: {
    filter: { id: /\/node_modules\// },
    handler: (code: string) => ({ code, map: { version: 3, names: [], sources: [], mappings: '' } }),
  },
};

/** Puts what entries share into a folder of its own, or a chunk named like an entry would take its place. */
const withChunksApart = ((options) => ({
  ...options,
  sourcemapExcludeSources: true,
  chunkFileNames: (chunk) =>
    `chunks/${typeof options.chunkFileNames === 'function' ? options.chunkFileNames(chunk) : (options.chunkFileNames ?? '[name].js')}`,
})) satisfies UserConfig['outputOptions'];

/** Modules of the client without a connection: on Node it is to load no `ws`. */
const ofRest = loadedBy(resolve('lib/rest.ts'));
const baseFloor =
  /\/lib\/(?!ably|relay|emulator|cli|crypto|view|codec\/(?:msgpack|read-frame))\w+\/[^?]+(?<!\.d)\.ts$/;
const ablyFloor = /\/lib\/(?:index|ably\/(?!messages\/fold)[^?]+)(?<!\.d)\.ts$/;

/**
 * Puts what entries share into a file for each of two floors, with a connection or without, because Node pays for each file
 * of an import. The web's build keeps small ones, which bundlers can leave out as a whole.
 */
const inFewFiles: UserConfig['outputOptions'] = (options) => ({
  ...withChunksApart(options),
  codeSplitting: {
    groups: [
      {
        name: 'base',
        test: (id: string) => baseFloor.test(id) && !/\/lib\/(?:socket|connection)\//.test(id),
      },
      { name: 'http', test: (id: string) => ofRest.has(id) },
      { name: 'connection', test: baseFloor },
      { name: 'view', test: /\/lib\/(?:view\/|ably\/messages\/fold)[^?]*(?<!\.d)\.ts$/ },
      { name: 'ably', test: ablyFloor },
    ].map((group) => ({ ...group, minShareCount: 2 })),
  },
});

const shared = {
  target: 'es2022',
  fixedExtension: false,
  hash: false,
  sourcemap: true,
  logLevel: 'warn',
  inputOptions: { resolve: { mainFields: ['module', 'main'] } }, // ESM of what is contained, for Node as well
  outputOptions: withChunksApart,
  checks: { pluginTimings: false },
  plugins: [lazyCoders, noStaticBlocks, ownPages, ownMaps],
} satisfies UserConfig;
/** Packages that the build contains, so that they are no dependencies. */
const contained = [
  /^@msgpack\/msgpack/,
  /^@noble\/ciphers/,
  /^@stablelib/,
  /^@ably\/vcdiff-decoder/,
  /^@jmespath-community/,
  /^@standard-schema\/spec/,
];
/** Dependencies, but ESM only: what `require` gives has to contain them. */
const esmOnly = [/^@noble\/(ed25519|hashes)/];
const esm = { format: 'esm', deps: { onlyBundle: contained } } satisfies UserConfig;
const cjs = {
  format: 'cjs',
  deps: { alwaysBundle: esmOnly, onlyBundle: [...contained, ...esmOnly] },
} satisfies UserConfig;

const node = {
  ...shared,
  platform: 'node',
  entry: entriesWhere(() => true),
  outDir: 'dist',
  dts: { sourcemap: true },
  banner: { dts: '/// <reference lib="esnext.disposable" />' }, // Symbol.asyncDispose, for users whose lib is ES2022
} satisfies UserConfig;
const web = {
  ...shared,
  platform: 'browser',
  entry: entriesWhere((conditions) => 'browser' in conditions),
  outDir: 'dist/web',
  dts: false, // the same as for Node
  plugins: [webPlatform, ...shared.plugins],
} satisfies UserConfig;
/** The page of the emulators' console, with all that it needs in one file. Maps would be larger than it is. */
const page = {
  name: 'console',
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  entry: { console: 'console/main.tsx' },
  tsconfig: 'console/tsconfig.json',
  outDir: 'dist/console',
  fixedExtension: false,
  hash: false,
  minify: true,
  dts: false,
  logLevel: 'warn',
  copy: ['console/index.html', 'console/console.css'],
  inputOptions: { resolve: { conditionNames: ['es2015', 'browser', 'import', 'default'] } }, // RxJS without helpers
  deps: { alwaysBundle: [/./], onlyBundle: ['preact', 'rxjs', 'tslib'] },
  checks: { pluginTimings: false },
} satisfies UserConfig;
const commands = Object.fromEntries(
  Object.values(bin)
    .map((path) => path.replace(/^.*\/(.+)\.js$/, '$1'))
    .map((name) => [name, sourceOf(name)] as const)
    .filter(([, file]) => existsSync(file)),
);

export default defineConfig([
  {
    ...node,
    ...esm,
    outputOptions: inFewFiles,
    entry: { ...node.entry, ...commands },
    plugins: [...shared.plugins, schemaFile],
  },
  { ...node, ...cjs },
  { ...web, ...esm },
  { ...web, ...cjs },
  page,
]);
