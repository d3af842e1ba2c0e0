import { expect } from 'chai';
import { BehaviorSubject, defer, EMPTY, Subject } from 'rxjs';
import type { AnyClient } from '../../lib/view/client.js';
import { type DataFor, dataFor, newsOf } from '../../lib/view/news.js';
import { presenceStore } from '../../lib/view/stores.js';

describe('newsOf', () => {
  it('is the same for another object with the same data, and other for other data', () => {
    expect(newsOf({ typing: true })).to.equal(newsOf({ typing: true }));
    expect(newsOf({ typing: true })).not.to.equal(newsOf({ typing: false }));
  });

  it('is undefined where there is nothing, and nowhere else', () => {
    expect([undefined, null, ''].map(newsOf)).to.deep.equal([undefined, 'null', '""']);
  });

  it('tells bytes apart by what they are, and from all that is no bytes', () => {
    const some = Uint8Array.of(9, 1, 2);
    const alike = [
      Uint8Array.of(1, 2).buffer,
      Uint8Array.of(1, 2),
      some.subarray(1),
      new DataView(some.buffer, 1),
    ];
    expect(new Set(alike.map(newsOf)).size).to.equal(1);
    const others = [
      Uint8Array.of(1, 3).buffer,
      new ArrayBuffer(0),
      {},
      [1, 2],
      '1,2',
      'bytes 1,2',
      { 0: 1, 1: 2 },
    ];
    expect(new Set([alike[0], ...others].map(newsOf)).size).to.equal(others.length + 1);
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
