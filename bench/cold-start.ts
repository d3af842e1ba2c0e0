import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { folderOf, isBuild } from './builds.js';
import type { ContestantName } from './contestants/contestant.js';
import { interleaved, roundsOf, type Run } from './rounds.js';
import { type Reading, reading, timesBare } from './rows.js';

/** All that our client depends on; the least that one of its kind has to import. */
const bare = `import 'rxjs'; import 'rxjs/webSocket'; import 'ws';`;
const official = `import { Realtime } from 'ably';`;
const ours = (contestant: 'ours' | 'before'): string =>
  `import { RealtimeClient } from '${pathToFileURL(join(folderOf(contestant), 'dist', 'index.js')).href}';`;

const options = (port: number): string =>
  `key: 'bench.key:secret', endpoint: '127.0.0.1', port: ${port}, tls: false`;
const oursAtWork = (port: number): string => `
  const client = new RealtimeClient({ ${options(port)}, log: () => {} });
  const channel = client.channel('channel');
  await channel.attach();
  await channel.publish('greeting', 'x');
  await client.dispose();`;
const officialAtWork = (port: number): string => `
  const client = new Realtime({ ${options(port)}, useBinaryProtocol: false, fallbackHosts: [], disableConnectivityCheck: true, logLevel: 0 });
  const channel = client.channels.get('channel');
  await channel.attach();
  await channel.publish('greeting', 'x');
  client.close();`;

const importing = (contestant: ContestantName): string =>
  isBuild(contestant) ? ours(contestant) : contestant === 'bare' ? bare : official;
/** The bare one is the official client with our dependencies beside it. */
const working = (contestant: ContestantName, port: number): string =>
  isBuild(contestant)
    ? ours(contestant) + oursAtWork(port)
    : (contestant === 'bare' ? bare : '') + official + officialAtWork(port);

/** CPU of a new process that runs the code, in milliseconds. */
export async function cpuOf(code: string): Promise<number> {
  const tell = `process.on('exit', () => { const { user, system } = process.cpuUsage(); console.log(user + system); });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', tell + code], {
    cwd: folderOf('ours'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`A cold start ended with ${status}.`);
  return Number(told) / 1000;
}

/** A process that only imports, and one that connects, attaches and publishes as well. */
export async function coldStart(run: Run): Promise<readonly Reading[]> {
  const port = await run.processes.listen('json');
  const lanes = run.who.filter((name) => name !== 'mended').map((contestant) => ({ contestant }));
  const rounds = roundsOf(run, Math.max(9, run.rounds));
  const imported = await interleaved(lanes, rounds, ({ contestant }) => cpuOf(importing(contestant)));
  const worked = await interleaved(lanes, rounds, ({ contestant }) => cpuOf(working(contestant, port)));
  const self = (cost: number): number => cost;
  return [
    reading('cold start, import: CPU', 'ms', imported(self), [timesBare(1.15)]),
    reading('cold start, import to publish: CPU', 'ms', worked(self), [timesBare(1.25)]),
  ];
}
