import { defer, from, map, type Observable, of, ReplaySubject, share, switchMap } from 'rxjs';
import { isThenable } from '../../base/is-thenable.js';
import { fromHex, toHex } from '../../codec/hex.js';
import type { Log } from '../../base/log.js';
import { RelayError } from '../relay-error.js';

/** Storage of a seed as hexadecimal text: `localStorage`, React Native's AsyncStorage, or anything of their shape. */
export interface SeedStorage {
  readonly getItem: (name: string) => string | null | undefined | PromiseLike<string | null | undefined>;
  readonly setItem: (name: string, value: string) => unknown;
}

interface SeedSource {
  readonly seed: Uint8Array | undefined;
  readonly storage: SeedStorage | undefined;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly log: Log;
}

/** The name of the seed in its storage. */
export const seedName = 'rx-realtime.relay.seed';

const isSeedText = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value);

/** Says whether a value can be the option `seed`. */
export const isSeed = (value: unknown): boolean =>
  isSeedText(value) || (value instanceof Uint8Array && value.length === 32);

/** Gives the option `seed`, which has been checked, as a copy of bytes. */
export const seedOf = (given: string | Uint8Array | null | undefined): Uint8Array | undefined =>
  typeof given === 'string' ? fromHex(given) : given ? Uint8Array.from(given) : undefined;

/**
 * Emits the seed, which is read or made by the first subscriber, and shared from then on. Errors when it cannot be read or
 * stored, and the next subscriber tries again: another key would mean another mailbox.
 */
export const seedIn = (source: SeedSource): Observable<Uint8Array> =>
  defer(() =>
    source.seed ? of(source.seed) : source.storage ? stored(source, source.storage) : of(madeUp(source)),
  ).pipe(
    share({
      connector: () => new ReplaySubject(1),
      resetOnComplete: false,
      resetOnRefCountZero: false,
      resetOnError: true,
    }),
  );

function madeUp({ randomBytes, log }: SeedSource): Uint8Array {
  log('info', {
    message:
      'This client has a new key, and a new mailbox, which are lost with the process. Set the option "seed" or "storage" to keep them.',
  });
  return randomBytes(32);
}

const stored = (source: SeedSource, storage: SeedStorage): Observable<Uint8Array> =>
  promised(() => storage.getItem(seedName)).pipe(
    switchMap((text) => {
      if (isSeedText(text)) return of(fromHex(String(text)));
      if (text !== null && text !== undefined)
        throw new RelayError(
          'The storage holds a malformed seed: 64 hexadecimal digits are expected. Correct it, or remove it for a new key and mailbox.',
        );
      const seed = source.randomBytes(32);
      return promised(() => storage.setItem(seedName, toHex(seed))).pipe(map(() => seed));
    }),
  );

/** Calls a function of the user, and emits its result, a promised one too. */
export const promised = <T>(ask: () => T | PromiseLike<T>): Observable<T> =>
  defer(() => {
    const given = ask();
    return isThenable(given) ? from(given) : of(given);
  });
