import { expect } from 'chai';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { AdminCommand, AdminRelay } from '../../../lib/emulator/console/protocol.js';
import { channelOf, connectionOf, frameOf, stateOf } from '../../../spec/support/admin.js';
import { launch } from '../tools/browser.js';
import { type FakeConsole, serveFake, tellOfMany } from './fake-console.js';
import { type OpenConsole, openConsole } from './open-console.js';
import { until, watchLines } from './page.js';

const people = ['ada', 'bob', 'cy'].map((clientId) =>
  connectionOf(`id-of-${clientId}`, { clientId, channels: ['lobby'] }),
);
const relay: AdminRelay = {
  url: 'ws://127.0.0.1:5000',
  refusing: false,
  clients: [{ id: 'wallet', connected: true, topics: ['topic'], mailbox: 3 }],
  topics: [
    { topic: 'topic', subscribers: ['wallet'], messages: [{ message: 'sealed', tag: 1, publishedAt: 0 }] },
  ],
};

describe('the console in Chromium', function () {
  this.timeout(60_000);

  let browser: Browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  let fake: FakeConsole;
  let opened: OpenConsole[];
  beforeEach(async () => {
    fake = await serveFake();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map(({ page }) => page.context().close()));
    await fake.close();
    expect(opened.flatMap(({ complaints }) => complaints)).to.deep.equal([]);
  });

  /** Opens the console; each complaint of the browser, such as one of its policy, fails the spec. */
  async function visit(options: BrowserContextOptions = {}): Promise<Page> {
    const open = await openConsole(browser, fake.url, options);
    opened.push(open);
    return open.page;
  }

  /** Waits for a request, and says which were made since the last time, without those that watch. */
  const commands = (): readonly AdminCommand[] =>
    fake.requests.filter((command) => command.do !== 'watch').map(({ id: _id, ...command }) => command);
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const focused = (page: Page) =>
    page.evaluate<string>(
      'document.activeElement.id || document.activeElement.getAttribute("aria-label") || document.activeElement.textContent',
    );

  it('shows connections, channels and the relay, without a complaint of its policy', async () => {
    const page = await visit();
    const members = [{ clientId: 'ada', connectionId: 'id-of-ada', data: { typing: true } }];
    const latest = [{ serial: 's', name: 'text', clientId: 'bob', timestamp: 0, data: 'hello' }];
    fake.tell(stateOf(1000, people, [channelOf('lobby', 7, { members, latest })], { relay }));
    await page.getByText('Connections 3').waitFor();
    expect(await page.getByRole('table', { name: 'Connections' }).getByRole('row').count()).to.equal(4);
    await page.getByRole('tab', { name: 'Channels 1' }).click();
    await button(page, 'lobby').click();
    await page.getByText('{"typing":true}').waitFor();
    await page.getByLabel('Last messages of lobby').getByText('hello').waitFor();
    expect(await page.getByRole('img', { name: /^Messages a second of lobby/ }).count()).to.equal(2);
    await page.getByRole('tab', { name: 'Relay 1' }).click();
    await page.getByText('3 messages').waitFor();
    await button(page, 'topic').click();
    await page.getByText('sealed').waitFor();
  });

  it('makes faults by a click, and says what was done', async () => {
    const page = await visit();
    fake.tell(stateOf(1000, people));
    await button(page, 'ada (id-of-ada)').click();
    await button(page, 'Drop').click();
    await page.getByText('Dropped id-of-ada.').waitFor();
    await button(page, 'Silence').click();
    await button(page, 'NACK the next publish').click();
    await button(page, 'Forget the session').click();
    await button(page, 'Expire the token').click({ force: true }); // it has none
    await page.getByLabel('Delay, ms').fill('250');
    await button(page, 'Delay').click();
    await button(page, 'Detach lobby').click();
    await button(page, 'Fail lobby').click();
    await button(page, 'Refuse newcomers').click();
    await until('the last is asked', () => commands().length === 8);
    const of = { connection: 'id-of-ada' };
    expect(commands()).to.deep.equal([
      { do: 'drop', ...of },
      { do: 'silence', ...of, on: true },
      { do: 'nack', ...of, count: 1 },
      { do: 'forget', ...of },
      { do: 'delay', ...of, ms: 250 },
      { do: 'detach', ...of, channel: 'lobby' },
      { do: 'fail', ...of, channel: 'lobby' },
      { do: 'refuse', on: true, server: 'ably' },
    ]);
    fake.refusal = 'The connection is gone.';
    await button(page, 'Drop').click();
    await page.getByRole('alert').getByText('The connection is gone.').waitFor();
  });

  it('publishes, enters and publishes to a topic', async () => {
    const page = await visit();
    fake.tell(stateOf(1000, people, [channelOf('lobby', 0)], { relay }));
    await page.getByRole('tab', { name: 'Channels' }).click();
    await button(page, 'lobby').click();
    const publish = page.getByRole('form', { name: 'Publish a message' });
    await publish.getByLabel('Name').fill('text');
    await publish.getByLabel('Data').fill('{"a":1}');
    await publish.getByLabel('Data').press('Enter');
    await page.getByText('Published JSON to lobby.').waitFor();
    const enter = page.getByRole('form', { name: 'Enter presence' });
    await enter.getByLabel('clientId').fill('dan');
    await enter.getByRole('button').click();
    await page.getByText('dan entered lobby.').waitFor();
    await page.getByRole('tab', { name: 'Relay' }).click();
    await page.getByLabel('Topic', { exact: true }).fill('topic');
    await page.getByLabel('Message', { exact: true }).fill('hello');
    await button(page, 'Publish').click();
    await page.getByText('Published to topic.').waitFor();
    expect(commands()).to.deep.equal([
      { do: 'publish', channel: 'lobby', name: 'text', data: { a: 1 } },
      { do: 'enter', channel: 'lobby', clientId: 'dan' },
      { do: 'relayPublish', topic: 'topic', message: 'hello' },
    ]);
  });

  it('plots how all come back after a storm', async () => {
    const page = await visit();
    fake.tell(stateOf(1000, people));
    await button(page, 'Storm').click();
    await page.getByText('Dropping 3 connections.').waitFor();
    fake.tell(stateOf(1100));
    fake.tell(stateOf(1600, people.slice(1)));
    await page.getByText('2 of 3 are back.').waitFor();
    fake.tell(stateOf(2100, people));
    await page.getByRole('status').getByText('All 3 were back after 1.0 s.').waitFor();
    const plot = page.getByRole('img', { name: 'Connections over time, of 3 before' });
    await plot.waitFor();
    await button(page, 'Close the storm').click();
    await plot.waitFor({ state: 'detached' });
    expect(commands()).to.deep.equal([{ do: 'storm', server: 'ably' }]);
  });

  it('watches all, or the connection that is chosen, and filters, pauses, clears and copies frames', async () => {
    const page = await visit({ permissions: ['clipboard-read', 'clipboard-write'] });
    fake.tell(stateOf(1000, people));
    const frames = [
      frameOf(1, { connection: 'id-of-ada', direction: 'in' }),
      frameOf(2, { connection: 'id-of-bob', frame: { action: 10, channel: 'den' } }),
    ];
    fake.tell({ type: 'frames', frames, leftOut: 3 });
    const lines = page.getByRole('listbox', { name: 'Frames' }).getByRole('option');
    const shows = (count: number) =>
      until(`there are ${count} lines`, async () => (await lines.count()) === count);
    await page.getByText('2 frames, 3 left out').waitFor();
    await shows(2);
    await page.getByLabel('Action').selectOption('ATTACH');
    await shows(1);
    await page.getByLabel('Action').selectOption('');
    await shows(2);
    await page.getByLabel('Text').fill('NUMBER 1');
    await shows(1);
    expect(await lines.first().textContent()).to.contain('→ inMESSAGElobbytext number 1');
    await page.getByLabel('Text').fill('');
    await page.getByLabel('Channel or topic').fill('den');
    await lines.getByText('ATTACH').waitFor();
    await shows(1);
    await page.getByLabel('Channel or topic').fill('');

    await button(page, 'bob (id-of-bob)').click();
    await page.getByRole('heading', { name: 'Frames of id-of-bob' }).waitFor();
    await shows(1);
    await lines.first().click();
    await button(page, 'Copy').click();
    await page.getByText('Copied the frame.').waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(JSON.parse(copied)).to.deep.equal({ action: 10, channel: 'den' });
    await button(page, 'Watch all').click();
    await until('all are watched', () => fake.requests.length === 3);
    const watched = fake.requests.flatMap((command) => (command.do === 'watch' ? [command.connections] : []));
    expect(watched).to.deep.equal(['all', ['id-of-bob'], 'all']);

    await button(page, 'Pause').click();
    fake.tell({ type: 'frames', frames: [frameOf(3)], leftOut: 0 });
    await page.getByText('1 more since the pause').waitFor();
    await shows(2);
    await button(page, 'Pause').click();
    await shows(3);
    await button(page, 'Clear').click();
    await shows(0);
  });

  it('is used with nothing but a keyboard, and keeps the focus over updates', async () => {
    const page = await visit();
    fake.tell(stateOf(1000, people, [], { relay }));
    await page.getByRole('tab', { name: 'Connections 3' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).to.equal('tab-channels');
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('table', { name: 'Connections' }).waitFor();
    await page.evaluate(`for (const key of ['ArrowRight', 'ArrowLeft'])
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))`); // within one frame
    expect(await focused(page)).to.equal('tab-connections');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused(page)).to.equal('bob (id-of-bob)');
    await page.keyboard.press('Enter');
    fake.tell(stateOf(2000, [people[1]!, people[2]!]));
    await page.getByRole('tab', { name: 'Connections 2' }).waitFor();
    expect(await focused(page)).to.equal('bob (id-of-bob)');
    fake.tell(stateOf(3000, [people[2]!]));
    await page.getByText('(is gone)').waitFor();
    expect(await focused(page)).to.equal('panel'); // its row is gone
    await page.keyboard.press('Tab');
    expect(await focused(page)).to.equal('cy (id-of-cy)');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter'); // Drop, of a connection that is gone
    expect([await focused(page), commands()]).to.deep.equal(['Drop', []]);
  });

  it('moves through the frames by keys', async () => {
    const page = await visit();
    fake.tell({ type: 'frames', frames: Array.from({ length: 300 }, (_, n) => frameOf(n + 1)), leftOut: 0 });
    await page.getByText('300 frames').waitFor();
    const list = page.getByRole('listbox', { name: 'Frames' });
    const active = () => list.getAttribute('aria-activedescendant');
    await list.focus();
    for (const [key, frame] of [
      ['ArrowUp', 300],
      ['PageUp', 290],
      ['Home', 1],
      ['ArrowDown', 2],
      ['End', 300],
    ] as const) {
      await page.keyboard.press(key);
      await until(`${key} leads to frame ${frame}`, async () => (await active()) === `frame-${frame}`);
    }
    expect(await page.locator('#frame-300').getAttribute('aria-posinset')).to.equal('300');
  });

  it('says that the emulator is gone, and goes on when it is back', async () => {
    const page = await visit();
    fake.tell(stateOf(1000, people));
    fake.drop();
    await page.getByRole('status').getByText('The emulator does not answer').waitFor();
    await page.getByText('Connected.', { exact: true }).waitFor();
    await until(
      'it watches again',
      () => fake.requests.filter((command) => command.do === 'watch').length === 2,
    );
    opened[0]!.complaints.length = 0; // the browser tells of the socket that was lost
  });

  it('begins, stops and downloads a recording', async () => {
    const page = await visit();
    fake.tell(stateOf(1000, people));
    await button(page, 'Record').click();
    fake.tell(stateOf(1000, people, [], { recording: { running: true, frames: 12, bytes: 3400 } }));
    await page.getByText('12 frames, 3.4 kB').waitFor();
    await button(page, 'Record').click();
    fake.tell(stateOf(1000, people, [], { recording: { running: false, frames: 12, bytes: 3400 } }));
    await page.getByRole('link', { name: 'Download' }).waitFor();
    expect(await page.evaluate('document.querySelector("a[download]").href')).to.equal(
      `${fake.url}recording`,
    );
    expect(commands()).to.deep.equal([
      { do: 'record', on: true },
      { do: 'record', on: false },
    ]);
  });

  it('renders at most once a frame, and few lines, at 200 connections and 2,000 messages a second', async () => {
    const page = await visit();
    await page.evaluate(watchLines);
    for (let beat = 1; beat <= 50; beat += 1) {
      tellOfMany(fake, beat);
      if (beat === 25) await page.getByLabel('Text').fill('number 1'); // answers while they come
      await page.evaluate('new Promise((resolve) => setTimeout(resolve, 100))');
    }
    await page.getByLabel('Text').fill('');
    await page.locator('#frame-10000').waitFor();
    await page.getByText('5,000 frames').waitFor();
    const { renders, most, lines } = await page.evaluate<{ renders: number; most: number; lines: number }>(
      'renders',
    );
    expect(most).to.equal(1);
    expect(renders).to.be.within(10, 200);
    expect(lines).to.be.within(10, 60);
    expect(await page.getByRole('table', { name: 'Connections' }).getByRole('row').count()).to.equal(201);
  });

  it('fits on 360 pixels, light and dark', async () => {
    const page = await visit({ viewport: { width: 360, height: 640 } });
    const long = connectionOf('x'.repeat(80), { clientId: 'w'.repeat(80), channels: ['c'.repeat(200)] });
    fake.tell(stateOf(1000, [long, ...people], [channelOf('n'.repeat(200), 1)], { relay }));
    fake.tell({ type: 'frames', frames: [frameOf(1, { connection: long.id })], leftOut: 0 });
    await page.getByRole('button', { name: 'www' }).click();
    const widths = [await page.evaluate('document.scrollingElement.scrollWidth')];
    for (const tab of ['Channels', 'Relay']) {
      await page.getByRole('tab', { name: tab }).click();
      widths.push(await page.evaluate('document.scrollingElement.scrollWidth'));
    }
    expect(widths).to.deep.equal([360, 360, 360]);
    const paper = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await paper();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect([light, await paper()]).to.deep.equal(['rgb(255, 255, 255)', 'rgb(27, 26, 33)']);
  });
});
