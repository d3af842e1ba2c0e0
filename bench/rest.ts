import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { folderOf } from './builds.js';
import { cpuOf } from './cold-start.js';
import type { ContestantName } from './contestants/contestant.js';
import { Worker } from './processes.js';
import { interleaved, roundsOf, type Run } from './rounds.js';
import { type Reading, reading, timesOfficial } from './rows.js';
import type { EmulatorOrder } from './emulator/server.js';

const options = (port: number): string =>
  `key: 'bench.key:secret', endpoint: '127.0.0.1', port: ${port}, tls: false`;
const imports: Readonly<Partial<Record<ContestantName, string>>> = {
  ours: `import { createRest, publish } from '${pathToFileURL(join(folderOf('ours'), 'dist', 'rest.js')).href}';`,
  official: `import { Rest } from 'ably';`,
};
const works = (port: number): Readonly<Partial<Record<ContestantName, string>>> => ({
  ours: `await publish(createRest({ ${options(port)}, log: () => {} }).channel('channel'), 'greeting', 'x');`,
  official: `await new Rest({ ${options(port)}, useBinaryProtocol: false, fallbackHosts: [], logLevel: 0 }).channels.get('channel').publish('greeting', 'x');`,
});

/**
 * A process that only imports the client without a connection, and one that publishes as well, until it is answered and
 * until it has ended by itself: by `fetch`, whose first use keeps Node busy after the answer, where the official client has
 * `node:http`.
 */
export async function rest(run: Run): Promise<readonly Reading[]> {
  const emulator = new Worker<EmulatorOrder>('./emulator/server.ts');
  try {
    await emulator.answer('starting');
    const port = await emulator.order<number>({ do: 'open' });
    const lanes = run.who.flatMap((contestant) => (imports[contestant] ? [{ contestant }] : []));
    const rounds = roundsOf(run, Math.max(9, run.rounds));
    const imported = await interleaved(lanes, rounds, ({ contestant }) => cpuOf(imports[contestant] ?? ''));
    const published = await interleaved(lanes, rounds, ({ contestant }) =>
      cpuOf((imports[contestant] ?? '') + (works(port)[contestant] ?? '')),
    );
    const answered = await interleaved(lanes, rounds, ({ contestant }) =>
      cpuOf(`${imports[contestant] ?? ''}${works(port)[contestant] ?? ''} process.exit();`),
    );
    const self = (cost: number): number => cost;
    return [
      reading('without a connection, import: CPU', 'ms', imported(self), [timesOfficial(0.85)]),
      reading('without a connection, import to the answer of a publish: CPU', 'ms', answered(self), [
        timesOfficial(1.1),
      ]),
      reading('without a connection, import to publish: CPU', 'ms', published(self), [timesOfficial(1.5)]),
    ];
  } finally {
    await emulator.end();
  }
}
