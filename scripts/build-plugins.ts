import { resolve } from 'node:path';

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
