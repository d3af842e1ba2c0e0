import { expect } from 'chai';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable, Writable } from 'node:stream';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { respond } from '../../../../lib/emulator/host/sockets/http-requests.js';

describe('emulator: an answer over HTTP', () => {
  let clock: SinonFakeTimers;
  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  });
  afterEach(() => clock.restore());

  /** An answer that its client reads when `read` is called. */
  async function answered(requestTimeout: number): Promise<{ response: Writable; read: () => void }> {
    const request = Object.assign(Readable.from([]), { url: '/time', headers: {} });
    let read = (): void => undefined;
    const response = new Writable({ write: (_chunk, _encoding, done) => void (read = done) });
    const core = {
      maxFrameSize: 10,
      request: () => ({ status: 200, headers: {}, body: new Uint8Array([1]) }),
    };
    await respond(
      core,
      request as unknown as IncomingMessage,
      Object.assign(response, { writeHead: () => response }) as unknown as ServerResponse,
      requestTimeout,
    );
    return { response, read: () => read() };
  }

  it('ends after requestTimeout where it is not read, and not after twice that', async () => {
    const { response } = await answered(60_000);
    clock.tick(59_999);
    expect(response.destroyed).equal(false);
    clock.tick(1);
    expect(response.destroyed).equal(true);
  });

  it('has no time to keep any more once it is read, or where requestTimeout is 0', async () => {
    const { response, read } = await answered(60_000);
    read();
    await new Promise((resolve) => response.once('close', resolve));
    expect(clock.countTimers()).equal(0);
    await answered(0);
    expect(clock.countTimers()).equal(0);
  });
});
