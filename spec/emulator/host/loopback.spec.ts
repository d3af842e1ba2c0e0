import { expect } from 'chai';
import {
  hostName,
  isLoopback,
  isLoopbackHost,
  isLoopbackOrigin,
} from '../../../lib/emulator/host/loopback.js';

describe('emulator: loopback', () => {
  const own = [
    ...[
      'localhost',
      'LocalHost',
      'localhost.',
      'a.b.localhost',
      'APP.LOCALHOST.',
      '127.0.0.1',
      '127.255.0.9',
    ],
    ...['127.0.0.1.', '127.1', '[::1]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::FFFF:7f00:1]'],
  ];
  for (const host of own) {
    it(`${host} is loopback, with a port and without`, () => {
      const found = [host, `${host}:8080`, `${host}:80`].map(isLoopbackHost);
      const origins = [`http://${host}`, `https://${host}:8443`, `HTTP://${host}:1`].map(isLoopbackOrigin);
      expect([...found, ...origins]).deep.equal(Array(6).fill(true));
    });
  }

  const foreign = [
    ...['', ' ', ':80', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'evillocalhost'],
    ...['.localhost', 'localhost..', 'localhost:x', 'localhost:99999', 'localhost:80:80', 'local%68ost'],
    ...['user@localhost', 'evil.example@127.0.0.1', 'localhost/', 'localhost#', 'evil.example#.localhost'],
    ...[
      'evil.example?.localhost',
      'evil.example\\.localhost',
      'localhost, evil.example',
      'localhost evil.example',
    ],
    ...['0.0.0.0', '[::]', '128.0.0.1', '10.0.0.1', '127.0.0.1.2', '[::127.0.0.1]', '[::ffff:128.0.0.1]'],
    ...['[::1', '::1', '[::1]x', '[::ffff:10.0.0.1]', '[fe80::1%25lo]', 'ｌocalhost', 'null', '*', '_'],
  ];
  for (const host of foreign) {
    it(`${JSON.stringify(host)} is not`, () => {
      expect([isLoopbackHost(host), isLoopbackOrigin(`http://${host}`)]).deep.equal([false, false]);
    });
  }

  for (const origin of [
    ...['null', '', 'localhost', '//localhost', 'ftp://localhost', 'capacitor://localhost', 'file://'],
    ...['http://localhost/', 'http://localhost http://localhost', 'http://a@localhost', 'xhttp://localhost'],
  ]) {
    it(`${JSON.stringify(origin)} is no origin of loopback`, () => {
      expect(isLoopbackOrigin(origin)).equal(false);
    });
  }

  it('reads the address to listen on', () => {
    const names = [
      '::1',
      '[::1]',
      'localhost',
      'ABLY.test',
      '0.0.0.0',
      '::',
      'ably.test:80',
      '[::1]:80',
      'abc:80',
    ];
    expect(names.map(hostName)).deep.equal([
      ...['[::1]', '[::1]', 'localhost', 'ably.test', '0.0.0.0', '[::]', undefined, undefined, undefined],
    ]);
    expect([isLoopback(hostName('::1')), isLoopback(undefined)]).deep.equal([true, false]);
  });
});
