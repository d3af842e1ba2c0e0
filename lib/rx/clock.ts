import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { innerOf } from './outside.js';

/** The default of the option `scheduler`. Nothing else in the library reads a clock. */
export const systemScheduler: SchedulerLike = asyncScheduler;

/** Milliseconds for measuring durations: those of the scheduler, or of a monotonic clock where the scheduler's is the system's, which may be set back. */
export const steady = (scheduler: SchedulerLike): (() => number) =>
  innerOf(scheduler) === systemScheduler && typeof performance === 'object'
    ? () => performance.now()
    : () => scheduler.now();

/** The default of the option `random`: a number from 0 up to, and without, 1. */
export const systemRandom = (): number => Math.random();

/** `length` characters drawn from `random`, of 6 bits each. For ids that must differ, not for secrets. */
export function randomText(length: number, random: () => number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
  return Array.from({ length }, () => letters.charAt(Math.floor(random() * 64))).join('');
}

/** Says which polyfill is missing where the platform has no `crypto.getRandomValues`; `undefined` where it has. */
export const withoutRandomBytes = (): string | undefined =>
  typeof (globalThis as Partial<typeof globalThis>).crypto?.getRandomValues === 'function'
    ? undefined
    : 'This platform has no crypto.getRandomValues. Import a polyfill first: "react-native-get-random-values" is one.';

/** Cryptographically random bytes, at most 65,536. Throws where the platform has no `crypto.getRandomValues`. */
export const systemRandomBytes = (length: number): Uint8Array =>
  crypto.getRandomValues(new Uint8Array(length));
