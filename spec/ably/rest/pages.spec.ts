import { expect } from 'chai';
import { finalize, map, of, take, tap, throwError, timer, VirtualTimeScheduler } from 'rxjs';
import { paged } from '../../../lib/ably/rest/pages.js';
import type { Answer, Request } from '../../../lib/ably/rest/request.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { answered } from '../../support/answered.js';

const answers: Readonly<Record<string, Answer>> = {
  '/1': answered([1, 2], { next: '/2', first: '/1' }),
  '/2': answered([3], { next: '/3', first: '/1' }),
  '/3': answered([4], { first: '/1' }),
  '/alone': answered([5]),
  '/empty': answered([]),
  '/odd': answered({ a: 1 }),
  '/astray': answered([6], { next: 'mailto:me' }),
};
const failed = new ErrorInfo('not found', { code: 40400 });

/** Pages from `path` on, and the paths that were requested. */
function build(path = '/1') {
  const asked: string[] = [];
  const ask = ({ method, path: at }: Request) => {
    asked.push(`${method} ${at}`);
    const answer = answers[at];
    return answer ? of(answer) : throwError(() => failed);
  };
  return {
    asked,
    results$: paged(
      ask,
      () => path,
      (content) => content.map((item) => Number(item) * 10),
    ),
  };
}
/** So many pages of one item, each a millisecond after it was asked for. */
function pagesOf(pages: number) {
  const scheduler = new VirtualTimeScheduler();
  const asked: string[] = [];
  const left: string[] = [];
  const ask = ({ path }: Request) => {
    asked.push(path);
    const at = Number(path.slice(1));
    const links = at + 1 < pages ? { next: `/${at + 1}` } : {};
    let isAnswered = false;
    return timer(1, scheduler).pipe(
      map(() => answered([at], links)),
      tap(() => (isAnswered = true)),
      finalize(() => {
        if (!isAnswered) left.push(path);
      }),
    );
  };
  const results$ = paged(
    ask,
    () => '/0',
    (content) => content.map(Number),
  );
  return { results$, scheduler, asked, left };
}
/** How many calls are under way. */
function depthOfStack(): number {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Infinity;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = limit;
  return stack.split('\n').length;
}
const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('paged', () => {
  it('requests nothing before it is subscribed to', () => {
    expect(build().asked).to.deep.equal([]);
  });

  it('TG2: emits the items of all pages in order, and completes', () => {
    const { results$, asked } = build();
    const seen: unknown[] = [];
    results$.subscribe({ next: (item) => seen.push(item), complete: () => seen.push('|') });
    expect(seen).to.deep.equal([10, 20, 30, 40, '|']);
    expect(asked).to.deep.equal(['GET /1', 'GET /2', 'GET /3']);
  });

  it('requests a further page only when the items of the page before were taken', () => {
    for (const [count, pages] of [
      [1, 1],
      [2, 1],
      [3, 2],
    ] as const) {
      const { results$, asked } = build();
      results$.pipe(take(count)).subscribe();
      expect(asked, String(count)).to.have.length(pages);
    }
  });

  it('TG2: goes through as many calls for an item of the hundredth page as for one of the second', () => {
    const { results$, scheduler } = pagesOf(100);
    const depths: number[] = [];
    results$.subscribe(() => depths.push(depthOfStack()));
    scheduler.flush();
    expect(depths).to.have.length(100);
    expect(depths.at(-1)).to.equal(depths[1]);
  });

  it('requests nothing more, and gives the request under way up, when it is left between two pages', () => {
    const { results$, scheduler, asked, left } = pagesOf(10);
    const seen: number[] = [];
    const subscription = results$.subscribe((item) => seen.push(item));
    scheduler.schedule(() => subscription.unsubscribe(), 2.5);
    scheduler.flush();
    expect([seen, asked, left]).to.deep.equal([[0, 1], ['/0', '/1', '/2'], ['/2']]);
  });

  it('begins anew for each subscriber', () => {
    const { results$, asked } = build('/alone');
    results$.subscribe();
    results$.subscribe();
    expect(asked).to.deep.equal(['GET /alone', 'GET /alone']);
  });

  it('errors with the error of a request', () => {
    const seen: unknown[] = [];
    build('/none').results$.subscribe({ error: (error: unknown) => seen.push(error) });
    expect(seen).to.deep.equal([failed]);
  });

  it('50000: errors where the body is no list', () => {
    const seen: unknown[] = [];
    build('/odd').results$.subscribe({ error: (error: unknown) => seen.push((error as ErrorInfo).code) });
    expect(seen).to.deep.equal([50000]);
  });

  it('50000: keeps a page whose link to the next one leads nowhere, and tells of that where it is taken', async () => {
    const { results$, asked } = build('/astray');
    const page = await results$.page();
    expect(page).to.deep.include({ items: [60], hasNext: true });
    const error = (await rejection(page.next())) as ErrorInfo;
    expect([error.code, error.message]).to.deep.equal([
      50000,
      'The server did not answer with a Link header that leads to a page.',
    ]);
    expect(asked).to.deep.equal(['GET /astray']);
  });

  it('TG3, TG6, TG7: a page has items, and knows whether it is the last', async () => {
    const first = await build().results$.page();
    expect(first).to.deep.include({ items: [10, 20], hasNext: true, isLast: false });
    const alone = await build('/alone').results$.page();
    expect(alone).to.deep.include({ items: [50], hasNext: false, isLast: true });
    expect((await build('/empty').results$.page()).items).to.deep.equal([]);
  });

  it('TG4: a page leads to the next one, and the last one to null', async () => {
    const { results$, asked } = build();
    const second = await (await results$.page()).next();
    const third = await second?.next();
    expect([second?.items, third?.items, await third?.next()]).to.deep.equal([[30], [40], null]);
    expect(asked).to.deep.equal(['GET /1', 'GET /2', 'GET /3']);
  });

  it('TG5: a page leads to the first one, also where no link names it', async () => {
    const third = await (await (await build().results$.page()).next())?.next();
    expect((await third?.first())?.items).to.deep.equal([10, 20]);
    const { results$, asked } = build('/alone');
    expect((await (await results$.page()).first()).items).to.deep.equal([50]);
    expect(asked).to.deep.equal(['GET /alone', 'GET /alone']);
  });

  it('rejects with the error of a request', async () => {
    expect(await rejection(build('/none').results$.page())).to.equal(failed);
  });
});
