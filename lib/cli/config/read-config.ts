import { readFile } from 'node:fs/promises';
import { createEmulator, type EmulatorOptions } from '../../emulator/index.js';
import { UsageError } from '../exit.js';
import { emulatorSchema } from './emulator-schema.js';
import { violationOf } from './violation.js';

/** The options in a file. Throws a UsageError that names the file, the path in it, and what it has to be. */
export async function readConfig(file: string): Promise<EmulatorOptions> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    const { code } = thrown as { readonly code?: unknown };
    throw new UsageError(
      `The file ${file} cannot be read (${String(code)}). Name another one with --config.`,
    );
  });
  return configIn(text, file);
}

/** The options in the text of a file; as `readConfig` otherwise. */
export function configIn(text: string, file: string): EmulatorOptions {
  const value = jsonIn(text, file);
  const violation = violationOf(value, emulatorSchema);
  if (violation) {
    const { path, why } = violation;
    throw new UsageError(`${file} is wrong${path && ` at ${path}`}: ${why}. Correct it, or leave it out.`);
  }
  const { $schema: _, ...options } = value as EmulatorOptions & { readonly $schema?: string };
  try {
    createEmulator(options).dispose(); // finds what a schema cannot say
  } catch (thrown) {
    throw new UsageError(`${file} is wrong: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  return options;
}

/** The parser's own error would repeat a part of the text, and secrets with it. */
function jsonIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')); // editors write a mark of byte order
  } catch (thrown) {
    const [, position] = /position (\d+)/.exec(String(thrown)) ?? [];
    const before = text.slice(0, Number(position ?? 0)).split('\n');
    const place =
      position === undefined
        ? ''
        : ` (line ${String(before.length)}, column ${String((before.at(-1)?.length ?? 0) + 1)})`;
    const advice = text.includes('\ufffd')
      ? 'Write it in UTF-8, which it is not.'
      : 'Correct it: JSON has no comments, and no comma behind the last field.';
    throw new UsageError(`${file} is not JSON${place}. ${advice}`);
  }
}
