import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { RealtimeClient } from 'rx-realtime';
import { listen, type ListeningEmulator } from 'rx-realtime/emulator';
import { firstValueFrom } from 'rxjs';
import { WebSocket } from 'ws';
import { launch } from '../tools/browser.js';
import { until, watchLines } from './page.js';

describe('the console beside an emulator, in Chromium', function () {
  this.timeout(60_000);

  let browser: Browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  let server: ListeningEmulator;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let clients: RealtimeClient[];
  let sockets: WebSocket[];
  beforeEach(async () => {
    server = await listen();
    complaints = [];
    clients = [];
    sockets = [];
    context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
    page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${server.url}/console/`);
    await page.getByText('Connected.', { exact: true }).waitFor();
  });
  afterEach(async () => {
    await context.close();
    for (const client of clients) void client.dispose();
    for (const socket of sockets) socket.terminate();
    await server.close();
    expect(complaints).to.deep.equal([]);
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

  it('publishes to a client of ours, and shows the frame', async () => {
    const { client } = await connect('ada');
    const received = firstValueFrom(client.channel('lobby').messages$);
    await page.getByRole('tab', { name: 'Channels' }).click();
    await button('lobby').click();
    const publish = page.getByRole('form', { name: 'Publish a message' });
    await publish.getByLabel('Data').fill('{"a":1}');
    await publish.getByRole('button').click();
    expect((await received).data).to.deep.equal({ a: 1 });
    await page.getByLabel('Action').selectOption('MESSAGE');
    await page.getByRole('option', { name: '← out MESSAGE lobby {"a":1}' }).waitFor();
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
    expect(complaints).to.deep.equal([]);
  });
});
