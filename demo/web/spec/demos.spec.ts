import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Action } from '../../../lib/ably/wire/actions.js';
import { launch } from '../tools/browser.js';
import { cut, type ServedDemos, serveDemos } from '../tools/serve.js';
import { until, watchRenders } from './page.js';

const demos = ['angular', 'angular-zoned', 'react', 'react-development', 'vue', 'svelte'];
const prerendered = ['angular', 'react', 'vue', 'svelte'];

describe('the demos in Chromium', function () {
  this.timeout(60_000);

  let browser: Browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  let served: ServedDemos;
  let opened: BrowserContext[];
  let complaints: string[];
  let actions: number[];
  beforeEach(async () => {
    served = await serveDemos();
    opened = [];
    complaints = [];
    actions = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((context) => context.close()));
    await served.close();
  });

  /** Opens a demo as a visitor of its own. */
  async function visit(path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 900, height: 600 }, ...options });
    opened.push(context);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => {
        actions.push((JSON.parse(payload as string) as { readonly action: number }).action);
      });
    });
    await page.addInitScript(watchRenders);
    await page.goto(`${served.url}${path}`);
    return page;
  }

  const countOf = (action: number) => actions.filter((sent) => sent === action).length;
  const isPresent = (page: Page) => page.getByText('(you)').waitFor();
  const line = (page: Page, text: string) => page.locator('.messages li', { hasText: text });

  for (const demo of demos)
    describe(demo, () => {
      it('shows what another visitor writes, with nothing but a keyboard, and that it writes', async () => {
        const ann = await visit(`${demo}/`);
        await isPresent(ann);
        const bob = await visit(`${demo}/`);
        await isPresent(bob);
        await ann.getByText('2 here').waitFor();
        const [name] = (await bob.getByText('(you)').textContent())?.split(' ') ?? [];

        for (let n = 0; n < 4; n += 1) await bob.keyboard.press('Tab'); // two links, the messages, the draft
        await bob.keyboard.type('hello');
        await ann.getByText(`${name} is typing…`).waitFor();
        await bob.keyboard.press('Enter');
        await line(ann, 'hello').waitFor();
        await ann.getByText('is typing').waitFor({ state: 'detached' });
        await line(bob, 'hello').waitFor();
        expect(await bob.getByLabel('Your message').inputValue()).to.equal('');
        expect(await line(ann, 'hello').textContent()).to.match(new RegExp(`^\\s*${name} hello \\d`));
        expect(await line(ann, 'hello').count()).to.equal(1);
        expect(complaints).to.deep.equal([]);
      });

      it('counts down to the next attempt, and has each message once after a cut', async () => {
        const page = await visit(`${demo}/`);
        await isPresent(page);
        served.emulator.publish('lobby', { name: 'text', data: 'before' });
        await line(page, 'before').waitFor();
        const isStill = await page.getByRole('status').textContent();
        expect(isStill?.trim()).to.equal('');

        cut(served.emulator);
        const banner = page.getByText(/Offline\. Trying again in \d+ s\./);
        await banner.waitFor();
        const first = await banner.textContent();
        await until('the countdown goes on', async () => (await banner.textContent()) !== first);
        served.emulator.publish('lobby', { name: 'text', data: 'meanwhile' });
        served.emulator.refuse(false);
        await page.evaluate('dispatchEvent(new Event("online"))'); // does not wait for the rest of the countdown
        await line(page, 'meanwhile').waitFor();
        await banner.waitFor({ state: 'detached' });
        expect(await page.locator('.messages li').count()).to.equal(2);
      });

      it('attaches once while its reader goes away and back', async () => {
        const page = await visit(`${demo}/`);
        await isPresent(page);
        await page.getByRole('link', { name: 'About' }).click();
        await page.getByText('attached still').waitFor();
        expect(await page.locator('.messages').count()).to.equal(0);
        await page.getByRole('link', { name: 'Room' }).click();
        await isPresent(page);
        served.emulator.publish('lobby', { name: 'text', data: 'welcome back' });
        await line(page, 'welcome back').waitFor();
        expect([countOf(Action.attach), countOf(Action.detach)]).to.deep.equal([1, 0]);
        expect(served.emulator.connections.length).to.equal(1);
        expect(complaints).to.deep.equal([]);
      });

      it('renders at most once a frame at a thousand messages a second', async () => {
        const page = await visit(`${demo}/`);
        await isPresent(page);
        for (let tenth = 0; tenth < 20; tenth += 1) {
          for (let n = 0; n < 100; n += 1)
            served.emulator.publish('lobby', { name: 'text', data: `number ${tenth * 100 + n}` });
          await page.evaluate('new Promise((resolve) => setTimeout(resolve, 100))');
        }
        await line(page, 'number 1999').waitFor();
        const { most, renders } = await page.evaluate<{ most: number; renders: number }>('renders');
        expect(most).to.equal(1);
        expect(renders).to.be.within(2, 400);
        expect(await page.locator('.messages li').count()).to.equal(200);
      });

      it('leaves nothing at the server', async () => {
        const page = await visit(`${demo}/`);
        await isPresent(page);
        expect(served.emulator.presence('lobby').members.length).to.equal(1);
        await page.goto('about:blank');
        await until('the connection is gone', () => served.emulator.connections.length === 0);
        expect(served.emulator.presence('lobby').members).to.deep.equal([]);
      });

      it('fits on 360 pixels, light and dark', async () => {
        const page = await visit(`${demo}/`, { viewport: { width: 360, height: 640 } });
        await isPresent(page);
        served.emulator.publish('lobby', { name: 'text', data: 'w'.repeat(300) });
        await line(page, 'www').waitFor();
        expect(await page.evaluate('document.scrollingElement.scrollWidth')).to.equal(360);
        const paper = () =>
          page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
        await page.emulateMedia({ colorScheme: 'light' });
        const light = await paper();
        await page.emulateMedia({ colorScheme: 'dark' });
        expect([light, await paper()]).to.deep.equal(['rgb(255, 255, 255)', 'rgb(27, 26, 33)']);
      });
    });

  for (const demo of prerendered)
    it(`${demo} takes over the page that a server rendered, without a difference`, async () => {
      const page = await visit(`${demo}/`);
      await isPresent(page);
      const html = await (await fetch(`${served.url}${demo}/`)).text();
      expect(html)
        .to.match(/<ol[^>]* class="messages"/)
        .and.to.contain('here</h2>');
      expect(await page.evaluate('firstList === document.querySelector(".messages")')).to.equal(true);
      expect(complaints).to.deep.equal([]);
    });

  for (const demo of ['angular', 'angular-zoned'])
    it(`${demo} becomes stable while it is connected, and stays so while messages come`, async () => {
      const page = await visit(`${demo}/`);
      await isPresent(page);
      await page.locator('html[data-stable=true]').waitFor({ state: 'attached' });
      served.emulator.publish('lobby', { name: 'text', data: 'hello' });
      await line(page, 'hello').waitFor();
      await page.locator('html[data-stable=true]').waitFor({ state: 'attached' });
    });

  for (const demo of ['angular', 'angular-zoned'])
    it(`${demo} shows its visitor's messages as pending, sent and failed, and sends one again, with nothing but a keyboard`, async () => {
      const [page, other] = [
        await visit(`${demo}/`, { viewport: { width: 360, height: 640 } }),
        await visit(`${demo}/`),
      ];
      await page.getByText('2 here').waitFor();
      const name = await page.evaluate<string>('sessionStorage.getItem("name")');
      const write = async (text: string): Promise<void> => {
        await page.getByLabel('Your message').focus();
        await page.keyboard.type(text);
        await page.getByText(/\(you\)/).waitFor();
      };
      cut(served.emulator);
      await page.getByText('Offline').waitFor();
      await write('early');
      await page.keyboard.press('Enter');
      await line(page, 'early').getByText('Sending…').waitFor();
      expect(await line(page, 'early').locator('time').count()).to.equal(0);
      served.emulator.refuse(false);
      for (const each of [page, other]) await each.evaluate('dispatchEvent(new Event("online"))');
      await line(page, 'early').locator('time').waitFor();
      await line(other, 'early').waitFor();
      await page.getByText('2 here').waitFor();

      for (const text of ['refused', 'regretted']) {
        const before = countOf(Action.presence);
        await write(text);
        await until('the draft is announced', () => countOf(Action.presence) > before);
        await until(
          'it is known to the other',
          async () => (await other.getByText('is typing…').count()) === 1,
        );
        const own = served.emulator.connections.find(({ clientId }) => clientId === name);
        own?.nack({ code: 50000, statusCode: 500, message: 'Come back later.' });
        await page.keyboard.press('Enter');
        await line(page, text).getByText('Not sent. Come back later.').waitFor();
        expect(await page.evaluate('document.scrollingElement.scrollWidth')).to.equal(360);
        await page.keyboard.press('Shift+Tab'); // Discard
        if (text === 'refused') await page.keyboard.press('Shift+Tab'); // Retry
        await page.keyboard.press('Enter');
        await page.getByText('Not sent').waitFor({ state: 'detached' });
      }
      await line(page, 'refused').locator('time').waitFor();
      await line(other, 'refused').waitFor();
      const texts = (await page.locator('.messages li').allTextContents()).map((text) =>
        text.split(/\s+/).at(2),
      );
      expect(texts).to.deep.equal(
        await other
          .locator('.messages li')
          .allTextContents()
          .then((all) => all.map((text) => text.split(/\s+/).at(2))),
      );
      expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).to.equal('Messages');
    });

  it('react-development runs effects twice, as StrictMode does, and attaches and enters once', async () => {
    const page = await visit('react-development/');
    await isPresent(page);
    expect([countOf(Action.attach), countOf(Action.presence), countOf(Action.detach)]).to.deep.equal([
      1, 1, 0,
    ]);
  });

  it('shows the four demos on one page, with a button that cuts them off', async () => {
    const page = await visit('react/');
    await isPresent(page);
    const links = await visit('');
    expect(await links.getByRole('link').allTextContents()).to.include.members([
      ...['Angular', 'React', 'Vue', 'Svelte'],
    ]);
    await links.getByRole('button', { name: 'Cut all' }).click();
    await page.getByText('Offline. Trying again').waitFor();
  });
});
