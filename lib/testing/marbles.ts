import { concat, defer, EMPTY, map, NEVER, type Observable } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { isSame } from './is-same.js';
import { realtimeTesting, type RealtimeTesting, type RealtimeTestingOptions } from './realtime.js';

/**
 * Options of a run.
 *
 * @example
 * runMarbles(body, { latency: 20, until: 3_600_000 }); // an hour
 */
export interface MarbleOptions extends Omit<RealtimeTestingOptions, 'scheduler'> {
  /** Virtual ms after which clients and server are closed, so that the run ends. Default: 60,000. */
  readonly until?: number;
  /** Throws unless the two are equal. Default: an Error that writes both as lines, a notification each. */
  readonly assertDeepEqual?: (actual: unknown, expected: unknown) => void;
}

/**
 * Helpers of a TestScheduler's run, an Ably in its time, and an expectation of messages.
 *
 * @example
 * runMarbles(({ rt, scheduler, expectMessages }) => {
 *   scheduler.schedule(() => rt.drop(), 10);
 *   scheduler.schedule(() => rt.channel('chat').emit('greeting', 'a'), 20);
 *   expectMessages(rt.client().channel('chat'), '20ms a');
 * });
 */
export interface MarbleHelpers extends RunHelpers {
  readonly rt: RealtimeTesting;
  readonly scheduler: TestScheduler;
  /**
   * Compares the `data` of the channel's messages, and the virtual ms of each, with the marbles. Subscribes at the start of
   * time. A completion or an error counts as well, except for the completion by the end of the run.
   */
  readonly expectMessages: (
    channel: { readonly messages$: Observable<{ readonly data: unknown }> },
    marbles: string,
    values?: Readonly<Record<string, unknown>>,
    error?: unknown,
  ) => void;
}

/**
 * Runs clients and server in virtual time: an hour of it takes no time. What was expected is compared at the end of the run,
 * and the error of a difference is thrown from here.
 *
 * @example
 * runMarbles(({ rt, cold, expectMessages }) => {
 *   cold('--a-b').subscribe((data) => rt.channel('chat').emit('greeting', data));
 *   expectMessages(rt.client().channel('chat'), '--x-b', { x: 'a', b: 'b' });
 * });
 */
export function runMarbles<T>(body: (helpers: MarbleHelpers) => T, options: MarbleOptions = {}): T {
  const { until = 60_000, assertDeepEqual = demandEqual, ...served } = options;
  const scheduler = new TestScheduler(assertDeepEqual);
  return scheduler.run((helpers) => {
    const rt = realtimeTesting({ ...served, scheduler });
    let over = false;
    scheduler.schedule(() => {
      over = true;
      void rt.close();
    }, until);
    const expectMessages: MarbleHelpers['expectMessages'] = ({ messages$ }, marbles, values, error) => {
      const data$ = messages$.pipe(map(({ data }) => data));
      const untilOver$ = concat(
        data$,
        defer(() => (over ? NEVER : EMPTY)),
      );
      helpers.expectObservable(untilOver$).toBe(marbles, values, error);
    };
    return body({ ...helpers, rt, scheduler, expectMessages });
  });
}

/** A TestScheduler compares logs, of notifications or of subscriptions. */
type Log = readonly object[];

function demandEqual(actual: Log, expected: Log): void {
  if (isSame(actual, expected)) return;
  throw new Error(
    `The run went another way. Compare the lines.\nExpected:\n${linesOf(expected)}\nCame:\n${linesOf(actual)}`,
  );
}

interface Noted {
  readonly frame: number;
  readonly notification: { readonly kind: string; readonly value?: unknown; readonly error?: unknown };
}

const isNoted = (each: object): each is Noted => 'notification' in each;

const linesOf = (log: Log): string => log.map((each) => `  ${lineOf(each)}`).join('\n') || '  nothing';

function lineOf(each: object): string {
  if (!isNoted(each)) return written(each);
  const { kind, value, error } = each.notification;
  const said = kind === 'N' ? written(value) : kind === 'E' ? `error ${written(error)}` : 'complete';
  return `${each.frame} ms: ${said}`;
}

/** Writes what JSON can say, and all else as a string. */
function written(value: unknown): string {
  const text = value instanceof Error ? undefined : (JSON.stringify(value) as string | undefined);
  return text ?? String(value);
}
