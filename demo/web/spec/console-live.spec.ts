import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { RealtimeClient } from 'rx-realtime';
import { listen, type ListeningEmulator } from 'rx-realtime/emulator';
import { WebSocket } from 'ws';
import { launch } from '../tools/browser.js';
import { type OpenConsole, openConsole } from './open-console.js';
import { until, watchLines } from './page.js';

describe('the console beside an emulator, in Chromium', function () {
  this.timeout(60_000);

  let browser: Browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  let server: ListeningEmulator;
  let open: OpenConsole;
  let page: Page;
  let clients: RealtimeClient[];
  let sockets: WebSocket[];
  beforeEach(async () => {
    server = await listen();
    clients = [];
    sockets = [];
    open = await openConsole(browser, `${server.url}/console/`);
    page = open.page;
  });
  afterEach(async () => {
    await page.context().close();
    for (const client of clients) void client.dispose();
    for (const socket of sockets) socket.terminate();
    await server.close();
    expect(open.complaints).to.deep.equal([]);
  });

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  /** A client of ours, that lists the states it has been in. */
  async function connect(clientId: string) {
    const { key, host: endpoint, port } = server;
    const client = new RealtimeClient({ key, endpoint, port, tls: false, clientId, log: () => {} });
    clients.push(client);
    const states: string[] = [];
    client.connectionState$.subscribe((state) => states.push(state));
    client.connect();
    await until(`${clientId} is connected`, () => states.includes('connected'));
    return { client, states };
  }
  const choose = (name: string) =>
    page.getByRole('table', { name: 'Connections' }).getByRole('button', { name }).click();

  it('drops a client of ours by a click, and refuses its next publish', async () => {
    const { client, states } = await connect('ada');
    await choose('ada');
    await button('Drop').click();
    await until('ada is back', () => states.join().endsWith('connected,connecting,connected'));
    await button('NACK the next publish').click();
    await page.getByText('gets a NACK.').waitFor();
    const refused = await client
      .channel('lobby')
      .publish('text', 'hello')
      .then(
        () => 'published',
        () => 'refused',
      );
    expect(refused).to.equal('refused');
  });

  /** Opens the channels, and returns the form of one that a client of ours listens to, with what it has received. */
  async function publishing() {
    const { client } = await connect('ada');
    const received: unknown[] = [];
    client.channel('lobby').messages$.subscribe(({ name, data }) => received.push([name, data]));
    await page.getByRole('tab', { name: 'Channels' }).click();
    await button('lobby').click();
    const form = page.getByRole('form', { name: 'Publish a message' });
    const [channel, name, data] = ['Channel', 'Name', 'Data'].map((label) => form.getByLabel(label));
    const typedInto = () => Promise.all([channel, name, data].map((field) => field!.inputValue()));
    return { client, received, form, channel: channel!, name: name!, data: data!, typedInto };
  }
  const says = (text: string) => page.getByRole('status').getByText(text, { exact: true }).waitFor();

  it('publishes to a client of ours, and shows the frame', async () => {
    const { received, form, name, data } = await publishing();
    await name.fill('greeting');
    await data.fill('{"a":1}');
    await form.getByRole('button').click();
    await says('Published JSON to lobby.');
    await until('it is received', () => received.length === 1);
    expect(received).to.deep.equal([['greeting', { a: 1 }]]);
    await page.getByLabel('Action').selectOption('MESSAGE');
    await page.getByRole('option', { name: '← out MESSAGE lobby greeting {"a":1}' }).waitFor();
  });

  it('says that JSON with a slip is published as text, and keeps it to be corrected', async () => {
    const { received, name, data, typedInto } = await publishing();
    await data.fill('{"a":1,}');
    await data.press('Enter');
    await says('Published text to lobby.');
    expect(await typedInto()).to.deep.equal(['lobby', '', '{"a":1,}']);
    await data.press('End');
    for (const key of ['ArrowLeft', 'Backspace']) await data.press(key);
    await name.fill('corrected');
    await name.press('Enter');
    await says('Published JSON to lobby.');
    await until('both are received', () => received.length === 2);
    expect(received).to.deep.equal([
      [undefined, '{"a":1,}'],
      ['corrected', { a: 1 }],
    ]);
  });

  it('tells of a publish that is refused, and keeps what was typed', async () => {
    const { received, channel, name, data, typedInto } = await publishing();
    await name.fill('greeting');
    await data.fill('hello');
    await channel.fill('[?');
    await data.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/channel/i)
      .waitFor();
    expect(await typedInto()).to.deep.equal(['[?', 'greeting', 'hello']);
    expect(received).to.deep.equal([]);
    await channel.fill('lobby');
    await data.press('Enter');
    await says('Published text to lobby.');
    await until('it is received', () => received.length === 1);
    expect(received).to.deep.equal([['greeting', 'hello']]);
    expect(await page.getByRole('alert').count()).to.equal(0);
  });

  it('says that a publish is lost while the emulator does not answer, and keeps what was typed', async () => {
    const { name, data, typedInto } = await publishing();
    await name.fill('greeting');
    await data.fill('hello');
    await server.close();
    await page.getByText('The emulator does not answer').waitFor();
    await data.press('Enter');
    await page.getByRole('alert').getByText('There is no connection to the emulator').waitFor();
    expect(await typedInto()).to.deep.equal(['lobby', 'greeting', 'hello']);
    await page.context().close();
    open.complaints.length = 0; // the browser tells of each socket that it could not open
  });

  it('makes a storm, and tells how long they take to come back', async () => {
    for (const name of ['ada', 'bob', 'cy']) await connect(name);
    await page.getByText('Connections 3').waitFor();
    await button('Storm').click();
    await page
      .getByText(/^All 3 were back after \d+\.\d s\.$/)
      .first()
      .waitFor();
  });

  it('downloads a recording, which holds no key', async () => {
    await button('Record').click();
    await page.getByText('The recording runs.').waitFor();
    const { client } = await connect('ada');
    await client.channel('lobby').publish('text', 'hello');
    await button('Record').click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const text = readFileSync(await (await downloading).path(), 'utf8');
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).to.include({ version: 1 });
    expect(text).to.contain('"hello"').and.not.to.contain(server.key);
  });

  it('stays quick with 200 connections and 2,000 messages a second', async () => {
    const url = `ws://${server.host}:${server.port}/?key=${server.key}&v=3&format=json`;
    sockets = Array.from({ length: 200 }, () => new WebSocket(url));
    for (const [n, socket] of sockets.entries())
      socket.on('open', () => socket.send(JSON.stringify({ action: 10, channel: `channel-${n}` })));
    await page.getByText('Connections 200').waitFor();
    await page.getByText('Channels 200').waitFor();
    await page.evaluate(watchLines);
    for (let tenth = 0; tenth < 30; tenth += 1) {
      for (let n = 0; n < 200; n += 1) server.emulator.publish(`channel-${n}`, { data: `number ${tenth}` });
      await page.evaluate('new Promise((resolve) => setTimeout(resolve, 100))');
    }
    await page.getByLabel('Channel or topic').fill('channel-199');
    await page.getByLabel('Action').selectOption('MESSAGE');
    await page.getByRole('option', { name: 'channel-199 number 29' }).waitFor();
    const { most, lines } = await page.evaluate<{ most: number; lines: number }>('renders');
    expect(most).to.equal(1);
    expect(lines).to.be.within(10, 60);
  });
});
