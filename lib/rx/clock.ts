import { asyncScheduler, type SchedulerLike } from 'rxjs';

/** Time, unless the client's options name another scheduler. Nothing else in the library reads a clock. */
export const systemScheduler: SchedulerLike = asyncScheduler;

/**
 * Milliseconds for telling how long something takes. The system's clock may be set back, so of its time they are those of
 * another one, which only goes on.
 */
export const steady = (scheduler: SchedulerLike): (() => number) =>
  scheduler === systemScheduler && typeof performance === 'object'
    ? () => performance.now()
    : () => scheduler.now();

/** Chance, unless the client's options name another source: a number from 0 up to, and without, 1. */
export const systemRandom = (): number => Math.random();

/** `length` characters drawn from `random`; 6 bits each. For ids that must differ, not for secrets. */
export function randomText(length: number, random: () => number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
  return Array.from({ length }, () => letters.charAt(Math.floor(random() * 64))).join('');
}

/** Bytes that nobody can foretell, at most 65,536 of them. Throws where the platform has no `crypto.getRandomValues`. */
export const systemRandomBytes = (length: number): Uint8Array =>
  crypto.getRandomValues(new Uint8Array(length));
