import { expect } from 'chai';
import type { IncomingMessage } from 'node:http';
import { type AllowedCallers, gateOf } from '../../../../lib/emulator/host/sockets/gate.js';

type Asked = Readonly<Record<string, string | readonly string[]>>;

describe('emulator: the gate', () => {
  const statusOf = (asked: Asked, allowed: AllowedCallers = {}, listensOn = '127.0.0.1'): number => {
    const headersDistinct = Object.fromEntries(
      Object.entries(asked).map(([name, value]) => [name, [value].flat()]),
    );
    return gateOf(listensOn, allowed)({ headersDistinct } as unknown as IncomingMessage)?.status ?? 200;
  };
  const host = 'localhost:8080';

  it('lets in programs of this machine, which send no Origin, and its pages', () => {
    expect(statusOf({ host })).equal(200);
    for (const origin of [
      'http://localhost:3000',
      'https://app.localhost',
      'http://127.0.0.1',
      'http://[::1]:1',
    ])
      expect(statusOf({ host, origin })).equal(200);
  });

  it('lets in no foreign Host, whatever the Origin', () => {
    for (const foreign of ['evil.example', 'evil.example:8080', '192.168.1.2', '0.0.0.0', 'user@localhost'])
      expect([
        statusOf({ host: foreign }),
        statusOf({ host: foreign, origin: `http://${foreign}` }),
        statusOf({ host: foreign, origin: 'http://localhost' }),
      ]).deep.equal([403, 403, 403]);
  });

  it('lets in no foreign Origin, neither `null` nor an empty one, and none beside another', () => {
    const foreign = [
      'https://evil.example',
      'null',
      '',
      'http://localhost.evil.example',
      'http://a@localhost',
    ];
    for (const origin of [...foreign, 'http://localhost, https://evil.example', 'chrome-extension://abc'])
      expect(statusOf({ host, origin })).equal(403);
    expect(statusOf({ host, origin: ['http://localhost', 'http://localhost'] })).equal(403);
  });

  it('takes one Host, no more and no less', () => {
    expect([statusOf({}), statusOf({ host: [host, host] }), statusOf({ host: [host, 'evil'] })]).deep.equal([
      400, 400, 400,
    ]);
  });

  it('lets in the address that it listens on, and the pages that it serves there', () => {
    const on = (listensOn: string, at: string, origin?: string): number =>
      statusOf({ host: at, ...(origin !== undefined && { origin }) }, {}, listensOn);
    expect(on('ably.test', 'Ably.Test:8080')).equal(200);
    expect(on('ably.test', 'ably.test:8080', 'http://ably.test:8080')).equal(200);
    expect(on('ably.test', 'ably.test:8080', 'http://ably.test:3000')).equal(403);
    expect(on('ably.test', 'sub.ably.test')).equal(403);
    expect(on('0.0.0.0', '192.168.1.2')).equal(403);
    expect(on('fd00::1', '[fd00:0::1]:80')).equal(200);
  });

  it('lets in the Hosts that are allowed, on any port', () => {
    const allowedHosts = ['Ably.test', '192.168.1.2', 'fd00::2'];
    for (const allowed of ['ably.test', 'ABLY.test.:99', '192.168.1.2:80', '[fd00::2]:1'])
      expect(statusOf({ host: allowed }, { allowedHosts })).equal(200);
    expect(statusOf({ host: 'x.ably.test' }, { allowedHosts })).equal(403);
    expect(statusOf({ host: 'any.thing' }, { allowedHosts: ['*'] })).equal(200);
    expect(statusOf({ host: 'no host/' }, { allowedHosts: ['*'] })).equal(403);
  });

  it('lets in the Origins that are allowed, with their scheme and port', () => {
    const allowedOrigins = ['https://App.example/', 'capacitor://localhost', 'http://dev.test:80', 'file://'];
    for (const origin of [
      'https://app.example',
      'HTTPS://app.example:443',
      'capacitor://localhost',
      'file://',
    ])
      expect(statusOf({ host, origin }, { allowedOrigins })).equal(200);
    expect(statusOf({ host, origin: 'http://dev.test' }, { allowedOrigins })).equal(200);
    for (const origin of ['http://app.example', 'https://app.example:8443', 'https://x.app.example', 'null'])
      expect(statusOf({ host, origin }, { allowedOrigins })).equal(403);
    expect(statusOf({ host, origin: 'null' }, { allowedOrigins: ['null'] })).equal(200);
    expect(statusOf({ host, origin: 'https://any.example' }, { allowedOrigins: ['*'] })).equal(200);
  });

  it('says which header was refused and how to let it in, in printable letters', () => {
    const gate = gateOf('127.0.0.1', {});
    const reasonOf = (headersDistinct: object): string | undefined =>
      gate({ headersDistinct } as unknown as IncomingMessage)?.reason;
    expect(reasonOf({ host: ['evil"\x1b[2J.example'] })).equal(
      'The Host "evil??[2J.example" is not let in: name it in the option `allowedHosts`, or by --allow-host.',
    );
    expect(reasonOf({ host: [host], origin: ['x'.repeat(1000)] })).match(
      /^The Origin "x{100}" .*--allow-origin\.$/,
    );
  });

  const wrong: readonly [AllowedCallers, RegExp][] = [
    [{ allowedHosts: ['http://ably.test'] }, /`allowedHosts` holds http:\/\/ably.test: give a name/],
    [{ allowedHosts: ['ably.test:80'] }, /without scheme and port/],
    [{ allowedHosts: [1 as unknown as string] }, /holds 1/],
    [{ allowedOrigins: ['app.example'] }, /`allowedOrigins` holds app.example: give an origin/],
    [{ allowedOrigins: ['https://app.example/path'] }, /without a path/],
    [{ allowedOrigins: ['https://'] }, /without a path/],
    [{ allowedOrigins: [undefined as unknown as string] }, /holds undefined/],
  ];
  for (const [allowed, said] of wrong) {
    it(`refuses to be made with ${JSON.stringify(allowed)}`, () => {
      expect(() => gateOf('127.0.0.1', allowed)).throw(TypeError, said);
    });
  }
});
