import { concat, defer, EMPTY, ignoreElements, type Observable } from 'rxjs';
import { RelayClient, type RelayOptions } from '../../relay/index.js';
import { commonFlags, logOf } from '../command.js';
import { type Session, timeoutOf, withSession } from '../connecting.js';
import { UsageError } from '../exit.js';
import { remotePortOf } from '../parse.js';
import type { Terminal } from '../terminal.js';
import { checkSeedFile, seedFile } from './seed-file.js';

/** Flags of each command that asks a relay. */
export const relaySessionFlags = {
  ...commonFlags,
  project: { type: 'string' },
  url: { type: 'string' },
  emulator: { type: 'string' },
  'seed-file': { type: 'string' },
  timeout: { type: 'string' },
} as const;

export const relaySessionUsage = `Options of the connection:
  --project <id>         who pays for the service (default: WALLETCONNECT_PROJECT_ID of the environment)
  --url <url>            another relay than the service's, like ws://127.0.0.1:8090
  --emulator [port]      the relay on this machine, at port 8090 unless another one is given
  --seed-file <file>     keeps the key of this client, and with it its mailbox; made where it is not
  --timeout <seconds>    how long to try to connect (default: 10; 0: for ever)
  --json                 prints JSON lines, as in a pipe
  -v, --verbose          tells on stderr what happens
  -h, --help             shows this text
`;

/** Flags, as they were parsed. */
export interface RelayValues {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly project?: string | undefined;
  readonly url?: string | undefined;
  readonly emulator?: string | undefined;
  readonly 'seed-file'?: string | undefined;
  readonly timeout?: string | undefined;
}

/** Which relay, and for which project. Throws a UsageError where neither is said. */
export function relayOf(
  { project, url, emulator }: RelayValues,
  env: Terminal['env'],
): Pick<RelayOptions, 'projectId' | 'relayUrl'> {
  if (url !== undefined && emulator !== undefined)
    throw new UsageError('Both --url and --emulator are given: leave one out.');
  const given = project === undefined ? {} : { projectId: project };
  if (emulator !== undefined)
    return { relayUrl: `ws://127.0.0.1:${String(remotePortOf(emulator))}`, ...given };
  const projectId = project ?? (env['WALLETCONNECT_PROJECT_ID'] || undefined);
  if (url !== undefined) return { relayUrl: url, ...(projectId !== undefined && { projectId }) };
  if (projectId !== undefined) return { projectId };
  throw new UsageError(
    'There is no relay: give --project for the service, --url, or --emulator for the one on this machine.',
  );
}

/** Work with a client of its own, which hangs up at the end of it. Throws a UsageError where an option is wrong. */
export function withRelay(
  values: RelayValues,
  terminal: Terminal,
  work: (session: Session<RelayClient>) => Observable<string>,
): Observable<string> {
  const timeout = timeoutOf(values);
  const { scheduler } = terminal;
  const { webSocketCtor } = terminal.network;
  const file = values['seed-file'];
  const options: RelayOptions = {
    ...relayOf(values, terminal.env),
    ...(webSocketCtor && { webSocketCtor }),
    ...(file !== undefined && { storage: seedFile(file) }),
    failFast: true,
    scheduler,
    log: logOf(values, terminal),
  };
  return concat(
    file === undefined ? EMPTY : defer(() => checkSeedFile(file)).pipe(ignoreElements()),
    withSession(
      { make: () => new RelayClient(options), close: (client) => client.disconnect(), timeout, scheduler },
      work,
    ),
  );
}
