import { expect } from 'chai';
import { BehaviorSubject, defer, EMPTY, Subject } from 'rxjs';
import type { AnyClient } from '../../lib/view/client.js';
import { type DataFor, dataFor, isSame, newsOf } from '../../lib/view/news.js';
import { presenceStore } from '../../lib/view/stores.js';

describe('newsOf', () => {
  it('is the same for another object with the same data, and other for other data', () => {
    expect(newsOf({ typing: true })).to.equal(newsOf({ typing: true }));
    expect(newsOf({ typing: true })).not.to.equal(newsOf({ typing: false }));
  });

  it('is undefined where there is nothing, and nowhere else', () => {
    expect([undefined, null, ''].map(newsOf)).to.deep.equal([undefined, 'null', '""']);
  });

  const cyclic: Record<string, unknown> = {};
  cyclic['itself'] = cyclic;
  const values: readonly (readonly [string, unknown])[] = [
    ['a cyclic object', cyclic],
    ['a BigInt', 1n],
    ['a function', () => 1],
    ['a symbol', Symbol('data')],
  ];
  for (const [name, value] of values)
    it(`is the value itself where that is ${name}`, () => {
      expect(newsOf(value)).to.equal(value);
    });
});

describe('isSame', () => {
  const by = (): string => 'a';

  it('compares options field by field', () => {
    expect(isSame({ keep: 5, name: ['a', 'b'], by }, { by, name: ['a', 'b'], keep: 5 })).to.equal(true);
    expect(isSame({ keep: 5 }, { keep: 6 })).to.equal(false);
    expect(isSame({ name: ['a'] }, { name: ['a', 'b'] })).to.equal(false);
  });

  it('knows another function, and a field that one of them has not', () => {
    expect(isSame({ by }, { by: () => 'a' })).to.equal(false);
    expect([isSame<object>({}, { by }), isSame<object>({ keep: 5 }, {})]).to.deep.equal([false, false]);
    expect(isSame<object>({}, { keep: undefined })).to.equal(true);
  });
});

describe('dataFor', () => {
  it('passes the data that are for the channel, and null, which are data', () => {
    const latest$ = new BehaviorSubject<DataFor>(['a', 1]);
    const heard: unknown[] = [];
    dataFor('b', latest$).subscribe((data) => heard.push(data));
    for (const now of [
      ['b', 2],
      ['b', undefined],
      ['a', 3],
      ['b', null],
    ] as const)
      latest$.next(now);
    expect(heard).to.deep.equal([2, null]);
  });
});

describe('presenceStore', () => {
  it('is lost with the error of data that were refused, and tries again with other data', async () => {
    const tried: unknown[] = [];
    const status$ = [new Subject<'present'>(), new Subject<'present'>()] as const;
    const presence = {
      members$: new BehaviorSubject(new Map()),
      hold: (data$: BehaviorSubject<unknown>) =>
        defer(() => {
          tried.push(data$.value);
          return status$[tried.length - 1] ?? EMPTY;
        }),
    };
    const channel = { presence, changes$: new Subject() };
    const client = { channel: () => channel } as never as AnyClient;
    const data$ = new BehaviorSubject<unknown>('bad');
    const store = presenceStore(client, 'chat', { data$ });
    const next = (act: () => void): Promise<unknown> =>
      new Promise((resolve) => {
        const end = store.subscribe(() => {
          const { status, error } = store.get();
          end();
          resolve([status, error?.message]);
        });
        act();
      });
    const hold = store.subscribe(() => undefined);
    expect(
      await next(() => {
        status$[0].error(new Error('refused'));
      }),
    ).to.deep.equal(['lost', 'refused']);
    data$.next('good');
    expect(tried).to.deep.equal(['bad', 'good']);
    expect(
      await next(() => {
        status$[1].next('present');
      }),
    ).to.deep.equal(['present', undefined]);
    hold();
  });
});
