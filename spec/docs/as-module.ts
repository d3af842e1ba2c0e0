import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Block, scriptOf } from './blocks.js';

const root = resolve(import.meta.dirname, '../..');
/** A folder of this process, from which packages are found; git and the linter look past it. */
const folder = resolve(root, 'node_modules', `.docs-${process.pid}`);

const sourceOf = (name: string): string => {
  const file = resolve(root, 'lib', `${name}.ts`);
  return pathToFileURL(existsSync(file) ? file : resolve(root, 'lib', name, 'index.ts')).href;
};

/** Writes a block as a module that imports this library from its sources; answers with its path. */
export function writeModule(block: Block, change: (code: string) => string = (code) => code): string {
  const name = `${block.page.replaceAll(/\W/g, '-')}-${block.line}.${block.language === 'tsx' ? 'tsx' : 'mts'}`;
  const code = scriptOf(block).replaceAll(
    /'rx-realtime(?:\/([\w-]+))?'/g,
    (_, entry: string | undefined) => `'${sourceOf(entry ?? 'index')}'`,
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(resolve(folder, name), change(code));
  return resolve(folder, name);
}

export const removeModules = (): void => rmSync(folder, { recursive: true, force: true });
