import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { AdminCommand, AdminConnection, AdminRelay } from '../../../lib/emulator/console/protocol.js';
import { connectionOf, stateOf } from '../../../spec/support/admin.js';
import { launch } from '../tools/browser.js';
import { type FakeConsole, serveFake } from './fake-console.js';
import { type OpenConsole, openConsole } from './open-console.js';
import { until } from './page.js';

const ada = connectionOf('id-of-ada', { clientId: 'ada', hasToken: true, channels: ['lobby'] });
const bob = connectionOf('id-of-bob', { clientId: 'bob' });

describe('what is gone or was not heard, on the console in Chromium', function () {
  this.timeout(60_000);

  let browser: Browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  let fake: FakeConsole;
  let open: OpenConsole;
  let page: Page;
  beforeEach(async () => {
    fake = await serveFake();
    open = await openConsole(browser, fake.url, { timezoneId: 'UTC' });
    page = open.page;
  });
  afterEach(async () => {
    await page.context().close();
    await fake.close();
    expect(open.complaints).to.deep.equal([]);
  });

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const commands = (): readonly AdminCommand[] => fake.requests.filter(({ do: name }) => name !== 'watch');
  /** Clicks where an input is looked for that Playwright would call disabled. */
  const press = (name: string) => button(name).click({ force: true });
  const isOff = async (name: string) => [name, await button(name).getAttribute('aria-disabled')];
  /** Returns once the server has had all that was asked until now: this request is the last. */
  async function asksNothing(): Promise<void> {
    await button('Refuse newcomers').click();
    await until('the last is asked', () => commands().some((command) => command.do === 'refuse'));
    expect(commands().map((command) => command.do)).to.deep.equal(['refuse']);
  }

  /** Tells of connections at a time, which the page has taken when it shows this count. */
  async function tell(at: number, ...connections: readonly AdminConnection[]): Promise<void> {
    fake.tell(stateOf(at, connections, [], { recording: { running: true, frames: at, bytes: 0 } }));
    await page.getByText(`${at.toLocaleString('en')} frames, 0 B`).waitFor();
  }

  const faults = [
    ...['Drop', 'Silence', 'NACK the next publish', 'Forget the session', 'Expire the token', 'Delay'],
    ...['Detach lobby', 'Fail lobby'],
  ];

  it('makes no fault of a connection that is gone, by a click or a key, until it is back', async () => {
    const areOff = () => Promise.all(faults.map(isOff));
    await tell(1000, ada, bob);
    await button('ada (id-of-ada)').click();
    expect(await areOff()).to.deep.equal(faults.map((fault) => [fault, null]));
    await tell(2000, bob);
    await page.getByText('(is gone)').waitFor();
    expect(await areOff()).to.deep.equal(faults.map((fault) => [fault, 'true']));
    for (const fault of faults) {
      await press(fault);
      await button(fault).press('Enter');
      const edge = await page.evaluate('getComputedStyle(document.activeElement).borderStyle');
      expect([fault, edge]).to.deep.equal([fault, 'dashed']);
    }
    await page.getByLabel('Delay, ms').press('Enter');
    await asksNothing();

    await tell(3000, ada, bob);
    await page.getByText('(is gone)').waitFor({ state: 'detached' });
    expect(await areOff()).to.deep.equal(faults.map((fault) => [fault, null]));
    for (const fault of faults) await button(fault).click();
    await until('the last is asked', () => commands().at(-1)?.do === 'fail');
    expect(commands().map((command) => command.do)).to.deep.equal([
      ...['refuse', 'drop', 'silence', 'nack', 'forget', 'expireToken', 'delay', 'detach', 'fail'],
    ]);
  });

  it('expires no token of a connection that has none, and drops no client of the relay that is away', async () => {
    const relay: AdminRelay = {
      ...{ url: 'ws://127.0.0.1:5000', refusing: false, topics: [] },
      clients: [{ id: 'wallet', connected: false, topics: [], mailbox: 0 }],
    };
    fake.tell(stateOf(1000, [bob], [], { relay }));
    await button('bob (id-of-bob)').click();
    expect(await isOff('Expire the token')).to.deep.equal(['Expire the token', 'true']);
    await press('Expire the token');
    await page.getByRole('tab', { name: 'Relay' }).click();
    await button('wallet').click();
    expect(await isOff('Drop')).to.deep.equal(['Drop', 'true']);
    await press('Drop');
    const storm = page.getByRole('group', { name: 'Relay' }).getByRole('button', { name: 'Storm' });
    expect(await storm.getAttribute('aria-disabled')).to.equal('true');
    await storm.click({ force: true });
    await page
      .getByRole('group', { name: 'Emulator' })
      .getByRole('button', { name: 'Refuse newcomers' })
      .click();
    await until('the last is asked', () => commands().length > 0);
    expect(commands().map((command) => command.do)).to.deep.equal(['refuse']);
  });

  const missing = 'Frames are missing, because this page did not listen to them:';
  const says = (text: string) => page.getByText(`${missing} ${text}`, { exact: true }).waitFor();
  const saysNothing = async () => expect(await page.getByText(missing).count()).to.equal(0);

  it('says when it did not listen to the other connections, in their lists and in that of all', async () => {
    await tell(1000, ada, bob);
    await button('ada (id-of-ada)').click();
    await page.getByRole('heading', { name: 'Frames of id-of-ada' }).waitFor();
    await saysNothing(); // it hears all of ada
    await tell(2500, ada, bob);
    await button('bob (id-of-bob)').click();
    await says('from 00:00:01.000 to 00:00:02.500.');
    await tell(4000, ada, bob);
    await button('Watch all').click();
    await says('from 00:00:01.000 to 00:00:04.000.');
    await button('Clear').click();
    await page.getByText(missing).waitFor({ state: 'detached' });
  });

  it('says that nothing is told while the emulator does not answer, and until when', async () => {
    await tell(1000, ada);
    await saysNothing();
    fake.drop();
    await says('from 00:00:01.000 on.');
    await page.getByText('Connected.', { exact: true }).waitFor();
    await tell(9000, ada);
    await says('from 00:00:01.000 to 00:00:09.000.');
    open.complaints.length = 0; // the browser tells of the socket that was lost
  });

  it('names the last three times, and counts those before', async () => {
    for (let at = 1000; at <= 9000; at += 2000) {
      await tell(at, ada);
      await button('ada (id-of-ada)').click();
      await tell(at + 1000, ada);
      await button('Watch all').click();
    }
    await says(
      'from 00:00:05.000 to 00:00:06.000, from 00:00:07.000 to 00:00:08.000, from 00:00:09.000 to 00:00:10.000, and 2 times before.',
    );
  });
});
