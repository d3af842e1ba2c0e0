import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of a page, and its type. */
export interface PageFile {
  readonly type: string;
  readonly body: Uint8Array;
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  map: 'application/json',
};

/** The folder `dist/<name>` of the package that contains the module of this URL; undefined outside of a package. */
export function builtFolder(name: string, moduleUrl: string): string | undefined {
  for (let folder = dirname(fileURLToPath(moduleUrl)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'dist', name);
    if (folder === dirname(folder)) return undefined;
  }
}

/** Reads a file of a folder, but of none below it; undefined where there is none, or its type is not one of pages. */
export async function pageFile(folder: string, name: string): Promise<PageFile | undefined> {
  const [, extension = ''] = /^[\w-]+(?:\.[\w-]+)*\.(\w+)$/.exec(name) ?? [];
  const type = Object.hasOwn(types, extension) ? types[extension] : undefined;
  if (type === undefined) return undefined;
  try {
    return { type, body: await readFile(join(folder, name)) };
  } catch {
    return undefined;
  }
}
