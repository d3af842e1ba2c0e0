import { expect } from 'chai';
import { concat, finalize, NEVER, of, Subject, throwError } from 'rxjs';
import { during } from '../../lib/rx/during.js';
import { follow } from '../support/follow.js';
import { virtually } from '../support/virtual-time.js';

interface Key {
  readonly name: string;
}
const a: Key = { name: 'a' };
const b: Key = { name: 'b' };
/** Two objects that look the same are two waits. */
const A: Key = { name: 'a' };
const failure = new Error('over');
const keys = { a, b, A, '-': undefined, o: undefined };

describe('during', () => {
  it(
    'runs the work of a key until the key is another one',
    virtually(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const work = cold('  --x--x--x--x');
      const key$ = hot('   -a-----b--o----', keys);
      expectObservable(
        key$.pipe(
          follow(
            during(
              (key) => key,
              () => work,
            ),
          ),
        ),
        '---------------!',
      ).toBe('                  ---x--x--x-----');
      expectSubscriptions(work.subscriptions).toBe(['-^-----!', '-------^--!']);
    }),
  );

  it(
    'does not start again while the key stays the same object',
    virtually(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const work = cold('  --x--x--x');
      const key$ = hot('   -aaaa-a---o', keys);
      expectObservable(
        key$.pipe(
          follow(
            during(
              (key) => key,
              () => work,
            ),
          ),
        ),
        '-----------!',
      ).toBe('---x--x--x-');
      expectSubscriptions(work.subscriptions).toBe('-^--------!');
    }),
  );

  it(
    'starts again for another object that looks the same',
    virtually(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const work = cold('  --x--');
      const key$ = hot('   -a-A-----', keys);
      expectObservable(
        key$.pipe(
          follow(
            during(
              (key) => key,
              () => work,
            ),
          ),
        ),
        '---------!',
      ).toBe('-----x');
      expectSubscriptions(work.subscriptions).toBe(['-^-!', '---^-----!']);
    }),
  );

  it(
    'never: does nothing without a state',
    virtually(({ expectObservable }) => {
      expectObservable(
        NEVER.pipe(
          follow(
            during(
              () => a,
              () => of('x'),
            ),
          ),
        ),
        '---!',
      ).toBe('----');
    }),
  );

  it(
    'empty: completes with a source that has no state',
    virtually(({ cold, expectObservable }) => {
      expectObservable(
        cold<Key>('--|').pipe(
          follow(
            during(
              (key) => key,
              () => of('x'),
            ),
          ),
        ),
      ).toBe('--|');
    }),
  );

  it(
    'lets the work under way finish when the source completes',
    virtually(({ cold, hot, expectObservable }) => {
      const key$ = hot('-a|', keys);
      expectObservable(
        key$.pipe(
          follow(
            during(
              (key) => key,
              () => cold('---x|'),
            ),
          ),
        ),
      ).toBe('----x|');
    }),
  );

  it(
    'error: stops the work and passes the error on',
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const work = cold('--x--x');
      expectObservable(
        hot('-a--#', keys).pipe(
          follow(
            during(
              (key) => key,
              () => work,
            ),
          ),
        ),
      ).toBe('---x#');
      expectSubscriptions(work.subscriptions).toBe('-^--!');
    }),
  );

  it(
    'error: passes on the error of the work, and of a selector that throws',
    virtually(({ cold, expectObservable }) => {
      expectObservable(
        cold('-a-b', keys).pipe(
          follow(
            during(
              (key) => key,
              () => throwError(() => failure),
            ),
          ),
        ),
      ).toBe('-#', undefined, failure);
      const selected = cold('-a').pipe(
        follow(
          during(
            () => {
              throw failure;
            },
            () => of('x'),
          ),
        ),
      );
      expectObservable(selected).toBe('-#', undefined, failure);
    }),
  );

  it(
    'many: gives each subscriber its own work',
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const work = cold('-x-');
      const worked$ = hot('-a--o', keys).pipe(
        follow(
          during(
            (key) => key,
            () => work,
          ),
        ),
      );
      expectObservable(worked$, '-----!').toBe('--x--');
      expectObservable(worked$, '-----!').toBe('--x--');
      expectSubscriptions(work.subscriptions).toBe(['-^--!', '-^--!']);
    }),
  );

  it(
    'stops the work when unsubscribed',
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const work = cold('-x-x-x');
      expectObservable(
        hot('-a', keys).pipe(
          follow(
            during(
              (key) => key,
              () => work,
            ),
          ),
        ),
        '---!',
      ).toBe('--x-');
      expectSubscriptions(work.subscriptions).toBe('-^-!');
    }),
  );

  it('re-entrant: what work has emitted in one go comes before the next key, which stops it', () => {
    const key$ = new Subject<Key>();
    const seen: string[] = [];
    const stopped: string[] = [];
    const work = (key: Key) =>
      concat(of(`${key.name}1`), of(`${key.name}2`), NEVER).pipe(finalize(() => stopped.push(key.name)));
    const subscription = key$.pipe(follow(during((key) => key, work))).subscribe((value) => {
      seen.push(value);
      if (value === 'a1') key$.next(b);
    });
    key$.next(a);
    expect(seen).to.deep.equal(['a1', 'a2', 'b1', 'b2']);
    expect(stopped).to.deep.equal(['a']);
    subscription.unsubscribe();
    expect(key$.observed).to.equal(false);
  });
});
