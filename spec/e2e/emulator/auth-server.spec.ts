import { expect } from 'chai';
import { createEmulator, listen, type ListenOptions } from '../../../lib/emulator/index.js';
import { sayTo, statusIn } from './raw-http.js';

describe('emulator: its auth server on sockets', () => {
  const ask = async (
    options: ListenOptions,
    host = 'localhost',
    path = '/auth',
    method = 'GET',
  ): Promise<string> => {
    const server = await listen({ log: () => undefined, ...options });
    try {
      return await sayTo(server.port, `${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close');
    } finally {
      await server.close();
    }
  };
  const statusOf = async (...how: Parameters<typeof ask>): Promise<number> => statusIn(await ask(...how));

  it('serves this machine', async () => {
    expect(await statusOf({})).equal(200);
    expect(await statusOf({ host: 'localhost' })).equal(200);
    expect(await statusOf({ host: '127.0.0.1' }, '127.0.0.1:80')).equal(200);
  });

  it('is off where others can ask, whatever the Host says, and says how to turn it on', async () => {
    const refused = await ask({ host: '0.0.0.0' });
    expect(statusIn(refused)).equal(403);
    expect(refused).contain('authServer').contain('--auth').not.match(/token/i);
    expect(await statusOf({ host: '0.0.0.0' }, 'localhost', '/time')).equal(200);
    expect(await statusOf({ host: '0.0.0.0' }, 'localhost', '/auth', 'POST')).equal(403);
    expect(await statusOf({ host: '0.0.0.0' }, 'localhost', '/auth', 'OPTIONS')).equal(204);
  });

  it('is off for a Host that was let in beside those of loopback, as through a tunnel', async () => {
    expect(await statusOf({ allowedHosts: ['ably.test'] }, 'ably.test')).equal(403);
  });

  it('is on or off as it is told, for an emulator that was given too', async () => {
    expect(await statusOf({ host: '0.0.0.0', authServer: true })).equal(200);
    expect(await statusOf({ authServer: false })).equal(403);
    const emulator = createEmulator();
    expect(await statusOf({ emulator, host: '0.0.0.0' })).equal(403);
    emulator.dispose();
  });

  for (const type of ['%0d%0a', 'text/html', 'a%0d%0ax:%20y', '%00', '%ff']) {
    it(`answers 400 to ?type=${type}, and not by a dead socket`, async () => {
      const answer = await ask({}, 'localhost', `/auth?type=${type}&body=%3Cscript%3E`);
      expect(answer)
        .match(/^HTTP\/1.1 400 /)
        .match(/content-type: application\/json/i)
        .match(/nosniff/);
    });
  }
});
