import { expect } from 'chai';
import { listen, type ListenOptions } from '../../../lib/emulator/index.js';
import { sayTo, statusIn } from './raw-http.js';

describe('emulator: its sandbox on sockets', () => {
  const ask = async (
    options: ListenOptions,
    { method = 'POST', path = '/apps', headers = ['Host: localhost'] } = {},
  ): Promise<string> => {
    const server = await listen({ log: () => undefined, ...options });
    try {
      const lines = [...headers, 'Content-Length: 2', 'Connection: close', '', '{}'];
      return await sayTo(server.port, `${method} ${path} HTTP/1.1`, ...lines);
    } finally {
      await server.close();
    }
  };

  it('is off, and says how to turn it on', async () => {
    const refused = await ask({});
    expect(statusIn(refused)).equal(403);
    expect(refused).contain('"code":40300').contain('sandbox').contain('--sandbox');
    for (const path of ['/apps/app', '/apps/'])
      expect(statusIn(await ask({}, { method: 'DELETE', path }))).equal(403);
  });

  it('creates apps where it was asked for', async () => {
    const created = await ask({ sandbox: true });
    expect(statusIn(created)).equal(201);
    expect(created).contain('"keyStr":');
    expect(statusIn(await ask({ sandbox: true }, { method: 'DELETE', path: '/apps/app' }))).equal(401);
  });

  it('lets in no foreign page', async () => {
    for (const headers of [['Host: evil.example'], ['Host: localhost', 'Origin: https://evil.example']])
      expect(await ask({ sandbox: true }, { headers }))
        .match(/^HTTP\/1.1 403 /)
        .not.contain('keyStr');
    const own = await ask(
      { sandbox: true },
      { headers: ['Host: localhost', 'Origin: http://localhost:3000'] },
    );
    expect(statusIn(own)).equal(201);
  });
});
