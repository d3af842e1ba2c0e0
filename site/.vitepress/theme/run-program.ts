import { format } from './format.js';

/** A line that a program has written, or the error that ended it. */
export interface Line {
  readonly kind: 'log' | 'error';
  readonly text: string;
}

type Exports = Readonly<Record<string, unknown>>;
interface Disposable {
  dispose(): unknown;
}

/** What a program of the page may import. */
const importable: Readonly<Record<string, () => Promise<Exports>>> = {
  rxjs: () => import('rxjs'),
  'rx-realtime': () => import('rx-realtime'),
  'rx-realtime/emulator': () => import('rx-realtime/emulator'),
  'rx-realtime/relay': () => import('rx-realtime/relay'),
  'rx-realtime/msgpack': () => import('rx-realtime/msgpack'),
  'rx-realtime/crypto': () => import('rx-realtime/crypto'),
};

/** Names in `import ... from 'name'` and `import('name')`. */
const imported = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

async function modulesOf(code: string): Promise<ReadonlyMap<string, Exports>> {
  const names = new Set([...code.matchAll(imported)].map(([, name]) => name as string));
  const load = async (name: string): Promise<readonly [string, Exports]> => {
    const found = importable[name];
    if (!found)
      throw new Error(`"${name}" cannot be imported here. Import ${Object.keys(importable).join(', ')}.`);
    return [name, await found()];
  };
  return new Map(await Promise.all([...names].map(load)));
}

/** The same exports, with classes that note each object that is made, so that it is disposed of at the end. */
function noting(exports: Exports, made: Set<Disposable>): Exports {
  const noted = (value: unknown): unknown => {
    if (typeof value !== 'function' || !('dispose' in ((value.prototype as object | undefined) ?? {})))
      return value;
    return new Proxy(value, {
      construct(target, args, newTarget) {
        const object = Reflect.construct(target, args, newTarget) as Disposable;
        made.add(object);
        return object;
      },
    });
  };
  return Object.fromEntries(Object.entries(exports).map(([name, value]) => [name, noted(value)]));
}

type Program = (
  require: (name: string) => unknown,
  exports: object,
  console: Pick<Console, 'log' | 'error' | 'warn'>,
) => Promise<void>;

// The constructor of async functions has no name of its own.
const AsyncFunction = (async () => undefined).constructor as new (...words: string[]) => Program;

/** Runs a program in TypeScript, tells each line that it writes, and answers with what ends it and its clients. */
export async function runProgram(code: string, tell: (line: Line) => void): Promise<() => void> {
  const made = new Set<Disposable>();
  const end = (): void => {
    for (const object of made) object.dispose();
    made.clear();
  };
  const write =
    (kind: Line['kind']) =>
    (...values: readonly unknown[]): void =>
      tell({ kind, text: values.map(format).join(' ') });
  const fail = (error: unknown): void => write('error')(error);
  try {
    const { transform } = await import('sucrase');
    const modules = await modulesOf(code);
    const { code: script } = transform(code, {
      transforms: ['typescript', 'imports'],
      preserveDynamicImport: true,
    });
    const program = new AsyncFunction('require', 'exports', 'console', script);
    const require = (name: string): unknown => noting(modules.get(name) ?? {}, made);
    program(require, {}, { log: write('log'), error: write('error'), warn: write('error') }).catch(fail);
  } catch (error) {
    fail(error);
  }
  return end;
}
