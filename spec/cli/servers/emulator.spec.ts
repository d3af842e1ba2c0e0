import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { NEVER, VirtualTimeScheduler } from 'rxjs';
import { UsageError } from '../../../lib/cli/exit.js';
import { emulatorPart, startEmulator } from '../../../lib/cli/servers/emulator.js';
import type { Terminal } from '../../../lib/cli/terminal.js';

const given = { port: '0', auth: false, sandbox: false, watch: false };
const writer = { isTerminal: false, write: () => undefined };
const terminal: Terminal = {
  ...{ env: {}, out: writer, err: writer, stop$: NEVER, network: {} },
  ...{ input: (async function* () {})(), scheduler: new VirtualTimeScheduler() },
};

describe('cli: the flags of the emulator', () => {
  it('are bounds of what it serves', () => {
    const { bounds } = emulatorPart({
      ...given,
      ...{ 'max-connections': '1', 'max-channels': '2' },
      ...{ 'max-channels-per-connection': '3', 'max-members-per-channel': '0' },
    });
    expect(bounds).deep.equal({
      ...{ maxConnections: 1, maxChannels: 2, maxChannelsPerConnection: 3, maxMembersPerChannel: 0 },
    });
    expect(emulatorPart(given).bounds).deep.equal({});
  });

  for (const text of ['', '-1', '1.5', 'many', '2147483648'])
    it(`refuse the bound ${JSON.stringify(text)}, and name the flag`, () => {
      expect(() => emulatorPart({ ...given, 'max-channels': text })).throws(
        UsageError,
        /--max-channels is ".*whole number from 0 to 2147483647/,
      );
    });

  it('contradict the file that has the same setting', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rx-realtime-'));
    const config = join(folder, 'emulator.json');
    await writeFile(config, JSON.stringify({ maxChannels: 3 }));
    const part = emulatorPart({ ...given, config, 'max-channels': '2' });
    const callers = { host: '127.0.0.1', allowedHosts: [], allowedOrigins: [] };
    const thrown: unknown = await startEmulator(callers, part, {
      terminal,
      relay: undefined,
      replay: {},
    }).catch((error: unknown) => error);
    await rm(folder, { recursive: true });
    expect(thrown)
      .instanceOf(UsageError)
      .property('message')
      .match(/There are maxChannels in .*emulator\.json/);
  });
});
