/** Reads which points of Ably's client specification the titles of the specs name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const spec = new URL('../spec/', import.meta.url).pathname;

/** Specs that have the emulator under test, and not the client. */
const isOfEmulator = (file: string): boolean =>
  file.startsWith('emulator/') || file.includes('against-emulator');

/** The ids in front of the colon of every title; of an `it` or a `describe`, and also where that begins on the next line. */
const titledIn = (some: readonly string[]): ReadonlySet<string> =>
  new Set(
    some
      .flatMap((file) => [
        ...readFileSync(join(spec, file), 'utf8').matchAll(
          /\b(?:it|describe)\(\s*['"`]((?:[A-Z]{2,5}\d+\w*(?:, )?)+):/g,
        ),
      ])
      .flatMap(([, ids = '']) => ids.split(', ')),
  );

/** The ids in titles of specs: of the client's, and of the emulator's. */
export function titledPoints(): Readonly<Record<'client' | 'emulator', ReadonlySet<string>>> {
  const files = readdirSync(spec, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.spec.ts'),
  );
  return {
    client: titledIn(files.filter((file) => !isOfEmulator(file))),
    emulator: titledIn(files.filter(isOfEmulator)),
  };
}
