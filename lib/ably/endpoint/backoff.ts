/** RTB1a: 1, 4/3, 5/3, 2, 2 … for the first, second, third … retry. */
export const backoffCoefficient = (retry: number): number => Math.min((retry + 2) / 3, 2);

/** RTB1b: 1 down to 0.8, so that clients cut off together do not reconnect together. */
export const jitterCoefficient = (chance: number): number => 1 - chance * 0.2;

/** RTB1: milliseconds until the `retry`th retry, counted from 1; `chance` is a number from 0 up to 1. */
export const backoff = (initial: number, retry: number, chance: number): number =>
  initial * backoffCoefficient(retry) * jitterCoefficient(chance);

/** Milliseconds from 0 to the whole backoff: spreads clients cut off together more widely than RTB1 does. */
export const fullJitter = (initial: number, retry: number, chance: number): number =>
  initial * backoffCoefficient(retry) * chance;
