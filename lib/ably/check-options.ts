import type { Log } from '../base/log.js';
import { warnFields } from '../options/unknown-options.js';
import { isObject, type Validators, wrongIn } from '../options/validators.js';
import { ErrorInfo } from './wire/error-info.js';

/** 40000 by default, for a user's option; the value itself may be secret and is not repeated. */
export const invalid = (option: string, name: string, code = 40000): ErrorInfo =>
  new ErrorInfo(`The option "${option}" has to be ${name}.`, { code });

/** Throws 40000, and names the option that is wrong; one that is `undefined` or `null` is left out. `own` is their own name. */
export function check(options: unknown, kinds: Validators, own = 'options', prefix = ''): void {
  if (!isObject(options)) throw invalid(own, 'an object');
  const wrong = wrongIn(options, kinds);
  if (wrong) throw invalid(prefix + wrong[0], wrong[1]);
}

/**
 * The fields of an argument, none where it is left out as `undefined` or `null`; logs those that `known` does not name. Throws
 * 40000 on one that is no object, and `where` says what it is.
 */
export function fieldsOf<T extends object>(
  given: T | null | undefined,
  known: Readonly<Record<keyof T, unknown>>,
  log: Log,
  where: string,
): Partial<T> {
  if (given === undefined || given === null) return {};
  if (!isObject(given))
    throw new ErrorInfo(`Pass an object as ${where}, or leave it out; it was of type ${typeof given}.`, {
      code: 40000,
    });
  warnFields(given, known, log, where);
  return given;
}
