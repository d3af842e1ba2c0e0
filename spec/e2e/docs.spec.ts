import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { listen, listenRelay } from '../../lib/emulator/index.js';
import { removeModules, writeModule } from '../docs/as-module.js';
import { blocks } from '../docs/blocks.js';

const run = promisify(execFile);
/** What README says of the local emulator. */
const withoutTls = 'rx-realtime: The key travels without TLS. That is allowed to loopback addresses only.\n';

describe('programs of the docs', () => {
  after(removeModules);

  it('are there', () => {
    expect(blocks.some(({ page, runs }) => runs && page === 'README.md')).to.equal(true);
  });

  for (const block of blocks.filter(({ runs }) => runs)) {
    it(`${block.page}:${block.line} prints what the page says, and ends`, async () => {
      await using server = disposable(await listen());
      await using relay = disposable(await listenRelay());
      const file = writeModule(block, (code) =>
        code.replaceAll('8080', String(server.port)).replaceAll('8090', String(relay.port)),
      );
      const { stdout, stderr } = await run(process.execPath, ['--import', 'tsx/esm', file], {
        timeout: 30_000,
      });
      expect({ stdout, stderr: stderr.replaceAll(withoutTls, '') }).to.deep.equal({
        stdout: block.output ?? '',
        stderr: '',
      });
    }).timeout(60_000);
  }
});

const disposable = <T extends { close(): Promise<void> }>(server: T): T & AsyncDisposable =>
  Object.assign(server, { [Symbol.asyncDispose]: () => server.close() });
