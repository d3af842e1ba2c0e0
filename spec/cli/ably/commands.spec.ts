import { expect } from 'chai';
import { inMemory, type InMemory, type InMemoryOptions } from '../../../lib/emulator/index.js';
import { Signal } from '../../../lib/cli/terminal.js';
import { FakeTerminal } from '../../support/fake-terminal.js';

describe('cli: commands', () => {
  const worlds: InMemory[] = [];
  afterEach(() => {
    for (const world of worlds.splice(0)) world.close();
  });

  type Options = InMemoryOptions & { readonly isScreen?: boolean; readonly input?: readonly string[] };

  /** A server in memory, and a maker of terminals from which it is reached. */
  function world({ isScreen, input, ...options }: Options = {}): {
    readonly memory: InMemory;
    readonly terminal: (given?: Options) => FakeTerminal;
  } {
    const memory = inMemory({ maxIdleInterval: 0, ...options });
    worlds.push(memory);
    const { webSocketCtor, fetch } = memory;
    const terminal = (given: Options = {}): FakeTerminal =>
      new FakeTerminal({
        network: { webSocketCtor, fetch },
        isScreen: given.isScreen ?? isScreen ?? false,
        input: given.input ?? input ?? [],
      });
    return { memory, terminal };
  }
  const local = '--emulator';

  it('publish: sends data, a JSON object as such, and prints the serials', async () => {
    const { terminal } = world();
    const publishing = terminal();
    const code = await publishing.run(
      'publish',
      'chat',
      'hello',
      '{"a":1}',
      '7',
      '--name',
      'greeting',
      local,
    );
    expect([code, publishing.written.err]).deep.equal([0, '']);
    expect(publishing.objects.map(({ line }) => line)).deep.equal([1, 2, 3]);
    const reading = terminal();
    await reading.run('history', 'chat', '--forwards', local);
    expect(reading.objects.map(({ name, data }) => [name, data])).deep.equal([
      ['greeting', 'hello'],
      ['greeting', { a: 1 }],
      ['greeting', '7'],
    ]);
  });

  it('publish --lines: sends each line as data; --text leaves JSON as text', async () => {
    const { terminal } = world({ input: ['a\n{"b":', '1}\n\nc'] });
    expect(await terminal().run('publish', 'chat', '--lines', local)).equal(0);
    expect(await terminal({ input: ['{"b":1}'] }).run('publish', 'chat', '--lines', '--text', local)).equal(
      0,
    );
    const reading = terminal();
    await reading.run('history', 'chat', '--forwards', local);
    expect(reading.objects.map(({ data }) => data)).deep.equal(['a', { b: 1 }, '', 'c', '{"b":1}']);
  });

  it('publish --messages: takes what history prints, bytes and extras included', async () => {
    const { terminal } = world({
      input: [
        '{"name":"a","data":"AQID","encoding":"base64","extras":{"headers":{"x":"y"}}}\n',
        '{"name":"b","data":{"c":[1]}}\n',
      ],
    });
    await terminal().run('publish', 'chat', '--messages', local);
    const first = terminal();
    await first.run('history', 'chat', '--forwards', local);
    const second = terminal({ input: [first.written.out] });
    expect(await second.run('publish', 'copy', '--messages', local)).equal(0);
    const copied = terminal();
    await copied.run('history', 'copy', '--forwards', local);
    const told = ({ name, data, encoding, extras }: Readonly<Record<string, unknown>>): unknown => ({
      ...{ name, data, encoding, extras },
    });
    expect(copied.objects.map(told)).deep.equal(first.objects.map(told));
    expect(copied.objects[0]).include({ name: 'a', data: 'AQID', encoding: 'base64' });
  });

  it('publish --messages: says what is wrong with a line, and publishes the others', async () => {
    const { terminal } = world({
      input: ['{"name":"a"}\n', 'x\n', '[1]\n', '{"data":"x","encoding":"cipher+aes"}\n', '{"name":"b"}\n'],
    });
    const publishing = terminal();
    expect(await publishing.run('publish', 'chat', '--messages', local)).equal(1);
    const outcomes = publishing.objects.map(({ line, error }) => [
      line,
      (error as Error | undefined)?.message,
    ]);
    expect(Object.values(Object.fromEntries(outcomes))).deep.equal([
      // by their lines
      undefined,
      'The line is not a message: write it as JSON, like {"name":"greeting","data":"hello"}.',
      'The line is not a message: write it as JSON, like {"name":"greeting","data":"hello"}.',
      'The data cannot be published, because the encoding cipher+aes is not undone.',
      undefined,
    ]);
    expect(publishing.written.err).contain('2 published, 3 not published.');
  });

  it('publish: ends with 1 and the reason where the server refuses', async () => {
    const { terminal } = world({ capabilities: { 'app.key': { other: ['*'] } }, isScreen: true });
    const publishing = terminal();
    expect(await publishing.run('publish', 'chat', 'hello', local)).equal(1);
    expect(publishing.written).deep.include({ out: '' });
    expect(publishing.written.err).match(/^\r.*rx-realtime: The key or token .*\n$/);
  });

  it('subscribe --count: prints the past and what is live, and ends by itself', async () => {
    const { terminal, memory } = world();
    await terminal().run('publish', 'chat', 'old', local);
    const listening = terminal();
    listening.onOut = () => {
      listening.onOut = () => undefined;
      void terminal().run('publish', 'chat', 'new', local);
    };
    expect(await listening.run('subscribe', 'chat', '--history', '5', '--count', '2', local)).equal(0);
    expect(listening.objects.map(({ channel, data }) => [channel, data])).deep.equal([
      ['chat', 'old'],
      ['chat', 'new'],
    ]);
    expect(memory.emulator.connections).deep.equal([]);
  });

  it('subscribe: shows people a line for each message, with nothing that moves the cursor', async () => {
    const { terminal } = world({ isScreen: true });
    await terminal().run('publish', 'chat', '\u001b[2Jhi', '--name', 'greeting', '--client-id', 'ann', local);
    const listening = terminal();
    await listening.run('subscribe', 'chat', 'log', '--history', '1', '-n', '1', local);
    expect(listening.lines).have.length(1);
    expect(listening.lines[0]).match(
      /^\d\d:\d\d:\d\d\.\d{3} {2}chat {2}greeting {2}\\u001b\[2Jhi {2}\(ann\)$/,
    );
    expect(listening.written.err).contain('Listening on chat. Ctrl-C ends it.');
  });

  it('subscribe: detaches and ends with 0 when it is stopped, and where its reader has gone', async () => {
    for (const signal of [Signal.SIGINT, Signal.SIGTERM, Signal.SIGPIPE]) {
      const { terminal, memory } = world();
      await terminal().run('publish', 'chat', 'old', local);
      const listening = terminal();
      listening.onOut = () => {
        expect(memory.emulator.connections).have.length(1);
        listening.stop$.next(signal);
      };
      expect(await listening.run('subscribe', 'chat', '--history', '1', local)).equal(0);
      expect([listening.lines.length, listening.written.err]).deep.equal([1, '']);
      expect(memory.emulator.connections).deep.equal([]);
    }
  });

  it('subscribe --name, --filter: only those', async () => {
    const { terminal } = world();
    const publishing = terminal({ input: ['{"name":"a","data":"1"}\n{"name":"b","data":"2"}\n'] });
    await publishing.run('publish', 'chat', '--messages', local);
    const named = terminal();
    await named.run('subscribe', 'chat', '--name', 'b', '--history', '9', '-n', '1', local);
    expect(named.objects.map(({ data }) => data)).deep.equal(['2']);
    const rewound = terminal();
    await rewound.run('subscribe', 'chat', '--rewind', '2', '-n', '2', local);
    expect(rewound.objects.map(({ data }) => data)).deep.equal(['1', '2']);
  });

  it('presence: prints the members, and ends', async () => {
    const { terminal } = world({
      presenceFixtures: { room: [{ clientId: 'bot', data: { a: 1 } }, { clientId: 'ann' }] },
    });
    const reading = terminal();
    expect(await reading.run('presence', 'room', local)).equal(0);
    expect(reading.objects.map(({ clientId, data, action }) => [clientId, data, action])).deep.equal([
      ['bot', { a: 1 }, 'present'],
      ['ann', undefined, 'present'],
    ]);
  });

  it('presence --enter --watch: is present until it is stopped, and leaves', async () => {
    const { terminal, memory } = world();
    const member = terminal();
    const seen: unknown[] = [];
    member.onOut = () => {
      if (!member.objects.some(({ status }) => status === 'present') || seen.length > 0) return;
      seen.push(memory.emulator.presence('room').members.map(({ clientId, data }) => [clientId, data]));
      member.stop$.next(Signal.SIGINT);
    };
    const args = ['--enter', '--watch', '--client-id', 'ann', '--data', '{"b":1}', local];
    expect(await member.run('presence', 'room', ...args)).equal(0);
    expect(seen).deep.equal([[['ann', '{"b":1}']]]);
    expect(member.objects.map(({ status, action }) => status ?? action)).deep.equal([
      'entering',
      'enter',
      'present',
    ]);
    expect(memory.emulator.presence('room').members).deep.equal([]);
    const past = terminal();
    await past.run('history', 'room', '--presence', local);
    expect(past.objects.map(({ action }) => action)).deep.equal(['leave', 'enter']);
  });

  it('history: gives so many, newest first, from one time to another', async () => {
    const { terminal } = world();
    await terminal({ input: [Array.from({ length: 120 }, (_, at) => at).join('\n')] }).run(
      ...['publish', 'chat', '--lines', local],
    );
    const amounts: number[] = [];
    for (const args of [
      [],
      ['--limit', '3'],
      ['--all'],
      ['--end', '1h'],
      ['--start', '1h', '--limit', '2'],
    ]) {
      const reading = terminal();
      expect(await reading.run('history', 'chat', local, ...args)).equal(0);
      amounts.push(reading.lines.length);
      if (reading.lines.length > 0) expect(reading.objects[0]).include({ data: '119' });
    }
    expect(amounts).deep.equal([100, 3, 120, 0, 2]);
  });

  it('ping: prints the milliseconds', async () => {
    const { terminal } = world();
    const [program, person] = [terminal(), terminal({ isScreen: true })];
    expect(await program.run('ping', local)).equal(0);
    expect(program.objects[0]?.['ms']).a('number');
    await person.run('ping', local);
    expect(person.written.out).match(/^\d+ ms\n$/);
  });

  it('token: prints a token, with which others get in; its details with --json', async () => {
    const { terminal } = world();
    const giving = terminal();
    const capability = JSON.stringify({ chat: ['publish'] });
    expect(await giving.run('token', '--ttl', '10m', '--capability', capability, local)).equal(0);
    const [token = ''] = giving.lines;
    expect(await terminal().run('publish', 'chat', 'hello', '--token', token, local)).equal(0);
    expect(await terminal().run('publish', 'log', 'hello', '--token', token, local)).equal(1);
    const detailed = terminal();
    await detailed.run('token', '--client-id', 'ann', '--json', local);
    expect(detailed.objects[0]).include({ clientId: 'ann', keyName: 'app.key' });
    const signed = terminal();
    await signed.run('token', '--request', local);
    expect(signed.objects[0]).have.keys('keyName', 'timestamp', 'nonce', 'mac');
  });

  it('says by which flags one goes on where a token is rejected, before it is connected and after', async () => {
    const { memory, terminal } = world();
    const giving = terminal();
    await giving.run('token', '--ttl', '1h', local);
    const [token = ''] = giving.lines;
    await terminal().run('publish', 'chat', 'old', local);
    const listening = terminal();
    listening.onOut = () => memory.emulator.connections[0]?.expireToken();
    const expired = /^rx-realtime: The token was rejected \(40142\).*rx-realtime token, or give --key\./;
    expect(await listening.run('subscribe', 'chat', '--history', '1', '--token', token, local)).equal(1);
    expect(listening.written.err).match(expired).not.contain('authCallback').not.contain(token);
    const unknown = terminal();
    expect(await unknown.run('ping', '--token', 'app.unknown', local)).equal(1);
    expect(unknown.written.err).match(/^rx-realtime: The token was rejected \(40143\)/);
  });

  const wrong: readonly (readonly [args: string, text: RegExp])[] = [
    ['publish', /no channel/],
    ['publish chat --emulator', /no data.*--lines/],
    ['publish chat x --lines --emulator', /given twice/],
    ['publish chat --messages --name x --emulator', /leave out --name/],
    ['publish chat x --window 0 --emulator', /--window.*from 1/],
    ['publish chat x --extras hush --emulator', /^(?!.*hush).*--extras/],
    ['publish chat x', /no credentials/],
    ['publish chat x --key hush --emulator', /^(?!.*hush).*key/],
    ['publish chat x --timeout soon --emulator', /--timeout/],
    ['subscribe --emulator', /no channel/],
    ['subscribe chat --wat --emulator', /--wat/],
    ['presence room --enter --emulator', /--client-id/],
    ['presence room --data x --emulator', /add --enter/],
    ['history chat --start soon --emulator', /--start is "soon"/],
    ['history chat log --emulator', /"log" is one too many/],
    ['history chat --all --limit 1 --emulator', /leave one out/],
    ['token --ttl 10 --emulator', /--ttl is "10"/],
    ['token --ttl 0s --emulator', /--ttl is "0s"/],
    ['token --capability hush --emulator', /--capability is not JSON/],
    ['token --capability [] --emulator', /--capability is not an object/],
    ['token --capability {"a":"publish"} --emulator', /no list of operations for "a"/],
    ['token --capability {"a":[]} --emulator', /no list of operations for "a"/],
    ['token --capability {"a":[1]} --emulator', /no list of operations for "a"/],
    ['publish chat x --extras [] --emulator', /--extras is not an object/],
    ['publish chat x --extras 5 --emulator', /--extras is not an object/],
    ['publish  x --emulator', /channel is empty/],
    ['subscribe chat  --emulator', /channel is empty/],
    ['presence  --emulator', /channel is empty/],
    ['history  --emulator', /channel is empty/],
    ['relay publish  x --emulator', /topic is empty/],
    ['relay subscribe  --emulator', /topic is empty/],
    ['history chat --start 1h --end 2h --emulator', /later than the --end/],
    ['subscribe chat --rewind x --emulator', /--rewind is "x"/],
    ['subscribe chat --rewind 0 --emulator', /--rewind is "0"/],
    ['subscribe chat --rewind 2h --emulator', /--rewind is "2h"/],
    ['ping --emulator 0', /port "0".*from 1/],
    ['ping --emulator=0', /port "0".*from 1/],
    ['ping --endpoint 127.0.0.1:0 --key a.b:c', /port "0".*from 1/],
    ['relay subscribe x --emulator 0', /port "0".*from 1/],
    ['ping --emulator 99999', /port "99999".*from 1 to 65535/],
    ['relay --port 99999', /port "99999".*from 0 to 65535/],
    ['history chat --limit -1 --emulator', /^[^\\]*--limit=-XYZ'\.$/],
    ['ping --timeout -1 --emulator', /^[^\\]*--timeout=-XYZ'\.$/],
    ['relay publish', /no topic/],
    ['relay subscribe x', /--project.*--url.*--emulator/],
    ['--wat', /No command/],
  ];
  for (const [args, text] of wrong)
    it(`ends with 2 and says why: ${args}`, async () => {
      const { terminal } = world();
      const mistaken = terminal();
      expect([await mistaken.run(...args.split(' ')), mistaken.written.out]).deep.equal([2, '']);
      expect(mistaken.written.err.split('\n')[0]).match(text);
    });

  const commands = ['publish', 'subscribe', 'presence', 'history', 'channels', 'ping', 'token'];
  for (const name of [...commands, 'relay publish', 'relay subscribe', 'emulator', 'relay'])
    it(`${name} --help: shows how`, async () => {
      const { terminal } = world();
      const [asking, helped] = [terminal(), terminal()];
      expect(await asking.run(...name.split(' '), '--help')).equal(0);
      expect(asking.written.out).match(new RegExp(`^Usage: rx-realtime (emulator|${name}) `));
      expect(await helped.run('help', ...name.split(' '))).equal(0);
      expect(helped.written).deep.equal(asking.written);
    });
});
