import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Modules that have another version, `….web.ts`, for everywhere but Node. */
export const differing = /\/(platform|listen-on-sockets|console-door)\.js$/;

/** The version of such a module for everywhere but Node. */
export const webVersionOf = (id: string, importer: string): string =>
  resolve(importer, '..', id.replace(/\.js$/, '.web.ts'));

/** The module of `@msgpack/msgpack` that makes a TextEncoder and a TextDecoder when it is imported. */
export const eagerCoders = /@msgpack[/\\]msgpack[/\\].*[/\\]utf8\.m?js$/;

/**
 * The same module with coders that are made on first use, and its own where there is none: Jest with jsdom has neither, and
 * an import must not need them.
 */
export function withLazyCoders(code: string): string {
  const lazy = code.replace(
    /const (shared(Text(?:En|De)coder)) = new \2\(\);/g,
    (_, name: string, Class: string) =>
      `let made${Class}; const ${name} = () => (made${Class} ??= new ${Class}());`,
  );
  const used = lazy.replace(/\b(sharedText(?:En|De)coder)\./g, '$1().');
  const own = used.replace(
    /(?<=if \((?:str\.length|byteLength) > (TEXT_(?:EN|DE)CODER)_THRESHOLD)(?=\))/g,
    (_, name: string) =>
      ` && typeof ${name === 'TEXT_ENCODER' ? 'TextEncoder' : 'TextDecoder'} === 'function'`,
  );
  if (lazy === code || used === lazy || own === used)
    throw new Error('@msgpack/msgpack makes its coders in another way: look at it.');
  return own;
}

/** Modules of our own that may have static blocks. */
export const ownModules = /[/\\]lib[/\\].*(?<!\.d)\.ts$/;

/** The same module with a private static field for each static block, which the Babel preset of React Native refuses. */
export const withoutStaticBlocks = (code: string): string => {
  let count = 0;
  return code.replace(
    /static \{\s*(\w+ = [^;{}]+);\s*\}/g,
    (_, assigned: string) => `static readonly #block${(count += 1)} = (${assigned});`,
  );
};

/** The module of our own that knows where errors lead. */
export const errorModule = /[/\\]lib[/\\]ably[/\\]wire[/\\]error-info\.ts$/;

/** The same module, in which errors of the library lead to `pages`; without them, to Ably's, as the source has it. */
export function withOwnPages(code: string, pages: string | undefined): string {
  if (pages === undefined) return code;
  const own = code.replace(/(?<=\bownPages\b[^=\n]*= )ablyPages\b/, () => JSON.stringify(pages));
  if (own === code)
    throw new Error('error-info.ts has no "ownPages = ablyPages": tell the build where it is.');
  return own;
}

/** A declaration that imports or exports values of another module. */
const valueImports = /^(?:import|export)\s+(?!type\b)([^;]*?)from '(\.[^']+)';/gm;
const hasOnlyTypes = (names: string): boolean => {
  const [, listed] = /\{([^]*)\}/.exec(names) ?? [];
  return listed !== undefined && listed.split(',').every((name) => /^\s*(?:type\s.*)?$/.test(name));
};

/** Every module of ours that one of ours loads, itself included. */
export function loadedBy(file: string, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, names = '', path = ''] of readFileSync(file, 'utf8').matchAll(valueImports))
    if (!hasOnlyTypes(names)) loadedBy(resolve(dirname(file), path.replace(/\.js$/, '.ts')), found);
  return found;
}
