import { once } from 'node:events';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { listen, listenRelay } from '../../../lib/emulator/index.js';
import type { LogEvent } from '../../../lib/base/log.js';
import { sayTo, statusIn, upgradeLines } from './raw-http.js';

describe('emulator: the callers that it lets in', () => {
  const servers: { readonly close: () => Promise<void> }[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));
  const kept = <T extends (typeof servers)[number]>(server: T): T => {
    servers.push(server);
    return server;
  };
  const told: string[] = [];
  const log = (_: unknown, { message }: LogEvent): void => void told.push(message);
  beforeEach(() => void told.splice(0));

  const both = [
    ['emulator', async () => kept(await listen({ log })).port, '/time', 200],
    ['relay', async () => kept(await listenRelay({ log, checkJwt: false })).port, '/rpc', 405],
  ] as const;
  for (const [name, start, path, fine] of both) {
    const http = async (port: number, ...headers: string[]): Promise<string> =>
      sayTo(port, `GET ${path} HTTP/1.1`, ...headers, 'Connection: close');
    const socket = async (port: number, ...headers: string[]): Promise<string> =>
      sayTo(port, ...upgradeLines('/?v=6&key=none', ...headers), '', '\x88\x80aaaa'); // and a close at once

    it(`${name}: refuses a foreign Host and a foreign Origin, over HTTP and WebSocket`, async () => {
      const port = await start();
      for (const ask of [http, socket]) {
        const wrong = [
          await ask(port, 'Host: evil.example'),
          await ask(port, `Host: evil.example:${port}`, `Origin: http://evil.example:${port}`),
          await ask(port, 'Host: localhost', 'Origin: https://evil.example'),
          await ask(port, 'Host: localhost', 'Origin: null'),
          await ask(port, 'Host: localhost', 'Origin: http://localhost', 'Origin: https://evil.example'),
          await ask(port, 'Host: user@localhost'),
        ];
        expect(wrong.map(statusIn)).deep.equal(Array(6).fill(403));
        for (const answer of wrong)
          expect(answer)
            .match(/x-content-type-options: nosniff/i)
            .not.match(/access-control/i);
        expect(wrong[0]).contain('allowedHosts').contain('--allow-host');
        const none = [await ask(port), await ask(port, 'Host: localhost', 'Host: localhost')];
        expect(none.map(statusIn)).deep.equal([400, 400]);
      }
    });

    it(`${name}: lets in what is of this machine, and names its Origin`, async () => {
      const port = await start();
      expect(statusIn(await http(port, 'Host: LOCALHOST.:1'))).equal(fine);
      const page = await http(port, 'Host: [::1]', 'Origin: http://app.localhost:3000');
      expect([statusIn(page), /allow-origin: (.*)\r/i.exec(page)?.[1]]).deep.equal([
        fine,
        'http://app.localhost:3000',
      ]);
      expect(page).match(/vary: Origin/i);
      const opened = [
        await socket(port, `Host: 127.0.0.1:${port}`),
        await socket(port, 'Host: localhost', 'Origin: http://127.8.9.1:5173'),
      ];
      expect(opened.map(statusIn)).deep.equal([101, 101]);
    });

    it(`${name}: answers a preflight of a foreign page with nothing that lets it in`, async () => {
      const port = await start();
      const preflight = (origin: string): Promise<string> =>
        sayTo(
          port,
          ...[`OPTIONS ${path} HTTP/1.1`, 'Host: localhost', `Origin: ${origin}`, 'Connection: close'],
          'Access-Control-Request-Method: POST',
          'Access-Control-Request-Private-Network: true',
        );
      expect(await preflight('https://evil.example'))
        .match(/^HTTP\/1.1 403/)
        .not.match(/access-control/i);
      expect(await preflight('http://localhost'))
        .match(/^HTTP\/1.1 204/)
        .match(/private-network: true/i);
    });

    it(`${name}: tells the log of each refusal once`, async () => {
      const port = await start();
      for (let count = 0; count < 3; count += 1) await http(port, 'Host: evil.example');
      for (let count = 0; count < 300; count += 1) await http(port, `Host: evil-${count}.example`);
      expect(told).length(100);
      expect(told[0]).equal(
        'The emulator has refused a request. The Host "evil.example" is not let in: name it in the option `allowedHosts`, or by --allow-host.',
      );
    });
  }

  it('lets in what it is told to', async () => {
    const allowed = { allowedHosts: ['ably.test'], allowedOrigins: ['https://app.example'], log };
    for (const { port } of [kept(await listen(allowed)), kept(await listenRelay(allowed))]) {
      const answer = await sayTo(
        port,
        ...[
          'GET /time HTTP/1.1',
          `Host: ably.test:${port}`,
          'Origin: https://app.example',
          'Connection: close',
        ],
      );
      expect(statusIn(answer)).not.equal(403);
      expect(statusIn(await sayTo(port, 'GET / HTTP/1.1', 'Host: other.test', 'Connection: close'))).equal(
        403,
      );
    }
  });

  it('rejects an entry that is neither, and listens to nothing', async () => {
    for (const start of [listen, listenRelay]) {
      const thrown = await start({ allowedHosts: ['https://ably.test'] }).catch((error: unknown) => error);
      expect(thrown).instanceOf(TypeError).property('message').contain('allowedHosts');
    }
  });

  it('relay: leaves Origins to `origins`, where those are given, which answer as the service does', async () => {
    const { url } = kept(await listenRelay({ origins: ['https://app.example'], checkJwt: false, log }));
    const endOf = async (origin: string): Promise<unknown> => {
      const socket = new WebSocket(`${url}/?useOnCloseEvent=true`, { origin });
      const closed = once(socket, 'close');
      socket.on('open', () => setImmediate(() => socket.close(4000)));
      return ((await closed) as [number])[0];
    };
    expect([await endOf('https://evil.example'), await endOf('null')]).deep.equal([3000, 3000]);
    expect([await endOf('https://app.example'), await endOf('http://localhost:1')]).deep.equal([4000, 4000]);
  });
});
