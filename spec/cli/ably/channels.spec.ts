import { expect } from 'chai';
import { channelLine } from '../../../lib/cli/ably/channels.js';
import { FakeTerminal } from '../../support/fake-terminal.js';

/** Answers by path; remembers what was asked, and with which credentials. */
function server(answers: Readonly<Record<string, () => Response>>): {
  readonly asked: string[];
  readonly terminal: FakeTerminal;
} {
  const asked: string[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { host, pathname, search } = new URL(String(url));
    const [scheme] = new Headers(init?.headers).get('authorization')?.split(' ') ?? [];
    asked.push(`${scheme ?? ''} ${host}${pathname}${search}`);
    const answer = answers[search];
    return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError('fetch failed'));
  };
  return { asked, terminal: new FakeTerminal({ network: { fetch } }) };
}

const page = (items: readonly unknown[], link?: string) => (): Response =>
  new Response(JSON.stringify(items), { headers: link === undefined ? {} : { link } });

describe('cli: channels', () => {
  it('lists what the pages of GET /channels hold, and asks the same server for each', async () => {
    const { asked, terminal } = server({
      '?limit=1000&by=value': page([{ channelId: 'a' }], '<https://evil.example/channels?at=2>; rel="next"'),
      '?at=2': page([{ name: 'b' }]),
    });
    expect(await terminal.run('channels', '--all', '--token', 'hush', '--endpoint', 'eu')).equal(0);
    expect(terminal.objects).deep.equal([{ channelId: 'a' }, { name: 'b' }]);
    expect(asked).deep.equal([
      'Bearer eu.realtime.ably.net/channels?limit=1000&by=value',
      'Bearer eu.realtime.ably.net/channels?at=2',
    ]);
  });

  it('asks for no further page than it has to', async () => {
    const { asked, terminal } = server({
      '?limit=2&by=id&prefix=chat%3A': page(['chat:a', 'chat:b'], '<./channels?at=2>; rel="next"'),
    });
    const args = ['--limit', '2', '--names', '--prefix', 'chat:', '--emulator'];
    expect(await terminal.run('channels', ...args)).equal(0);
    expect(terminal.objects).deep.equal([{ channelId: 'chat:a' }, { channelId: 'chat:b' }]);
    expect(asked).deep.equal(['Basic 127.0.0.1:8080/channels?limit=2&by=id&prefix=chat%3A']);
  });

  const failures: readonly (readonly [
    title: string,
    answer: (() => Response) | undefined,
    code: number,
    text: RegExp,
  ])[] = [
    [
      'is refused',
      () => new Response('{"error":{"code":40160,"message":"Not you."}}', { status: 401 }),
      1,
      /Not you/,
    ],
    ['gets a page of a proxy', () => new Response('<html>', { status: 502 }), 1, /status 502/],
    ['gets no list', page({} as never), 1, /list of channels/],
    ['reaches nobody', undefined, 3, /cannot be reached/],
  ];
  for (const [title, answer, expected, text] of failures)
    it(`ends with ${String(expected)} and says why where it ${title}`, async () => {
      const { terminal } = server(answer ? { '?limit=100&by=value': answer } : {});
      expect(await terminal.run('channels', '--emulator')).equal(expected);
      expect(terminal.written.err).match(text);
    });

  it('says where the port is one that fetch does not ask', async () => {
    const terminal = new FakeTerminal({});
    expect(await terminal.run('channels', '--emulator', '1')).equal(3);
    expect(terminal.written.err).match(/fetch asks no server at this port/);
  });

  it('RSA1: sends no key to another machine without TLS', async () => {
    const { asked, terminal } = server({});
    expect(await terminal.run('channels', '--key', 'a.b:hushhush', '--endpoint', 'http://example.com')).equal(
      2,
    );
    expect(asked).deep.equal([]);
    expect(terminal.written.err).match(/without TLS/);
  });

  it('RSA1: sends a key to another machine with TLS', async () => {
    const { asked, terminal } = server({ '?limit=100&by=value': page([]) });
    expect(await terminal.run('channels', '--key', 'a.b:hushhush', '--endpoint', 'eu')).equal(0);
    expect(asked).deep.equal(['Basic eu.realtime.ably.net/channels?limit=100&by=value']);
  });

  it('shows people the name, and the metrics that are not 0', () => {
    const metrics = { connections: 2, publishers: 0, presenceMembers: 1 };
    expect(channelLine({ channelId: 'a\u001b', status: { occupancy: { metrics } } }).text).equal(
      'a\\u001b  connections 2  presenceMembers 1',
    );
    expect(channelLine('a').text).equal('a');
  });
});
