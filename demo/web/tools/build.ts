import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install, run as runIn } from '../../../scripts/packages.js';

const here = join(import.meta.dirname, '..');
const root = join(here, '../..');

const run = (program: string, args: readonly string[], cwd = here): Promise<void> =>
  runIn(program, args, cwd);

const bin = (name: string): string => join(here, 'node_modules/.bin', name);

/** Puts the packed library in place, as npm would, so that the demos see what users see and one copy of each peer. */
async function placeLibrary(): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'rx-realtime-'));
  const place = join(here, 'node_modules/rx-realtime');
  try {
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', temporary], root);
    await rm(place, { recursive: true, force: true });
    await mkdir(place);
    await run('sh', ['-c', `tar xzf "${temporary}"/*.tgz -C "${place}" --strip-components 1`]);
  } finally {
    await rm(temporary, { recursive: true });
  }
}

/** Checks the types of the demos; Angular's builder checks its own. */
const check = (): Promise<unknown> =>
  Promise.all([
    run(bin('vue-tsc'), ['--noEmit', '-p', '.']),
    run(bin('svelte-check'), ['--tsconfig', 'svelte/tsconfig.json', '--fail-on-warnings']),
  ]);

const buildAngular = async (): Promise<void> => {
  for (const configuration of ['prerendered', 'zoned'])
    await run(bin('ng'), ['build', '--configuration', configuration, '--progress', 'false']);
};

const vite = (name: string, ...args: readonly string[]): Promise<void> =>
  run(bin('vite'), ['build', name, '-c', 'tools/vite.config.ts', ...args]);

/** Builds a demo for the browser, in one way or several, and writes into its page what a server renders. */
async function buildPrerendered(
  name: 'react' | 'vue' | 'svelte',
  ways: Readonly<Record<string, 'production' | 'development'>> = { [name]: 'production' },
): Promise<void> {
  const server = join(here, 'dist', `${name}-server`);
  await vite(name, '--ssr', name === 'react' ? 'server.tsx' : 'server.ts', '--outDir', server);
  const { render } = (await import(pathToFileURL(join(server, 'server.js')).href)) as {
    readonly render: () => string | Promise<string>;
  };
  for (const [place, mode] of Object.entries(ways)) {
    const out = join(here, 'dist', place);
    await vite(name, '--base', `/${place}/`, '--mode', mode, '--outDir', out);
    const html = await readFile(join(out, 'index.html'), 'utf8');
    await writeFile(join(out, 'index.html'), html.replace('<!--app-->', await render()));
  }
}

/** Builds all demos into `dist`, each as its framework does it for production; React in development, too. */
export async function buildDemos(): Promise<void> {
  await install(here);
  await placeLibrary();
  await rm(join(here, 'dist'), { recursive: true, force: true });
  await Promise.all([
    check().then(buildAngular),
    buildPrerendered('vue')
      .then(() => buildPrerendered('svelte'))
      .then(() => buildPrerendered('react', { react: 'production', 'react-development': 'development' })),
  ]);
  for (const file of ['index.html', 'shared/style.css'])
    await cp(join(here, file), join(here, 'dist', file.replace('shared/', '')));
}
