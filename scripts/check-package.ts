/**
 * Looks at the package as its users get it: packs it, has publint and attw read the tarball, loads every entry point
 * from it on Node both ways, and bundles every entry point for places that are not Node. Weighs what users pay for, and
 * fails where that is more than `scripts/budgets.json` allows; `--write` makes that file anew. Needs no network.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { checkedConsole, consoleWeight } from './console-page.js';
import { mapsOf } from './maps.js';
import { codePagesOf, type Manifest as Published } from './release/manifest.js';
import { problemsOf, tableOf, weightsOf, writeBudgets } from './weights.js';

interface Manifest extends Published {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
}

const root = resolve(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const entryPoints = Object.entries(manifest.exports).flatMap(([path, conditions]) =>
  typeof conditions === 'object'
    ? [
        {
          id: join(manifest.name, path),
          /** A version for everywhere but Node. */
          web: 'browser' in conditions,
          /** The framework is ESM alone, as Svelte is. */
          esmOnly: !JSON.stringify(conditions).includes('.cjs'),
        },
      ]
    : [],
);
const webEntryPoints = entryPoints.filter(({ web }) => web);
const bindings = entryPoints.filter(({ web }) => !web);
const dependencies = Object.keys(manifest.dependencies);
const peers = Object.keys(manifest.peerDependencies);
/** Never bundled: an app that uses a binding has its framework. */
const frameworks = peers.filter((name) => name !== 'rxjs');

const failures: string[] = [];
const attempt = async (what: string, work: () => string | Promise<string>): Promise<void> => {
  try {
    console.log(`ok    ${what}${await work()}`);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    console.error(`FAIL  ${what}\n${stdout}${stderr || String(error)}`);
    failures.push(what);
  }
};
const run = (command: string, args: readonly string[], cwd = root): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' });
const tool = (name: string, ...args: readonly string[]): string => {
  run(join(root, 'node_modules/.bin', name), args);
  return '';
};

