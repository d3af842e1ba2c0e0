import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The maps that the built files of a package name, and what is not there of them and of our sources; those of the packages
 * that the build contains stay away.
 */
export function mapsOf(folder: string): { readonly maps: number; readonly missing: readonly string[] } {
  const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.c?[jt]s$/.test(path))
    .map((path) => join(folder, 'dist', path));
  const maps = files.flatMap((path) => {
    const [, name] = /^\/\/# sourceMappingURL=(.+)$/m.exec(readFileSync(path, 'utf8')) ?? [];
    return name === undefined ? [] : [join(dirname(path), name)];
  });
  const sources = maps.filter(existsSync).flatMap((path) => {
    const map = JSON.parse(readFileSync(path, 'utf8')) as { readonly sources: readonly string[] };
    const ours = map.sources.filter((source) => !source.includes('node_modules'));
    return ours.map((source) => join(dirname(path), source));
  });
  if (!maps.some((path) => path.endsWith('.d.ts.map'))) throw new Error('No declaration has a map.');
  const missing = [...new Set([...maps, ...sources])].filter((path) => !existsSync(path));
  return { maps: maps.length, missing };
}
