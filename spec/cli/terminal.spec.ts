import { expect } from 'chai';
import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { inMemory } from '../../lib/emulator/index.js';
import { main } from '../../lib/cli/main.js';
import { type ProcessParts, processTerminal } from '../../lib/cli/terminal.js';

/** A process whose stdout takes so many pieces, and refuses the rest with this code. */
function processWith({ takes, code }: { readonly takes: number; readonly code: string }): {
  readonly parts: ProcessParts;
  readonly written: { out: string; err: string };
} {
  const written = { out: '', err: '' };
  let count = 0;
  const stdout = new Writable({
    autoDestroy: false, // as that of a process, which stays open
    write: (chunk: Buffer, _encoding, done) => {
      count += 1;
      if (count > takes) return done(Object.assign(new Error(`write ${code}`), { code }));
      written.out += chunk.toString();
      done();
    },
  });
  const stderr = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written.err += chunk.toString();
      done();
    },
  });
  const parts = Object.assign(new EventEmitter(), { stdout, stderr, stdin: Readable.from([]), env: {} });
  return { parts, written };
}

/** The methods of a process that its copy would lose. */
const listening = (parts: ProcessParts): Pick<ProcessParts, 'on' | 'off'> => ({
  on: parts.on.bind(parts),
  off: parts.off.bind(parts),
});

describe('cli: the terminal of a process', () => {
  const lost = (code: string): string =>
    `rx-realtime: The output cannot be written (${code}): what is printed is not complete.\n`;

  /** Runs a command of a process whose server is in memory. */
  async function run(parts: ProcessParts, ...args: readonly string[]): Promise<number> {
    const { webSocketCtor, fetch, close, emulator } = inMemory({ maxIdleInterval: 0 });
    for (const data of ['1', '2', '3']) emulator.publish('chat', { data });
    const { terminal, end } = processTerminal(parts);
    const code = await end(await main(args, { ...terminal, network: { webSocketCtor, fetch } }));
    close();
    return code;
  }

  for (const code of ['ENOSPC', 'EIO', 'EFBIG'])
    it(`ends with 1, and says so once, where the output is refused with ${code}`, async () => {
      for (const args of [
        ['--help'],
        ['history', 'chat', '--emulator'],
        ['subscribe', 'chat', '--rewind', '3', '--emulator'],
      ]) {
        const { parts, written } = processWith({ takes: 0, code });
        expect([await run(parts, ...args), written]).deep.equal([1, { out: '', err: lost(code) }]);
      }
    });

  it('keeps what was written before, and tells of the rest', async () => {
    const { parts, written } = processWith({ takes: 2, code: 'ENOSPC' });
    expect(await run(parts, 'history', 'chat', '--emulator')).equal(1);
    expect([written.out.match(/\n/g)?.length, written.err]).deep.equal([2, lost('ENOSPC')]);
  });

  for (const code of ['EPIPE', 'EOF', 'ECONNRESET'])
    it(`takes ${code} for a reader that has gone, and ends quietly`, async () => {
      for (const args of [
        ['history', 'chat', '--emulator'],
        ['subscribe', 'chat', '--rewind', '3', '--emulator'],
      ]) {
        const { parts, written } = processWith({ takes: 1, code });
        expect(await run(parts, ...args)).equal(0);
        expect([written.out.match(/\n/g)?.length, written.err]).deep.equal([1, '']);
      }
    });

  it('publish --lines: reads no further where an outcome cannot be written, counts those that are known, and lets the input go', async () => {
    const { parts, written } = processWith({ takes: 1, code: 'ENOSPC' });
    const stdin = new Readable({ read: () => undefined }); // whose end does not come
    stdin.push('a\nb\n');
    expect(
      await run({ ...parts, ...listening(parts), stdin }, 'publish', 'chat', '--lines', '--emulator'),
    ).equal(1);
    expect([written.out.match(/\n/g)?.length, written.err]).deep.equal([
      1,
      `${lost('ENOSPC')}2 published.\n`,
    ]);
    expect(stdin.destroyed).equal(true);
  });

  it('goes on where the reader of its warnings has gone', async () => {
    const { parts } = processWith({ takes: 9, code: 'EIO' });
    const stderr = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    const closed = new Promise((resolve) => stderr.on('close', resolve));
    expect(await run({ ...parts, ...listening(parts), stderr }, 'publish')).equal(2);
    await closed;
  });

  it('ends with the code of the command where both outputs are destroyed', async () => {
    const { parts, written } = processWith({ takes: 9, code: 'EIO' });
    parts.stdout.destroy();
    parts.stderr.destroy();
    expect([await run(parts, 'history', 'chat', '--emulator'), await run(parts, 'publish')]).deep.equal([
      0, 2,
    ]);
    expect(written).deep.equal({ out: '', err: '' });
  });

  it('leaves the code of a command that prints nothing as it is', async () => {
    const { parts, written } = processWith({ takes: 0, code: 'ENOSPC' });
    expect([await run(parts, 'publish'), written.out]).deep.equal([2, '']);
    expect(written.err).match(/^rx-realtime: There is no channel/);
  });
});
