import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { filter, firstValueFrom, fromEvent, map, mergeMap, Observable } from 'rxjs';
import { type MessageEvent as WebSocketMessage, WebSocket } from 'ws';
import { listen } from '../../lib/emulator/index.js';
import { RealtimeClient } from '../../lib/index.js';
import { emulatorKey, secret } from '../support/secrets.js';

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command; `whenTold` is called with what it has printed as soon as that has "Ctrl-C" in it. */
async function run(
  args: readonly string[],
  whenTold?: (out: string) => Promise<'SIGINT' | 'SIGTERM'>,
): Promise<Ran> {
  const child = spawn(process.execPath, ['--import', 'tsx/esm', 'lib/cli/index.ts', ...args]);
  let [out, err, told] = ['', '', false];
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString();
    if (!whenTold || told || !out.includes('Ctrl-C stops')) return;
    told = true;
    whenTold(out).then(
      (signal) => child.kill(signal),
      () => child.kill('SIGKILL'),
    );
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

/** The status of `GET /time` with these headers, which fetch does not let one choose. */
const statusAt = (port: number, headers: Readonly<Record<string, string>>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: '/time', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });

describe('the command rx-realtime', function () {
  this.timeout(60_000); // each starts a process that compiles the library
  const key = secret('mine.key:hush');

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`emulator: prints the address and the key, serves, and stops cleanly on ${signal}`, async () => {
      const statuses: number[] = [];
      const { code, out } = await run(['emulator', '--port', '0', '--key', key], async (text) => {
        const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
        statuses.push((await fetch(`${url}/channels/a/messages?key=${key}`)).status);
        return signal;
      });
      expect([code, statuses]).deep.equal([0, [200]]);
      expect(out).contain(key);
    });
  }

  it('emulator --replay: plays a recording of the console to a client', async () => {
    const recorded = await listen();
    const { url, emulator, port } = recorded;
    const stream = new WebSocket(`ws://127.0.0.1:${port}/console/stream`);
    await once(stream, 'open');
    stream.send(JSON.stringify({ id: 1, do: 'record', on: true }));
    const told$ = fromEvent<WebSocketMessage>(stream, 'message').pipe(map(({ data }) => String(data)));
    await firstValueFrom(told$.pipe(filter((text) => text.includes('"answer"'))));
    const heardAt = (at: number): Observable<unknown> =>
      new Observable((subscriber) => {
        const client = new RealtimeClient({ key: emulator.key, endpoint: '127.0.0.1', port: at, tls: false });
        subscriber.add(client.channel('room').messages$.subscribe(({ data }) => subscriber.next(data)));
        return () => void client.dispose();
      });
    const live = firstValueFrom(heardAt(port));
    await firstValueFrom(
      emulator.connections$.pipe(
        mergeMap(({ sent$ }) => sent$),
        filter(({ action }) => action === 11),
      ),
    );
    emulator.publish('room', { data: 'once upon a time' });
    expect(await live).equal('once upon a time');
    stream.terminate();
    const file = join(await mkdtemp(join(tmpdir(), 'recording-')), 'recording.jsonl');
    await writeFile(file, await (await fetch(`${url}/console/recording`)).text());
    await recorded.close();
    const heard: unknown[] = [];
    const { code } = await run(['emulator', '--replay', file, '--speed', '10'], async (text) => {
      const [, again = ''] = /url .*:(\d+)/.exec(text) ?? [];
      heard.push(await firstValueFrom(heardAt(Number(again))));
      return 'SIGINT';
    });
    await rm(dirname(file), { recursive: true });
    expect([code, heard]).deep.equal([0, ['once upon a time']]);
  });

  it('emulator --relay --replay: plays a recording of the relay to its clients, and serves Ably as ever', async () => {
    const place = { t: 0, server: 'relay', connection: 'socket-1' };
    const data = { topic: 'a'.repeat(64), message: 'once upon a time' };
    const frame = { id: 1, jsonrpc: '2.0', method: 'irn_subscription', params: { id: 's', data } };
    const lines = [
      { version: 1, startedAt: 0, servers: ['ably', 'relay'] },
      { ...place, event: 'open', format: 'json' },
      { ...place, direction: 'out', frame },
    ];
    const file = join(await mkdtemp(join(tmpdir(), 'recording-')), 'recording.jsonl');
    await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
    const seen: unknown[] = [];
    const { code } = await run(['emulator', '--port', '0', '--relay', '--replay', file], async (text) => {
      const socket = new WebSocket(/ws:\S+/.exec(text)?.[0] ?? '');
      const [told] = (await once(socket, 'message')) as [Buffer];
      seen.push(JSON.parse(told.toString()));
      seen.push((await fetch(`${/http:\/\/[^\s/]+/.exec(text)?.[0] ?? ''}/time`)).status);
      socket.terminate();
      return 'SIGINT';
    });
    await rm(dirname(file), { recursive: true });
    expect([code, seen]).deep.equal([0, [frame, 200]]);
  });

  const answerOf = async (url: string): Promise<string> => {
    const body = JSON.stringify({
      id: '1795299120092952065',
      jsonrpc: '2.0',
      method: 'irn_unsubscribe',
      params: { topic: 'a'.repeat(64) },
    });
    const response = await fetch(`${url.replace('ws:', 'http:')}/rpc?projectId=mine`, {
      method: 'POST',
      body,
    });
    return `${response.status} ${await response.text()}`;
  };

  it('relay: prints its address, serves, and stops cleanly', async () => {
    const answers: string[] = [];
    const { code, out } = await run(['relay', '--project', 'mine', '--no-jwt'], async (text) => {
      const [url = ''] = /ws:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
      answers.push(await answerOf(url));
      return 'SIGTERM';
    });
    expect([code, answers]).deep.equal([0, ['200 {"id":1795299120092952065,"jsonrpc":"2.0","result":true}']]);
    expect(out).contain('project  mine').not.contain('key');
  });

  it('emulator --relay: starts both in one process, and stops both', async () => {
    const statuses: unknown[] = [];
    const { code } = await run(['emulator', '--relay', '--key', key], async (text) => {
      const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
      const [relayUrl = ''] = /ws:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
      statuses.push((await fetch(`${url}/time`)).status, (await answerOf(relayUrl)).slice(0, 3));
      return 'SIGINT';
    });
    expect([code, statuses]).deep.equal([0, [200, '401']]);
  });

  it('--allow-host, --allow-origin: lets them in, on both servers, and refuses others with a word on stderr', async () => {
    const seen: unknown[] = [];
    const args = ['--relay', '--allow-host', 'ably.test', '--allow-origin', 'https://app.example'];
    const { err } = await run(['emulator', ...args], async (text) => {
      for (const [, port] of text.matchAll(/url .*127\.0\.0\.1:(\d+)/g))
        for (const origin of ['https://app.example', 'https://evil.example'])
          seen.push(await statusAt(Number(port), { host: 'ably.test', origin }));
      return 'SIGINT';
    });
    expect(seen).deep.equal([200, 403, 404, 403]);
    expect(err).contain('"https://evil.example" is not let in');
  });

  it('emulator --sandbox: creates apps', async () => {
    const statuses: number[] = [];
    await run(['emulator', '--sandbox'], async (text) => {
      const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
      statuses.push((await fetch(`${url}/apps`, { method: 'POST', body: '{}' })).status);
      return 'SIGINT';
    });
    expect(statuses).deep.equal([201]);
  });

  const warnings: readonly [readonly string[], string, readonly number[]][] = [
    [
      [],
      '  The emulator serves everybody, because the default key is known: take one of your own with --key.',
      [403],
    ],
    [['--key', key], '  The emulator serves everybody who knows a key; /auth is off.', [403]],
    [['--key', key, '--auth'], '  /auth gives a token to everybody who asks, whatever the keys are.', [200]],
  ];
  for (const [args, warning, expected] of warnings) {
    it(`emulator --host 0.0.0.0 ${args.join(' ').replace(key, '…')}: warns of what is so`, async () => {
      const seen: unknown[] = [];
      const { out } = await run(['emulator', '--host', '0.0.0.0', ...args], async (text) => {
        const [, port = ''] = /0\.0\.0\.0:(\d+)/.exec(text) ?? [];
        seen.push((await fetch(`http://localhost:${port}/auth?body=x`)).status);
        return 'SIGINT';
      });
      expect(seen).deep.equal(expected);
      expect(out.split('\n').slice(-6, -2)).deep.equal([
        `  key  ${args[1] ?? emulatorKey}`,
        '  Other machines can reach this address.',
        warning,
        '  By another name than this one they need --allow-host.',
      ]);
    });
  }

  it("emulator --allow-origin '*': warns that any page gets a token from /auth", async () => {
    const warned: boolean[] = [];
    for (const args of [
      ['--allow-origin', '*'],
      ['--allow-origin', 'https://app.example'],
    ])
      await run(['emulator', ...args], (text) => {
        warned.push(/Any page .* gets a token from \/auth/.test(text));
        return Promise.resolve('SIGINT');
      });
    expect(warned).deep.equal([true, false]);
  });

  it('emulator --relay: names its console, which shows both; --no-console has none', async () => {
    const seen: unknown[] = [];
    const statusOf = (text: string): Promise<number> => {
      const [, url = ''] = /url {2}(http:\S+)/.exec(text) ?? [];
      return fetch(`${url}/console`, { redirect: 'manual' }).then(({ status }) => status);
    };
    for (const more of [['--relay'], ['--no-console']])
      await run(['emulator', ...more], async (text) => {
        seen.push(/console {2}http:\/\/127\.0\.0\.1:\d+\/console\//.test(text), await statusOf(text));
        return 'SIGINT';
      });
    expect(seen).deep.equal([true, 302, false, 404]);
  });

  const cases: readonly [string, readonly string[], number, RegExp][] = [
    ['an unknown option', ['emulator', '--wat'], 2, /--wat/],
    ['an unknown command', ['frob'], 2, /"frob" is unknown/],
    ['one argument too many', ['emulator', 'x'], 2, /"x"/],
    ['a bad port', ['emulator', '--port', '99999'], 2, /99999.*0 to 65535/],
    ['a bad key, without repeating it', ['emulator', '--key', 'hush'], 2, /^(?!.*hush).*app\.key:secret/],
    ['a bad Host', ['emulator', '--allow-host', 'http://x'], 2, /http:\/\/x.*without scheme/],
    ['a bad Origin', ['relay', '--allow-origin', 'x'], 2, /holds x: give an origin/],
    [
      'a key with two secrets, without repeating them',
      ['emulator', '--key', 'a.b:hush1', '--key', 'a.b:hush2'],
      2,
      /^(?!.*hush).*Key 2 is "a\.b" with another secret/,
    ],
    ['a bad port of the relay', ['emulator', '--relay', '--relay-port', 'x'], 2, /"x" is not valid/],
    ['a key for a relay', ['relay', '--key', key], 2, /--key does not belong to the relay/],
    ['an auth server for a relay', ['relay', '--auth'], 2, /--auth does not belong to the relay/],
    ['a sandbox for a relay', ['relay', '--sandbox'], 2, /--sandbox does not belong to the relay/],
    ['a project without a relay', ['emulator', '--project', 'x'], 2, /--project belongs to the relay/],
    ['a console on and off', ['relay', '--console', '--no-console'], 2, /contradict each other/],
    [
      'a recording that is not there',
      ['emulator', '--replay', 'no.jsonl'],
      2,
      /no\.jsonl cannot be read \(ENOENT\)/,
    ],
    ['a recording that is none', ['emulator', '--replay', 'package.json'], 2, /line 1 is not JSON/],
    ['a speed without a replay', ['emulator', '--speed', '2'], 2, /--speed belongs to a replay/],
    ['a recording that is none, for a relay', ['relay', '--replay', 'package.json'], 2, /line 1 is not JSON/],
    ['a host that is not here', ['emulator', '--host', '192.0.2.1'], 1, /192\.0\.2\.1.*choose another/],
  ];
  for (const [title, args, code, text] of cases) {
    it(`ends with ${code} and says why: ${title}`, async () => {
      const ran = await run(args);
      expect([ran.code, ran.out]).deep.equal([code, '']);
      expect(ran.err).match(text);
    });
  }

  it('shows its usage', async () => {
    const { code, out } = await run(['emulator', '--help']);
    expect(code).equal(0);
    expect(out).match(/--port.*--host.*--allow-host.*--allow-origin.*--key.*--sandbox.*--relay.*--no-jwt/s);
  });
});