/** What a bundle would need from its platform: Node's modules, and `ws`, which is Node's WebSocket. */
const foreign = new RegExp(`^(node:.+|ws|${builtinModules.join('|')})$`);
const foreignIn = ({ inputs, outputs }: Metafile): readonly string[] => [
  ...Object.keys(inputs).filter((path) => /node_modules\/ws\//.test(path)),
  ...Object.values(outputs).flatMap(({ imports }) =>
    imports.map(({ path }) => path).filter((path) => foreign.test(path)),
  ),
];
/** What only the relay needs may not weigh on those who do not use it. */
const relayOnlyIn = ({ inputs }: Metafile): readonly string[] =>
  Object.keys(inputs).filter((path) => /@noble\/ed25519|\/dist\/(web\/)?relay\b/.test(path));
const externals = ['node:*', 'ws', ...builtinModules];
const gzipped = (code: Uint8Array = new Uint8Array()): number => gzipSync(code, { level: 9 }).length / 1000;
const kilobytes = (code: Uint8Array): string => `${gzipped(code).toFixed(1)} kB`;
/** What an app of `/core` carries at least, and what a binding may add to that, in kB. */
const lightApp = `import { createClient } from '${manifest.name}/core'; createClient({ key: 'a.b:c' }).channel('chat').messages$.subscribe(console.log);`;
const relayApp = `import { RelayClient } from '${manifest.name}/relay'; new RelayClient({}).messages$.subscribe(console.log);`;
/** The app that a binding is for. */
const appOf = (binding: string): string => (binding.endsWith('/walletconnect') ? relayApp : lightApp);
/** In kB. */
const mostOf = (binding: string): number => (binding.endsWith('/walletconnect') ? 3 : 2.5);

interface Bundle {
  /** The module that is bundled, and where it looks for others. */
  readonly contents: string;
  readonly from: string;
  readonly place: string;
  readonly external: readonly string[];
}

const bundleOf = ({ contents, from, place, external }: Bundle) =>
  build({
    stdin: { contents, resolveDir: from },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: place === 'browser' ? 'browser' : 'neutral',
    mainFields: [...(place === 'browser' ? ['browser'] : []), 'module', 'main'],
    conditions: [place],
    external: [...externals, ...external],
    logLevel: 'silent',
  });
async function bundled(
  id: string,
  from: string,
  place: string,
  external: readonly string[],
): Promise<string> {
  const { metafile, outputFiles } = await bundleOf({
    contents: `export * from '${id}';`,
    from,
    place,
    external,
  });
  const found = [...foreignIn(metafile), ...(id === manifest.name ? relayOnlyIn(metafile) : [])];
  const names = Object.values(metafile.outputs).flatMap(({ exports }) => exports);
  if (names.length === 0) throw new Error(`The bundle for ${place} is empty.`);
  if (found.length > 0) throw new Error(`The bundle for ${place} contains ${found.join(', ')}.`);
  return kilobytes(outputFiles[0]?.contents ?? new Uint8Array());
}

/**
 * Without it, Node 20.19 and later would hide that something is ESM only. Angular is: CommonJS of its binding is for Jest,
 * which makes CommonJS of Angular.
 */
const noRequireOfModules = '--no-experimental-require-module';
const strictRequire = (id: string): readonly string[] =>
  process.allowedNodeEnvironmentFlags.has(noRequireOfModules) && !id.endsWith('/angular')
    ? [noRequireOfModules]
    : [];

const namesOf = (id: string, from: string, how: 'import' | 'require'): string => {
  const load = how === 'import' ? `await import('${id}')` : `require('${id}')`;
  const print = `console.log(Object.keys(${load}).filter((name) => name !== 'module.exports').sort().join(' '))`;
  const type = how === 'import' ? 'module' : 'commonjs';
  return run(process.execPath, [...strictRequire(id), `--input-type=${type}`, '--eval', print], from).trim();
};

const temporary = mkdtempSync(join(tmpdir(), `${manifest.name}-`));
try {
  const packed = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', temporary]),
  ) as
    | readonly { readonly filename: string; readonly size: number }[]
    | Readonly<Record<string, { readonly filename: string; readonly size: number }>>;
  const [pack] = Object.values(packed);
  if (pack === undefined) throw new Error('npm pack made no tarball.');
  const tarball = join(temporary, pack.filename);
  console.log(
    `${pack.filename}: ${(pack.size / 1000).toFixed(1)} kB, ${dependencies.length} runtime dependencies`,
  );

  await attempt('publint', () => tool('publint', 'run', tarball, '--strict'));
  const esmOnly = entryPoints
    .filter((entry) => entry.esmOnly)
    .map(({ id }) => id.replace(manifest.name, '.'));
  const attw = (profile: string, ...which: readonly string[]): string =>
    tool('attw', tarball, '--profile', profile, '--no-definitely-typed', '--format', 'ascii', ...which);
  await attempt('attw', () => attw('strict', '--exclude-entrypoints', ...esmOnly));
  await attempt('attw, of what is ESM alone', () => attw('esm-only', '--entrypoints', ...esmOnly));

  const modules = join(temporary, 'node_modules');
  const unpacked = join(modules, manifest.name);
  mkdirSync(unpacked, { recursive: true });
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', unpacked]);
  for (const name of [...dependencies, ...peers]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction');
  }

  await attempt('maps of code and of declarations lead to sources that are in the package', () => {
    const { maps, missing } = mapsOf(unpacked);
    if (missing.length > 0) throw new Error(`There is no ${missing.join(', ')}.`);
    return `: ${maps} maps`;
  });

  writeFileSync(join(temporary, 'package.json'), '{ "type": "module" }');
  const named = webEntryPoints.map(({ id }, n) => {
    const names = namesOf(id, temporary, 'import').split(' ');
    return `import { ${names.map((name) => `${name} as ${name}${n}`).join(', ')} } from '${id}';
      export const e${n} = [${names.map((name) => `${name}${n}`).join(', ')}] as unknown[];`;
  });
  const whole = webEntryPoints.map(({ id }, n) => `export * as all${n} from '${id}';`);
  for (const consumer of ['consumer.ts', 'consumer.cts'])
    writeFileSync(join(temporary, consumer), [...named, ...whole].join('\n'));
  /** The least versions, beside the package: what the README says it runs with. */
  const least = join(temporary, 'least');
  mkdirSync(join(least, 'node_modules'), { recursive: true });
  cpSync(unpacked, join(least, 'node_modules', manifest.name), { recursive: true });
  for (const name of dependencies) {
    mkdirSync(dirname(join(least, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(least, 'node_modules', name), 'junction');
  }
  symlinkSync(join(root, 'node_modules/least-rxjs'), join(least, 'node_modules/rxjs'), 'junction');
  for (const name of ['consumer.ts', 'consumer.cts', 'package.json'])
    cpSync(join(temporary, name), join(least, name));

  const newest = { compiler: 'typescript', from: temporary, more: ['--ignoreConfig'] };
  const oldest = { compiler: 'least-typescript', from: least, more: [] };
  for (const [{ compiler, from, more }, module, moduleResolution] of [
    [newest, 'node16', 'node16'],
    [newest, 'esnext', 'bundler'],
    [oldest, 'node16', 'node16'],
    [oldest, 'esnext', 'bundler'],
    [oldest, 'commonjs', 'node10'],
  ] as const)
    await attempt(
      `types of every name, ${compiler}, ${moduleResolution}, strict, with the libraries checked, without Node's types`,
      () => {
        const strict = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--lib', 'ES2022,DOM'];
        const how = ['--target', 'es2022', '--module', module, '--moduleResolution', moduleResolution];
        const consumers = ['consumer.ts', 'consumer.cts'].map((name) => join(from, name));
        const tsc = join(root, 'node_modules', compiler, 'bin/tsc');
        run(process.execPath, [tsc, ...strict, ...how, ...more, ...consumers], from);
        return '';
      },
    );
  await attempt(
    `${manifest.name} on Node with the least rxjs: every entry point gives the same names`,
    () => {
      for (const { id } of webEntryPoints)
        if (namesOf(id, least, 'import') !== namesOf(id, temporary, 'import')) throw new Error(id);
      return '';
    },
  );

  await attempt('errors lead to the page of their code', () => {
    const expected = `${codePagesOf(manifest) ?? 'https://help.ably.io/error/'}40000`;
    const print = `console.log(new ErrorInfo('Wrong.', { code: 40000 }).href)`;
    for (const [type, load] of [
      ['module', `import { ErrorInfo } from '${manifest.name}';`],
      ['commonjs', `const { ErrorInfo } = require('${manifest.name}');`],
    ] as const)
      for (const place of ['node', 'browser']) {
        const words = ['--conditions', place, `--input-type=${type}`, '--eval', `${load} ${print}`];
        const href = run(process.execPath, words, temporary).trim();
        if (href !== expected) throw new Error(`${type}, ${place}: ${href} instead of ${expected}`);
      }
    return `: ${expected}`;
  });
  await attempt('no static block, which the Babel preset of React Native refuses', () => {
    const files = readdirSync(join(unpacked, 'dist'), { recursive: true, encoding: 'utf8' });
    const found = files
      .filter((path) => /\.c?js$/.test(path))
      .filter((path) => /\bstatic ?\{/.test(readFileSync(join(unpacked, 'dist', path), 'utf8')));
    if (found.length > 0) throw new Error(found.join(', '));
    return `: ${files.length} files`;
  });
  for (const { id, esmOnly } of entryPoints) {
    await attempt(
      `${id} on Node: ${esmOnly ? 'import gives names' : 'import and require give the same names'}`,
      () => {
        const imported = namesOf(id, temporary, 'import');
        const required = esmOnly ? imported : namesOf(id, temporary, 'require');
        if (imported === '' || imported !== required)
          throw new Error(`import: ${imported}\nrequire: ${required}`);
        return '';
      },
    );
  }
  await attempt(
    `${manifest.name} on Node: an import reads few files, each of which takes its time`,
    async () => {
      const contents = `export * from '${manifest.name}';`;
      const { metafile } = await bundleOf({ contents, from: temporary, place: 'node', external: peers });
      const files = Object.keys(metafile.inputs).filter((path) => path.includes('/dist/'));
      if (files.length === 0 || files.length > 5) throw new Error(`It reads ${files.join(', ')}.`);
      return `: ${files.length}`;
    },
  );
  for (const { id } of webEntryPoints) {
    for (const place of ['browser', 'deno', 'bun', 'workerd', 'edge-light', 'react-native', 'default']) {
      await attempt(`${id} for ${place}`, async () => {
        const [alone, whole] = [
          await bundled(id, temporary, place, peers),
          await bundled(id, temporary, place, frameworks),
        ];
        return `: ${alone} min+gzip without rxjs, ${whole} with it`;
      });
    }
  }
  for (const { id } of bindings)
    await attempt(`${id}, beside its framework or SDK, and a client`, async () => {
      const of = (contents: string) =>
        bundleOf({ contents, from: temporary, place: 'browser', external: peers });
      const binding = `export * from '${id}';`;
      const client = appOf(id);
      const [app, alone, both] = [await of(client), await of(binding), await of(client + binding)];
      const others = [
        ...Object.keys(app.metafile.inputs),
        `/dist/${id.split('/').at(-1)}.js`,
        '/dist/chunks/view.js',
      ];
      const found = Object.keys(both.metafile.inputs).filter(
        (path) => !others.some((other) => path.endsWith(other)),
      );
      if (found.length > 0)
        throw new Error(`It contains ${found.join(', ')}: a binding takes types alone of a client.`);
      const [weight, added] = [
        gzipped(alone.outputFiles[0]?.contents),
        gzipped(both.outputFiles[0]?.contents) - gzipped(app.outputFiles[0]?.contents),
      ];
      if (added > mostOf(id)) throw new Error(`It adds ${added.toFixed(3)} kB to its app.`);
      return `: ${weight.toFixed(2)} kB min+gzip, ${added.toFixed(2)} kB over the client`;
    });
  const page = join(unpacked, 'dist/console');
  await attempt('the console takes nothing from elsewhere, and at most 150 kB', () => checkedConsole(page));
  const weights = [
    ...(await weightsOf({ from: temporary, root, externals, peers })),
    { what: 'the console, with its rxjs', ...consoleWeight(page), isOther: false },
  ];
  console.log(`\n${tableOf(weights)}`);
  if (process.argv.includes('--write')) {
    await writeBudgets(root, weights);
    console.log('\nscripts/budgets.json and docs/weight.md are written.');
  }
  for (const problem of problemsOf(root, weights)) {
    console.error(`FAIL  ${problem}`);
    failures.push(problem);
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
if (failures.length > 0) {
  console.error(`${failures.length} failed`);
  process.exitCode = 1;
}
