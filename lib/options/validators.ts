import { isWellFormed } from '../codec/utf8.js';
import { maxTimer } from '../base/deadline.js';

/** A check of an option, and the name that an error gives to its valid values. */
export type Validator = readonly [includes: (value: unknown) => boolean, name: string];
/** Checks of options, by their names. */
export type Validators<Option extends string = string> = Readonly<Record<Option, Validator>>;

/** Neither `null` nor an array. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** A string, and not an empty one. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isWithin = (value: unknown, most: number): value is number =>
  typeof value === 'number' && value >= 0 && value <= most;

/** A string that is not empty. */
export const text: Validator = [isText, 'a string that is not empty'];
/** Identifies something at a server, which would know a text with half a character by another one. */
export const identity: Validator = [
  (value) => isText(value) && isWellFormed(value),
  'a string that is not empty, nor cut within a character',
];
/** A boolean. */
export const flag: Validator = [(value) => typeof value === 'boolean', 'true or false'];
/** Also a class. */
export const callable: Validator = [(value) => typeof value === 'function', 'a function'];
/** Of milliseconds, bytes or tries: what a timer can take, too. */
export const amount: Validator = [(value) => isWithin(value, maxTimer), `a number from 0 to ${maxTimer}`];
/** 0 stands for none in particular. */
export const port: Validator = [
  (value) => Number.isInteger(value) && isWithin(value, 65_535),
  'a whole number from 0 to 65535',
];

/** Whole, or without limit. */
export const countFrom = (least: number): Validator => [
  (value) => (Number.isInteger(value) || value === Infinity) && Number(value) >= least,
  `a whole number from ${least} on, or Infinity`,
];

/** Whatever has the methods: there are platforms and tests whose classes are other ones. */
export const having = (...methods: readonly string[]): Validator => [
  (value) => isObject(value) && methods.every((method) => typeof value[method] === 'function'),
  `an object${methods.map((method) => `, with ${method}()`).join('')}`,
];

/** One of these very values. */
export const oneOf = (...values: readonly unknown[]): Validator => [
  (value) => values.includes(value),
  values
    .map((value) => (typeof value === 'string' ? `'${value}'` : String(value)))
    .join(', ')
    .replace(/, (?!.*, )/, ' or '),
];

/** The first option that is wrong, and what it has to be; one that is `undefined` or `null` is left out. */
export function wrongIn(
  options: Readonly<Record<string, unknown>>,
  kinds: Validators,
): readonly [option: string, name: string] | undefined {
  for (const option in kinds) {
    const value = options[option];
    if (value != null && kinds[option]?.[0](value) === false) return [option, kinds[option][1]];
  }
  return undefined;
}
