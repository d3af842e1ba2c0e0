/** RTB1a: 1, 4/3, 5/3, 2, 2 … for the first, second, third … retry. */
export const backoffCoefficient = (retry: number): number => Math.min((retry + 2) / 3, 2);

/** RTB1b: between 0.8 and 1, so that a crowd which was cut off together does not come back together. */
export const jitterCoefficient = (chance: number): number => 1 - chance * 0.2;

/** RTB1: milliseconds until the `retry`th retry; `chance` is a number from 0 up to 1. */
export const backoff = (initial: number, retry: number, chance: number): number =>
  initial * backoffCoefficient(retry) * jitterCoefficient(chance);

/** Anything from nothing to the whole backoff: what spreads a fleet best that was cut off at once. */
export const fullJitter = (initial: number, retry: number, chance: number): number =>
  initial * backoffCoefficient(retry) * chance;
