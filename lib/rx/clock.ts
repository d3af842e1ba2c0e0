import {
  asapScheduler,
  asyncScheduler,
  type MonoTypeOperatorFunction,
  Observable,
  type SchedulerAction,
  type SchedulerLike,
} from 'rxjs';

/** The default of the option `scheduler`. Nothing else in the library reads a clock. */
export const systemScheduler: SchedulerLike = asyncScheduler;

/** Runs work once promises have settled, without a timer that a clock could hold. */
export const promiseScheduler: SchedulerLike = asapScheduler;

/** Milliseconds for measuring durations: those of the scheduler, or of a monotonic clock where the scheduler's is the system's, which may be set back. */
export const steady = (scheduler: SchedulerLike): (() => number) =>
  innerOf(scheduler) === systemScheduler && typeof performance === 'object'
    ? () => performance.now()
    : () => scheduler.now();

/** The default of the option `random`: a number from 0 up to, and without, 1. */
export const systemRandom = (): number => Math.random();

/**
 * `length` characters of base64, of 6 bits each, drawn from `random`: of its kind for URLs, where `last` does not say '+/'.
 * For ids that must differ, not for secrets.
 */
export function randomText(length: number, random: () => number, last: '_-' | '+/' = '_-'): string {
  const letters = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${last}`;
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

/** Runs a function somewhere else, such as outside Angular's zone, and returns what it returns. */
export type Outside = <T>(work: () => T) => T;

/** Subscribes to the source there; without `outside` the source itself. */
export const subscribeOutside =
  <T>(outside: Outside | undefined): MonoTypeOperatorFunction<T> =>
  (source) =>
    outside ? new Observable((subscriber) => outside(() => source.subscribe(subscriber))) : source;

/** A scheduler whose timers begin there. */
class OutsideScheduler implements SchedulerLike {
  readonly inner: SchedulerLike;
  readonly #outside: Outside;

  constructor(inner: SchedulerLike, outside: Outside) {
    this.inner = inner;
    this.#outside = outside;
  }

  now(): number {
    return this.inner.now();
  }

  schedule<T>(
    work: (this: SchedulerAction<T>, state: T) => void,
    delay: number,
    state: T,
  ): ReturnType<SchedulerLike['schedule']> {
    return this.#outside(() => this.inner.schedule(work, delay, state));
  }
}

/** The scheduler, with its timers there; without `outside` the scheduler itself. */
export const scheduleOutside = (scheduler: SchedulerLike, outside: Outside | undefined): SchedulerLike =>
  outside ? new OutsideScheduler(scheduler, outside) : scheduler;

/** The scheduler that a scheduler stands for. */
const innerOf = (scheduler: SchedulerLike): SchedulerLike =>
  scheduler instanceof OutsideScheduler ? scheduler.inner : scheduler;
