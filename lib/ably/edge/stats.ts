import type { Holder } from '../../base/described.js';
import { isObject } from '../../options/validators.js';
import { clientIn, type HttpContext } from '../channel/port.js';
import { pagesOf, type Range, rangeFields, rangeOf } from '../messages/history.js';
import type { Paged } from '../rest/pages.js';
import { textsOf } from '../wire/texts.js';

/** TS12c: a span of time that statistics are summed up in. */
export type StatsUnit = 'minute' | 'hour' | 'day' | 'month';

/** RSC6b: which statistics, and in what order. */
export interface StatsParams extends Range {
  /** RSC6b4: `minute` by default. */
  readonly unit?: StatsUnit;
}

/** TS12: the statistics of one span of time. */
export interface Stats {
  /** TS12a */
  readonly intervalId: string;
  /** TS12p: when the span began, in milliseconds since the epoch. */
  readonly intervalTime: number;
  /** TS12c */
  readonly unit: StatsUnit;
  /** TS12q: the last part that is counted of a span that is not over. */
  readonly inProgress?: string;
  /** TS12r: counts, by their names. */
  readonly entries: Readonly<Record<string, number>>;
  /** TS12s: the URI of the JSON schema of `entries`. */
  readonly schema: string;
  /** TS12t */
  readonly appId: string;
}

const known: Readonly<Record<keyof StatsParams, 0>> = { ...rangeFields, unit: 0 };

/**
 * RSC6, RTC5: the statistics of the app, newest first unless `direction` says otherwise. Cold: asks for a page when the one
 * before it has been taken; `page()` gives the first page by itself. Completes after the last one; errors with the ErrorInfo
 * of a request that failed.
 *
 * @example
 * ```ts
 * stats(client, { unit: 'hour' }).pipe(take(24)).subscribe(({ intervalId, entries }) => console.log(intervalId, entries));
 * ```
 */
export function stats(client: Holder<HttpContext>, params?: StatsParams | null): Paged<Stats> {
  const inside = clientIn(client);
  const path = (): string => {
    const query = rangeOf(params, known, inside.log);
    const { unit } = params ?? {};
    const text = new URLSearchParams(textsOf({ ...query, ...(unit != null && { unit }) })).toString();
    return `/stats${text && `?${text}`}`;
  };
  return pagesOf({ host: { client: inside } }, path, (content) =>
    content.filter(isObject).map((wire) => {
      const found = wire as unknown as Omit<Stats, 'intervalTime'>; // the server's word
      return { ...found, intervalTime: timeOf(found.intervalId) };
    }),
  );
}

/** TS12p: `2026-03-01:13:05` and its beginnings, in UTC. */
function timeOf(intervalId: unknown): number {
  const numbers = String(intervalId).match(/\d+/g) ?? [];
  const [year = NaN, month = 1, day = 1, hour = 0, minute = 0] = numbers.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute);
}
