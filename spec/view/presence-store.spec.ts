import { expect } from 'chai';
import { BehaviorSubject, EMPTY, ignoreElements, type Observable, Subject, switchMap, tap } from 'rxjs';
import type { PresenceStatus } from '../../lib/ably/presence/keep-present.js';
import type { AnyClient } from '../../lib/view/client.js';
import { presenceStore } from '../../lib/view/stores.js';

describe('presenceStore', () => {
  it('passes the data of this client on where they are news, and null, which are data', () => {
    const heard: unknown[] = [];
    const presence = {
      members$: new BehaviorSubject(new Map()),
      hold: (data$: Observable<unknown>) =>
        data$.pipe(
          tap((data) => heard.push(JSON.stringify(data))),
          ignoreElements(),
        ),
    };
    const client = { channel: () => ({ presence }) } as never as AnyClient;
    const { give, subscribe } = presenceStore(client, 'chat', { isPresent: true });
    const state = { typing: false };
    give(state);
    const leave = subscribe(() => undefined);
    give({ typing: false });
    state.typing = true;
    for (const data of [state, null, null]) give(data);
    expect(heard).to.deep.equal(['{"typing":false}', '{"typing":true}', 'null']);
    leave();
  });

  it('is lost with the error of data that were refused, and tries again with other data', async () => {
    const tried: unknown[] = [];
    const status$ = [new Subject<PresenceStatus>(), new Subject<PresenceStatus>()] as const;
    const presence = {
      members$: new BehaviorSubject(new Map()),
      hold: (data$: Observable<unknown>) =>
        data$.pipe(
          switchMap((data) => {
            tried.push(data);
            return status$[tried.length - 1] ?? EMPTY;
          }),
        ),
    };
    const channel = { presence, changes$: new Subject() };
    const client = { channel: () => channel } as never as AnyClient;
    const store = presenceStore(client, 'chat', { isPresent: true });
    store.give('bad');
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
    store.give('good');
    expect(tried).to.deep.equal(['bad', 'good']);
    expect(
      await next(() => {
        status$[1].next('entering');
      }),
      'until it is present',
    ).to.deep.equal(['entering', 'refused']);
    expect(
      await next(() => {
        status$[1].next('present');
      }),
    ).to.deep.equal(['present', undefined]);
    hold();
  });
});
