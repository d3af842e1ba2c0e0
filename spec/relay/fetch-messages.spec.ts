import { expect } from 'chai';
import { count, lastValueFrom } from 'rxjs';
import type { Calls } from '../../lib/relay/calls/calls.js';
import { fetched } from '../../lib/relay/fetch-messages.js';
import { topicOf } from '../support/relay-world.js';

describe('fetched', () => {
  it('reads any number of pages', async () => {
    const pages = 20_000;
    let asked = 0;
    const begin: Calls['begin'] = (_, settle) => {
      asked += 1;
      const result = { messages: [], hasMore: asked < pages };
      queueMicrotask(() => {
        settle({ type: 'answered', result }, {} as never);
      });
      return {} as never;
    };
    const calls = { begin, withdraw: () => undefined } as unknown as Calls;
    const unused = { demand: () => undefined, late: () => undefined, policy: {} as never };
    const page$ = fetched({ topic: topicOf(1), calls, ...unused });
    expect(await lastValueFrom(page$.pipe(count()))).to.equal(pages);
  });
});
