import { jsonOf } from '../../codec/json.js';
import { isObject } from '../../options/validators.js';
import { wrongArgument } from '../check-topic.js';
import { RelayError } from '../relay-error.js';

/** The options of one request. */
export interface RequestOptions {
  /**
   * Most times that it is sent again, under the same id: a whole number from 0 to 100; default `publishRetries`. With 0 it is
   * sent once: for what the relay must not do twice.
   */
  readonly retries?: number | undefined;
  /** Withdraws the request as soon as the relay cannot have done it, as that of a publish does. */
  readonly signal?: AbortSignal | undefined;
}

/** Every field of RequestOptions. */
export const requestFields: Readonly<Record<keyof RequestOptions, 0>> = { retries: 0, signal: 0 };

/** Throws on a request that cannot be written; gives the text of its parameters. */
export function checkRequest(method: unknown, params: unknown, retries: number | undefined): string {
  if (typeof method !== 'string' || !/^\w+$/.test(method))
    throw wrongArgument('A method has to be a name such as "irn_publish": letters, digits and "_".');
  if (!isObject(params))
    throw wrongArgument(
      `The parameters of "${method}" have to be an object; they were ${Array.isArray(params) ? 'an array' : `of type ${typeof params}`}.`,
    );
  if (retries !== undefined && !(Number.isInteger(retries) && retries >= 0 && retries <= 100))
    throw wrongArgument(`"retries" has to be a whole number from 0 to 100; it was ${String(retries)}.`);
  return checkJson(params, 'params');
}

/** Throws on a value that JSON cannot say, and names the place; gives the text. */
export function checkJson(value: unknown, name: string): string {
  try {
    return jsonOf(value, name) ?? '';
  } catch (thrown) {
    throw wrongArgument(RelayError.of(thrown).message);
  }
}
