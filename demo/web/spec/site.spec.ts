import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launch } from '../tools/browser.js';
import { type ServedSite, serveSite } from '../../../site/tools/serve.js';

interface Group {
  readonly items: readonly { readonly link: string }[];
}
const groups = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../site/.pages/sidebar.json'), 'utf8'),
) as readonly Group[];
const own = ['/', '/contents', '/live', '/api/', '/api/rx-realtime', '/api/relay'];
const pages = [...own, ...groups.flatMap(({ items }) => items.map(({ link }) => link))];

describe('the site, in Chromium', function () {
  this.timeout(60_000);
  let browser: Browser;
  let site: ServedSite;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];

  before(async () => {
    [browser, site] = await Promise.all([launch(), serveSite()]);
  });
  after(async () => {
    await browser.close();
    await site.close();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 360, height: 800 } });
    page = await context.newPage();
    faults = [];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(site.url) && !/^(data|blob):/.test(url)) faults.push(`asks ${url}`);
    });
  });
  afterEach(() => context.close());

  const open = (path: string): Promise<unknown> =>
    page.goto(`${site.url}${path}`, { waitUntil: 'networkidle' });
  const overflow = (): Promise<number> =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  async function openLive(): Promise<void> {
    await open('/live');
    await page.locator('html[data-live=ready]').waitFor();
  }
  const output = (): ReturnType<Page['locator']> =>
    page.getByRole('log', { name: 'What the program writes' });

  it('the page that runs receives its messages, through a cut', async () => {
    await openLive();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await output().getByText('sent through the cut').waitFor();
    const lines = await output().locator('span').allTextContents();
    deepEqual(
      lines.filter((line) => line.startsWith('received')),
      ['received: {"text":"hello"}', 'received: {"text":"sent through the cut"}'],
    );
    deepEqual(faults, []);
  });

  it("has the anchors to which the errors' codes lead", async () => {
    await open('/troubleshooting');
    const text = readFileSync(join(import.meta.dirname, '../../../docs/troubleshooting.md'), 'utf8');
    const codes = [...text.matchAll(/^### Code (\d+)$/gm)].map(([, code]) => `code-${code}`);
    const ids = await page.locator('h3[id^=code]').evaluateAll((found) => found.map(({ id }) => id));
    deepEqual(ids, codes);
  });

  it('runs each of its programs without an error', async () => {
    await openLive();
    const choice = page.getByLabel('Program', { exact: true });
    const last = {
      Presence: 'present: ben: step 3',
      'The relay, through a cut': 'received: sent through the cut',
    };
    for (const [name, line] of Object.entries(last)) {
      await choice.selectOption(name);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await output().getByText(line).first().waitFor();
      equal(await output().locator('.live-error').count(), 0);
      await page.getByRole('button', { name: 'Stop' }).click();
    }
    deepEqual(faults, []);
  });

  it('runs a program that was changed, and tells what it may not import', async () => {
    await openLive();
    const editor = page.getByLabel('The program, which you can change');
    const runIt = page.getByRole('button', { name: /^Run/ });
    await editor.fill(
      "import { of } from 'rxjs';\nof<number>(6 * 7).subscribe((n) => console.log('it is', n));",
    );
    await runIt.click();
    await output().getByText('it is 42').waitFor();
    await editor.fill("import fs from 'node:fs';");
    await runIt.click();
    await output().getByText('"node:fs" cannot be imported here. Import rxjs,').waitFor();
    await editor.fill('const = 1;');
    await runIt.click();
    await output().getByText('SyntaxError').waitFor();
    deepEqual(faults, []);
  });

  it('finds a word by its search', async () => {
    await context.close();
    context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
    page = await context.newPage();
    await open('/contents');
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.getByRole('searchbox').fill('emulator');
    await page.locator('.VPLocalSearchBox .result').first().waitFor();
    match((await page.locator('.VPLocalSearchBox .result').first().textContent()) ?? '', /emulator/i);
  });

  it('draws the diagrams, in light and in dark', async () => {
    await open('/architecture');
    await page.locator('pre.mermaid svg').first().waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('html.dark').waitFor();
    await page.locator('pre.mermaid svg').first().waitFor();
    deepEqual(faults, []);
  });

  it('shows every page at 360 px without an error and without a bar below', async () => {
    ok(pages.length > 8, 'the contents name the pages');
    for (const path of pages) {
      await open(path);
      ok((await page.locator('h1').first().textContent()) !== null, path);
      equal(await overflow(), 0, `${path} is wider than its window`);
    }
    deepEqual(faults, []);
  });
});
