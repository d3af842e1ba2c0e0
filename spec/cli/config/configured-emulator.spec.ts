import { expect } from 'chai';
import { Subject } from 'rxjs';
import { createEmulator, type EmulatorOptions, type ListeningEmulator } from '../../../lib/emulator/index.js';
import { configuredEmulator } from '../../../lib/cli/config/configured-emulator.js';

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('cli: an emulator that follows its file', () => {
  /** An emulator without sockets, and what happens to it. */
  async function following(first: EmulatorOptions): Promise<{
    readonly seen: string[];
    readonly running: Awaited<ReturnType<typeof configuredEmulator>>;
    readonly change: (next: EmulatorOptions | Error) => Promise<void>;
  }> {
    const seen: string[] = [];
    const changes$ = new Subject<void>();
    let next: EmulatorOptions | Error = first;
    const listen = (options: EmulatorOptions): Promise<ListeningEmulator> => {
      const emulator = createEmulator(options);
      seen.push('listen');
      return Promise.resolve({
        ...{ url: '', host: '', port: 8080, key: emulator.key, emulator },
        close: () => {
          seen.push('close');
          emulator.dispose();
          return Promise.resolve();
        },
      });
    };
    const running = await configuredEmulator(first, {
      ...{ listen, changes$, tell: (text: string) => seen.push(text) },
      read: () => (next instanceof Error ? Promise.reject(next) : Promise.resolve(next)),
    });
    const change = async (to: EmulatorOptions | Error): Promise<void> => {
      next = to;
      changes$.next();
      await settled();
    };
    return { seen, running, change };
  }

  it('takes other members as they are, and keeps the connections', async () => {
    const { seen, running, change } = await following({
      presenceFixtures: {
        room: [{ clientId: 'ann' }, { clientId: 'bob', data: 'a' }],
        hall: [{ clientId: 'eve' }],
      },
    });
    await change({ presenceFixtures: { room: [{ clientId: 'bob', data: 'b' }, { clientId: 'cid' }] } });
    const membersOf = (channel: string): unknown =>
      running.server.emulator.presence(channel).members.map(({ clientId, data }) => [clientId, data]);
    expect(membersOf('room')).deep.equal([
      ['bob', 'b'],
      ['cid', undefined],
    ]);
    expect(membersOf('hall')).deep.equal([]);
    expect(seen).deep.equal(['listen', 'The settings of the file are taken.']);
    await running.close();
  });

  it('takes other keys, capabilities, namespaces and bounds as they are', async () => {
    const { seen, running, change } = await following({ keys: ['a.b:hush'] });
    const { emulator } = running.server;
    await change({ keys: ['a.b:hush', 'a.c:hush'], capabilities: { 'a.c': { x: ['subscribe'] } } });
    expect(emulator.keyNames).deep.equal(['a.b', 'a.c']);
    await change({ keys: ['a.b:hush'], namespaces: { x: { persisted: true } }, maxConnections: 1 });
    expect([emulator.keyNames, running.server.emulator]).deep.equal([['a.b'], emulator]);
    const taken = 'The settings of the file are taken.';
    expect(seen).deep.equal(['listen', taken, taken]);
    await running.close();
  });

  it('names what needs a restart, and takes the rest', async () => {
    const { seen, running, change } = await following({ keys: ['a.b:hush'] });
    await change({
      keys: ['a.c:hush'],
      history: { messages: 5 },
      presenceFixtures: { x: [{ clientId: 'ann' }] },
    });
    const { key, emulator } = running.server;
    expect([key, emulator.keyNames, emulator.presence('x').members.length]).deep.equal([
      'a.b:hush',
      ['a.b'],
      1,
    ]);
    expect(seen).deep.equal([
      'listen',
      'The settings of the file are taken, but for the first of keys, history: restart the emulator for that.',
    ]);
    await running.close();
  });

  it('keeps the settings where the file is broken, says so, and takes the next one', async () => {
    const { seen, running, change } = await following({ keys: ['a.b:hush'] });
    await change(new Error('a.json is not JSON.'));
    await change({ keys: ['a.b:hush', 'a.c:hush'] });
    expect(running.server.emulator.keyNames).deep.equal(['a.b', 'a.c']);
    expect(seen[1]).equal('a.json is not JSON. The settings stay as they were.');
    await running.close();
  });

  it('does nothing where the file says the same', async () => {
    const { seen, running, change } = await following({ keys: ['a.b:hush'] });
    await change({ keys: ['a.b:hush'] });
    expect(seen).deep.equal(['listen']);
    await running.close();
  });

  it('follows nothing once it is closed, not even a change that is under way', async () => {
    const { seen, running, change } = await following({ keys: ['a.b:hush'] });
    const changing = change({ keys: ['a.c:hush'] });
    await running.close();
    await changing;
    await change({ keys: ['a.d:hush'] });
    expect(seen).deep.equal(['listen', 'close']);
  });
});
