import { expect } from 'chai';
import { type Observable, startWith } from 'rxjs';
import { connected } from '../../lib/cli/connecting.js';
import { exitCodeOf } from '../../lib/cli/exit.js';
import type { ConnectionChange, ConnectionStateName } from '../../lib/relay/index.js';
import { type Virtual, virtually } from '../support/virtual-time.js';

const reason = new Error('There is no connection: refused. The client goes on trying.');
const waiting = (retryIn: number): ConnectionChange<Error> => ({
  ...{ previous: 'connecting', current: 'disconnected', event: 'disconnected', resumed: false },
  ...{ reason, retryIn },
});

/** What is emitted, and the end as its code and its text. */
function endOf(
  { cold, scheduler }: Virtual,
  { states, changes = '' }: { readonly states: string; readonly changes?: string },
  seconds: number,
): { end?: unknown; at?: number } {
  const names = {
    i: 'initialized',
    g: 'connecting',
    c: 'connected',
    d: 'disconnected',
    f: 'failed',
  } as const;
  const state$: Observable<ConnectionStateName> = cold<ConnectionStateName>(states, names).pipe(
    startWith('initialized' as const),
  );
  const changes$ = cold(changes, { s: waiting(1000), l: waiting(15_000) });
  const seen: { end?: unknown; at?: number } = {};
  connected({ state$, changes$, errorReason: reason }, seconds * 1000, scheduler).subscribe({
    error: (thrown: unknown) =>
      Object.assign(seen, { end: [exitCodeOf(thrown), (thrown as Error).message], at: scheduler.now() }),
    complete: () => Object.assign(seen, { end: 'connected', at: scheduler.now() }),
  });
  return seen;
}

describe('cli: the wait for a connection', () => {
  const cases: readonly (readonly [
    title: string,
    stream: Parameters<typeof endOf>[1],
    seconds: number,
    expected: object,
  ])[] = [
    ['completes once connected', { states: 'g 49ms c' }, 10, { end: 'connected', at: 50 }],
    ['errors where the server refuses', { states: 'g 49ms f' }, 10, { end: [1, reason.message], at: 50 }],
    [
      'waits through attempts that fail, as long as another one comes in time',
      { states: 'g 49ms d 999ms c', changes: '50ms s' },
      10,
      { end: 'connected', at: 1050 },
    ],
    [
      'gives up as soon as the next attempt would come too late, and says why',
      { states: 'g 49ms d', changes: '50ms l' },
      10,
      { end: [3, 'There is no connection: refused.'], at: 50 },
    ],
    ['gives up in time', { states: 'g' }, 10, { end: [3, 'There is no connection: refused.'], at: 10_000 }],
    [
      'waits for ever with 0',
      { states: 'g 100s c', changes: '50ms l' },
      0,
      { end: 'connected', at: 100_001 },
    ],
  ];
  for (const [title, stream, seconds, expected] of cases)
    it(
      title,
      virtually((virtual) => {
        const seen = endOf(virtual, stream, seconds);
        virtual.flush();
        expect(seen).deep.equal(expected);
      }),
    );
});
