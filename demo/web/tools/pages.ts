/**
 * `npm run bench:pages [-- --minutes 10] [-- --only console]`: keeps each demo open while a thousand messages a second
 * arrive, and the console of the emulators at two thousand of 200 connections, and says how often it rendered, which tasks
 * kept the page busy for more than 50 ms, and what its heap was at first and in the end.
 * Exits with 1 where a heap has grown by a quarter: a list that is bounded must not grow.
 */
import { parseArgs } from 'node:util';
import { interval, lastValueFrom, takeUntil, tap, timer } from 'rxjs';
import type { Browser, Page } from 'playwright-core';
import { serveFake, tellOfMany } from '../spec/fake-console.js';
import { watchLines, watchRenders } from '../spec/page.js';
import { launch } from './browser.js';
import { type ServedDemos, serveDemos } from './serve.js';

const demos = ['angular', 'react', 'vue', 'svelte'];
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '0.5' }, only: { type: 'string', default: '' } },
});
const chosen = [...demos, 'console'].filter((page) => page.startsWith(values.only));
if (chosen.length === 0)
  throw new Error(`There is no page "${values.only}". Choose from ${demos.join(', ')}, console.`);
const lasts = Number(values.minutes) * 60_000;
if (!(lasts > 0)) throw new Error('Give a number of minutes: npm run bench:pages -- --minutes 10');
const [ticks, each] = [50, 20]; // of messages: fifty times a second, twenty at once

const watchTasks = `
  globalThis.tasks = { count: 0, longest: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      tasks.count += 1;
      tasks.longest = Math.max(tasks.longest, Math.round(duration));
    }
  }).observe({ type: 'longtask' });
`;

/** Bytes of the heap after everything that can be collected was. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  for (let n = 0; n < 3; n += 1) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** Publishes a thousand messages a second for so many ms. */
const publish = ({ emulator }: ServedDemos, ms: number): Promise<unknown> =>
  lastValueFrom(
    interval(1000 / ticks).pipe(
      takeUntil(timer(ms)),
      tap((tick) => {
        const data = (n: number): string => `message ${tick * each + n}`;
        emulator.publish(
          'lobby',
          Array.from({ length: each }, (_, n) => ({ name: 'text', data: data(n) })),
        );
      }),
    ),
    { defaultValue: undefined },
  );

/** What becomes of a page while it is worked on: at first for five seconds, until it is full and its code is warm. */
async function measure(page: Page, work: (ms: number) => Promise<unknown>) {
  await work(5000);
  const before = await heapOf(page);
  await page.evaluate(
    'Object.assign(tasks, { count: 0, longest: 0 }), (renders.renders = 0), (renders.most = 0)',
  );
  await work(lasts);
  const tasks = await page.evaluate<{ count: number; longest: number }>('tasks');
  const { renders, most } = await page.evaluate<{ renders: number; most: number }>('renders');
  const after = await heapOf(page);
  return {
    'renders a second': Math.round(renders / (lasts / 1000)),
    'most in a frame': most,
    'long tasks a minute': Number((tasks.count / (lasts / 60_000)).toFixed(1)),
    'longest, ms': tasks.longest,
    'heap at first, MB': Number((before / 1e6).toFixed(2)),
    'heap in the end, MB': Number((after / 1e6).toFixed(2)),
    grown: Number((after / before).toFixed(3)),
  };
}

/** What became of one demo. */
async function watch(demo: string, browser: Browser) {
  const served = await serveDemos();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(watchRenders);
  await page.addInitScript(watchTasks);
  await page.goto(`${served.url}${demo}/`);
  await page.getByText('(you)').waitFor();
  const row = await measure(page, (ms) => publish(served, ms));
  await context.close();
  await served.close();
  return row;
}

/** What became of the emulators' console, which is told of 200 connections and 2,000 messages a second. */
async function watchConsole(browser: Browser) {
  const fake = await serveFake();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(watchTasks);
  await page.goto(fake.url);
  await page.getByText('Connected.', { exact: true }).waitFor();
  await page.evaluate(watchLines);
  let beat = 0;
  const tell = (): void => {
    beat += 1;
    tellOfMany(fake, beat);
  };
  const row = await measure(page, (ms) =>
    lastValueFrom(interval(100).pipe(takeUntil(timer(ms)), tap(tell)), { defaultValue: undefined }),
  );
  await context.close();
  await fake.close();
  return row;
}

const browser = await launch();
const rows: Record<string, Awaited<ReturnType<typeof measure>>> = {};
for (const page of chosen)
  rows[page] = page === 'console' ? await watchConsole(browser) : await watch(page, browser);
await browser.close();
console.table(rows);
if (Object.values(rows).some(({ grown }) => grown > 1.25)) {
  console.error('A heap has grown.');
  process.exitCode = 1;
}
