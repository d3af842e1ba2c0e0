/** `npm run docs`: builds the site into `site/dist`; `-- --serve` shows it afterwards, until Ctrl-C. */
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { install, run } from '../../scripts/packages.js';
import { copyPages } from './pages.js';

const site = join(import.meta.dirname, '..');
const root = join(site, '..');
const pages = join(site, '.pages');
const bin = (name: string): string => join(site, 'node_modules/.bin', name);

const {
  values: { serve },
} = parseArgs({ options: { serve: { type: 'boolean', default: false } } });

/** The modules of `lib/` that package.json exports. */
async function entryPoints(): Promise<readonly string[]> {
  const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, { readonly types?: unknown }>>;
  };
  return Object.entries(exports)
    .filter(([, { types }]) => types !== undefined)
    .map(([name]) => (name === '.' ? 'index' : name.slice('./'.length)));
}

/** Writes the API as pages out of the TSDoc: one for each entry. */
async function writeApi(): Promise<void> {
  const names = await entryPoints();
  const files = names.map((name) => {
    const file = join(root, 'lib', `${name}.ts`);
    return existsSync(file) ? file : join(root, 'lib', name, 'index.ts');
  });
  const options = {
    plugin: 'typedoc-plugin-markdown',
    tsconfig: join(root, 'tsconfig.json'),
    readme: 'none',
    out: join(pages, 'api'),
    outputFileStrategy: 'modules',
    entryFileName: 'index',
    hideBreadcrumbs: 'true',
    hidePageHeader: 'true',
    disableSources: 'true',
    excludePrivate: 'true',
    excludeInternal: 'true',
    excludeExternals: 'true',
    skipErrorChecking: 'true',
    githubPages: 'false',
    parametersFormat: 'table',
    logLevel: 'Error',
  };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  await run(bin('typedoc'), [...words, ...files.flatMap((file) => ['--entryPoints', file])], root);
  await nameEntries(join(pages, 'api'));
}

/** TypeDoc names a page for its file: gives each the name that is imported, and says what the pages are. */
async function nameEntries(api: string): Promise<void> {
  await rename(join(api, 'index-1.md'), join(api, 'rx-realtime.md'));
  for (const file of await readdir(api)) {
    const text = (await readFile(join(api, file), 'utf8')).replaceAll('index-1.md', 'rx-realtime.md');
    const title = file === 'rx-realtime.md' ? 'rx-realtime' : `rx-realtime/${file.replace(/\.md$/, '')}`;
    const named = file === 'index.md' ? 'API' : title;
    await writeFile(
      join(api, file),
      text.replace(/^# .*$/m, `# ${named}`).replace('[index](', '[rx-realtime]('),
    );
  }
}

await install(site);
await rm(pages, { recursive: true, force: true });
await mkdir(pages, { recursive: true });
await copyPages(join(root, 'docs'), join(site, 'pages'), pages);
/** Puts the drawer of diagrams beside the pages, as its makers have built it. */
async function copyMermaid(): Promise<void> {
  const from = join(site, 'node_modules/mermaid/dist');
  const to = join(pages, 'public/mermaid');
  for (const file of ['mermaid.esm.min.mjs', 'chunks/mermaid.esm.min'])
    await cp(join(from, file), join(to, file), { recursive: true, filter: (name) => !name.endsWith('.map') });
}

await copyMermaid();
await Promise.all([writeApi(), run(bin('tsc'), ['--noEmit', '-p', '.'], site)]);
await run(bin('vitepress'), ['build', '.'], site);
if (serve) {
  const { serveSite } = await import('./serve.js'); // what it needs is installed by now
  const served = await serveSite(8090);
  console.log(`The docs are at ${served.url} until Ctrl-C.`);
}
