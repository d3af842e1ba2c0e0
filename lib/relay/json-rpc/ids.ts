import type { SchedulerLike } from 'rxjs';
import { systemRandom, systemScheduler } from '../../rx/clock.js';

/** Time and chance, of which ids are made. */
export interface IdSource {
  /** Its `now()` in milliseconds since the epoch. */
  readonly scheduler: Pick<SchedulerLike, 'now'>;
  /** A number from 0 up to, and without, 1. */
  readonly random: () => number;
}

/** Most ids of one millisecond. */
const perMillisecond = 1_000_000;

/** 2001-09-09: an earlier time would give an id of fewer than 19 digits. */
const earliest = 1_000_000_000_000;

/**
 * Ids of 19 digits, as decimal text and therefore exact: the milliseconds, then a number that begins by chance and counts
 * up. Strictly increasing, also when the clock is set back and when more than a million are drawn in a millisecond.
 */
export function idsOf({ scheduler, random }: IdSource): () => string {
  let at = 0;
  let count = 0;
  return () => {
    const now = Math.max(earliest, Math.floor(scheduler.now()));
    if (now > at) {
      at = now;
      count = Math.floor(random() * perMillisecond);
    } else if (count + 1 < perMillisecond) count += 1;
    else {
      at += 1;
      count = 0;
    }
    return `${at}${String(count).padStart(6, '0')}`;
  };
}

const system = { scheduler: systemScheduler, random: systemRandom };

/**
 * The id of a JSON-RPC payload: milliseconds × 10^entropy, and a number below 10^entropy by chance. With 3 (default, for
 * payloads from client to client) a safe integer of 16 digits; with 6 (from client to server) 19 digits, which no number
 * can hold, so a bigint. From 4 on a bigint.
 */
export function payloadId(entropy?: 0 | 1 | 2 | 3, source?: IdSource): number;
export function payloadId(entropy: number, source?: IdSource): number | bigint;
export function payloadId(entropy = 3, { scheduler, random }: IdSource = system): number | bigint {
  if (!Number.isInteger(entropy) || entropy < 0 || entropy > 15)
    throw new RangeError(`The entropy of an id has to be a whole number from 0 to 15; it was ${entropy}.`);
  const scale = 10 ** entropy;
  const id = BigInt(Math.floor(scheduler.now())) * BigInt(scale) + BigInt(Math.floor(random() * scale));
  return entropy > 3 ? id : Number(id);
}
