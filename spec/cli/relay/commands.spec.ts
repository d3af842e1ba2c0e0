import { expect } from 'chai';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inMemoryRelay, type InMemoryRelay } from '../../../lib/emulator/index.js';
import { seedFile } from '../../../lib/cli/relay/seed-file.js';
import { FakeTerminal } from '../../support/fake-terminal.js';

const topic = 'ab'.repeat(32);

describe('cli: relay', () => {
  let memory: InMemoryRelay;
  let folder: string;
  beforeEach(async () => {
    memory = inMemoryRelay();
    folder = await mkdtemp(join(tmpdir(), 'rx-realtime-'));
  });
  afterEach(async () => {
    memory.close();
    await rm(folder, { recursive: true });
  });
  const terminal = (input: readonly string[] = [], isScreen = false): FakeTerminal =>
    new FakeTerminal({ network: { webSocketCtor: memory.webSocketCtor }, input, isScreen });

  it('publish: sends texts and lines; subscribe prints them, and ends after so many', async () => {
    const publishing = terminal(['b\n{"c":1}\n']);
    expect(await terminal().run('relay', 'publish', topic, 'a', '--tag', '7', '--emulator')).equal(0);
    expect(await publishing.run('relay', 'publish', topic, '--lines', '--emulator')).equal(0);
    expect(publishing.objects.map(({ line, id }) => [line, String(id).length])).deep.equal([
      [1, 64],
      [2, 64],
    ]);
    const listening = terminal();
    expect(await listening.run('relay', 'subscribe', topic, '-n', '3', '--emulator')).equal(0);
    expect(listening.objects.map(({ message, tag }) => [message, tag])).deep.equal([
      ['a', 7],
      ['b', 0],
      ['{"c":1}', 0],
    ]);
  });

  it('publish: ends with 1 and the reason where the relay refuses', async () => {
    memory.relay.faults.refuse({ code: -32600, message: 'Not so.' }, { method: 'irn_publish' });
    const publishing = terminal([], true);
    expect(await publishing.run('relay', 'publish', topic, 'a', '--emulator')).equal(1);
    expect(publishing.written.err).match(/refused it.*Not so/);
  });

  it('--seed-file: keeps the mailbox, in a file that its owner alone can read', async () => {
    const file = join(folder, 'seed');
    const listen = (): Promise<number> =>
      terminal().run('relay', 'subscribe', topic, '-n', '1', '--seed-file', file, '--emulator');
    await terminal().run('relay', 'publish', topic, 'a', '--emulator');
    expect(await listen()).equal(0);
    const seed = await readFile(file, 'utf8');
    expect(seed).match(/^[\da-f]{64}\n$/);
    expect((await stat(file)).mode & 0o777).equal(0o600);
    await terminal().run('relay', 'publish', topic, 'b', '--emulator');
    expect(await listen()).equal(0);
    expect(await readFile(file, 'utf8')).equal(seed);
  });

  for (const [what, text, code] of [
    ['holds no seed', 'hush', 2],
    ['is empty', '', 2],
    ['is a folder', undefined, 1],
  ] as const)
    it(`--seed-file: ends with ${String(code)} where it ${what}, and repeats nothing of it`, async () => {
      const file = join(folder, what);
      if (text === undefined) await mkdir(file);
      else await writeFile(file, text);
      const mistaken = terminal();
      const args = ['--seed-file', file, '--emulator'];
      expect(await mistaken.run('relay', 'subscribe', topic, '-n', '1', ...args)).equal(code);
      expect(mistaken.written.err.split('\n')[0]).contain(file).not.contain('hush');
    });

  it('--seed-file: ends with 1 where it cannot be written', async () => {
    const mistaken = terminal();
    const args = ['--seed-file', join(folder, 'none', 'seed'), '--emulator'];
    expect(await mistaken.run('relay', 'subscribe', topic, '-n', '1', ...args)).equal(1);
    expect(mistaken.written.err).contain('cannot be written (ENOENT)');
  });

  it('--seed-file: says what cannot be done with the file', async () => {
    const blocked = join(folder, 'file');
    await writeFile(blocked, '');
    const failed = async (work: PromiseLike<unknown>): Promise<string> => {
      try {
        await work;
        return '';
      } catch (thrown) {
        return String(thrown);
      }
    };
    const storage = seedFile(join(blocked, 'seed'));
    expect(await failed(Promise.resolve(storage.getItem('x')))).match(/cannot be read \(ENOTDIR\)/);
    expect(await failed(seedFile(blocked).setItem('x', 'y') as Promise<void>)).match(
      /cannot be written \(EEXIST\)/,
    );
  });
});
