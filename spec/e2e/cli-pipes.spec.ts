import { expect } from 'chai';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen, listenRelay, type ListeningEmulator } from '../../lib/emulator/index.js';

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A process of the command; `ran` resolves with what it has printed. */
interface Started {
  readonly child: ChildProcess;
  readonly ran: Promise<Ran>;
  /** Resolves once this is in what it has printed on stdout or stderr. */
  readonly told: (text: string) => Promise<void>;
}

function start(...args: readonly string[]): Started {
  const child = spawn(process.execPath, ['--import', 'tsx/esm', 'lib/cli/index.ts', ...args], {
    env: { ...process.env, ABLY_API_KEY: '' },
  });
  const printed = { out: '', err: '' };
  const watchers = new Set<() => void>();
  for (const [name, stream] of [
    ['out', child.stdout],
    ['err', child.stderr],
  ] as const)
    stream.on('data', (text: Buffer) => {
      printed[name] += text.toString();
      watchers.forEach((look) => look());
    });
  const told = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!(printed.out + printed.err).includes(text)) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
  const ran = once(child, 'close').then(([code]) => ({ code: code as number | null, ...printed }));
  return { child, ran, told };
}

describe('the command rx-realtime, over sockets', function () {
  this.timeout(60_000); // each starts processes that compile the library
  let server: ListeningEmulator;
  before(async () => {
    server = await listen({ presenceFixtures: { full: [{ clientId: 'bot' }] } });
  });
  after(() => server.close());
  const local = (): readonly string[] => ['--emulator', String(server.port)];
  const membersOf = (channel: string): readonly string[] =>
    server.emulator.presence(channel).members.map(({ clientId }) => clientId);

  it('cat | publish --lines | and subscribe: every line arrives, in order, as JSON', async () => {
    const amount = 500;
    server.emulator.publish('lines', { data: 'first' });
    const count = String(amount + 1);
    const listening = start('subscribe', 'lines', '--rewind', '1', '--count', count, ...local());
    await listening.told('first'); // it is attached
    const publishing = start('publish', 'lines', '--lines', ...local());
    publishing.child.stdin?.end(Array.from({ length: amount }, (_, at) => `${at}\n`).join(''));
    const [heard, published] = await Promise.all([listening.ran, publishing.ran]);
    expect([heard.code, published.code, published.err]).deep.equal([0, 0, '']);
    const data = heard.out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { data: string }).data);
    expect(data).deep.equal(['first', ...Array.from({ length: amount }, (_, at) => String(at))]);
    expect(published.out.trim().split('\n')).have.length(amount);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`presence --enter: ${signal} leaves, and ends with 0`, async () => {
      const member = start('presence', 'room', '--enter', '--client-id', 'ann', ...local());
      await member.told('"present"');
      expect(membersOf('room')).deep.equal(['ann']);
      member.child.kill(signal);
      const { code, err } = await member.ran;
      expect([code, err, membersOf('room')]).deep.equal([0, '', []]);
    });

  it('subscribe | head -1: ends quietly, with 0', async () => {
    const channel = start('subscribe', 'pipe', '--rewind', '1', ...local());
    server.emulator.publish('pipe', { data: 'first' });
    await channel.told('first');
    channel.child.stdout?.destroy();
    await once(channel.child.stdout!, 'close');
    while (channel.child.exitCode === null) {
      server.emulator.publish('pipe', { data: 'x' });
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { code, err } = await channel.ran;
    expect([code, err]).deep.equal([0, '']);
  });

  if (existsSync('/dev/full'))
    it('ends with 1, and says so, where the disk is full', async () => {
      const full = openSync('/dev/full', 'w');
      const child = spawn(
        process.execPath,
        ['--import', 'tsx/esm', 'lib/cli/index.ts', 'token', ...local()],
        { stdio: ['ignore', full, 'pipe'] },
      );
      let err = '';
      child.stderr?.on('data', (text: Buffer) => (err += text.toString()));
      const [code] = (await once(child, 'close')) as [number | null];
      closeSync(full);
      expect([code, err]).deep.equal([
        1,
        'rx-realtime: The output cannot be written (ENOSPC): what is printed is not complete.\n',
      ]);
    });

  it('publish --lines: ends with 1 where the input is a directory', async () => {
    const folder = openSync('.', 'r');
    const child = spawn(
      process.execPath,
      ['--import', 'tsx/esm', 'lib/cli/index.ts', 'publish', 'chat', '--lines', ...local()],
      { stdio: [folder, 'ignore', 'pipe'] },
    );
    let err = '';
    child.stderr?.on('data', (text: Buffer) => (err += text.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    closeSync(folder);
    expect([code, err]).deep.equal([
      1,
      'rx-realtime: The standard input cannot be read: it is a directory.\n',
    ]);
  });

  it('publish --lines: SIGINT reads no further, says how many, and ends with 130', async () => {
    const publishing = start('publish', 'stopped', '--lines', ...local());
    publishing.child.stdin?.write('a\nb\n');
    await publishing.told('"line":2');
    publishing.child.kill('SIGINT');
    expect(await publishing.ran).deep.include({ code: 130, err: '2 published.\n' });
  });

  it('ends with 1 where the server refuses, and repeats no secret', async () => {
    const refused = start('ping', '--endpoint', server.url, '--key', 'app.key:hushhush');
    const { code, out, err } = await refused.ran;
    expect([code, out]).deep.equal([1, '']);
    expect(err)
      .match(/secret of the key/)
      .not.match(/hushhush/);
  });

  it('ends with 3 where there is no server', async () => {
    const nowhere = await listen();
    await nowhere.close();
    const args = ['--emulator', String(nowhere.port), '--timeout', '1'];
    const { code, err } = await start('publish', 'chat', 'hello', ...args).ran;
    expect(code).equal(3);
    expect(err).match(/There is no connection.*ECONNREFUSED/);
  });

  it('relay publish and relay subscribe: ask a relay, while relay alone starts one', async () => {
    const relay = await listenRelay();
    const topic = 'cd'.repeat(32);
    const at = ['--emulator', String(relay.port)];
    const published = await start('relay', 'publish', topic, 'hello', ...at).ran;
    const heard = await start('relay', 'subscribe', topic, '-n', '1', ...at).ran;
    await relay.close();
    expect([published.code, heard.code]).deep.equal([0, 0]);
    expect(JSON.parse(heard.out)).include({ topic, message: 'hello' });
  });

  it('emulator --config --watch: takes the file, and each change of it, while it runs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rx-realtime-'));
    const file = join(folder, 'emulator.json');
    const write = (options: object | string): Promise<void> =>
      writeFile(file, typeof options === 'string' ? options : JSON.stringify(options));
    const members = { room: [{ clientId: 'bot' }] };
    await write({ keys: ['app.one:hushhush'], presenceFixtures: members });
    const emulator = start('emulator', '--config', file, '--watch', '--max-channels', '1');
    let out = '';
    emulator.child.stdout?.on('data', (text: Buffer) => (out += text.toString()));
    await emulator.told('Ctrl-C stops');
    const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(out) ?? [];
    const namesWith = async (key: string): Promise<unknown> => {
      const response = await fetch(`${url}/channels/room/presence?key=${key}`);
      return response.ok
        ? ((await response.json()) as { clientId: string }[]).map(({ clientId }) => clientId)
        : response.status;
    };
    const seen = [await namesWith('app.one:hushhush')];
    await write('{"keys": hush');
    await emulator.told('settings stay');
    seen.push(await namesWith('app.one:hushhush'));
    await write({ keys: ['app.one:hushhush'], presenceFixtures: { room: [{ clientId: 'ann' }] } });
    await emulator.told('settings of the file are taken.');
    seen.push(await namesWith('app.one:hushhush'));
    await write({
      keys: ['app.one:hushhush', 'app.two:hushhush'],
      presenceFixtures: members,
      maxFrameSize: 9999,
    });
    await emulator.told('but for maxFrameSize');
    seen.push(await namesWith('app.one:hushhush'), await namesWith('app.two:hushhush'));
    const beyond = await fetch(`${url}/channels/second/messages?key=app.one:hushhush`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"data":"x"}' },
    });
    seen.push(((await beyond.json()) as { error: { code: number } }).error.code);
    emulator.child.kill('SIGINT');
    const { code, err } = await emulator.ran;
    await rm(folder, { recursive: true });
    expect(code).equal(0);
    expect(seen).deep.equal([['bot'], ['bot'], ['ann'], ['bot'], ['bot'], 40114]);
    expect(err)
      .match(/emulator\.json is not JSON/)
      .not.match(/hush/);
  });
});
