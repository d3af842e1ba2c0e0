import { catchError, type Observable } from 'rxjs';
import { type ClientOptions, ErrorInfo, RealtimeClient } from '../../index.js';
import { commonFlags, logOf } from '../command.js';
import { type Session, timeoutOf, withSession } from '../connecting.js';
import { CommandError, Exit, UsageError } from '../exit.js';
import type { Terminal } from '../terminal.js';
import { type Address, addressOf, emulatorAddress } from './address.js';

/** Flags of each command that asks a server: which one, and in whose name. */
export const sessionFlags = {
  ...commonFlags,
  key: { type: 'string' },
  token: { type: 'string' },
  endpoint: { type: 'string' },
  emulator: { type: 'string' },
  'client-id': { type: 'string' },
  timeout: { type: 'string' },
} as const;

export const sessionUsage = `Options of the connection:
  --key <key>            app.key:secret (default: ABLY_API_KEY of the environment)
  --token <token>        instead of a key (default: ABLY_TOKEN of the environment)
  --endpoint <name>      a routing policy, a host, host:port, or a URL like http://127.0.0.1:8080
                         (default: ABLY_ENDPOINT of the environment, or else the service)
  --emulator [port]      the emulator on this machine, at port 8080 unless another one is given;
                         the environment is not looked at, and the key is app.key:secret
  --client-id <id>       the identity of this client
  --timeout <seconds>    how long to try to connect (default: 10; 0: for ever)
  --json                 prints JSON lines, as in a pipe
  -v, --verbose          tells on stderr what happens
  -h, --help             shows this text
`;

/** Flags, as they were parsed. */
export interface SessionValues {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly key?: string | undefined;
  readonly token?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly emulator?: string | undefined;
  readonly 'client-id'?: string | undefined;
  readonly timeout?: string | undefined;
}

/** A server, and the credentials for it. */
export interface Access extends Address {
  readonly key?: string;
  readonly token?: string;
}

/** Throws a UsageError where there are no credentials, or too many. */
export function accessOf(values: SessionValues, env: Terminal['env']): Access {
  const { key, token, endpoint, emulator } = values;
  if (key !== undefined && token !== undefined)
    throw new UsageError('Both --key and --token are given: leave one out.');
  if (emulator !== undefined) {
    if (endpoint !== undefined)
      throw new UsageError('Both --emulator and --endpoint are given: leave one out.');
    const given =
      key !== undefined || token !== undefined ? credentials(key, token) : { key: 'app.key:secret' };
    return { ...emulatorAddress(emulator), ...given };
  }
  const given = endpoint ?? (env['ABLY_ENDPOINT'] || undefined);
  const address = given === undefined ? {} : addressOf(given);
  if (key !== undefined || token !== undefined) return { ...address, ...credentials(key, token) };
  const found = credentials(env['ABLY_API_KEY'] || undefined, env['ABLY_TOKEN'] || undefined);
  if (found.key === undefined && found.token === undefined)
    throw new UsageError(
      'There are no credentials: give --key or --token, set ABLY_API_KEY, or use --emulator for the one on this machine.',
    );
  return { ...address, ...found };
}

/** A key comes before a token, with which nothing can be renewed. */
const credentials = (key: string | undefined, token: string | undefined): Pick<Access, 'key' | 'token'> =>
  key !== undefined ? { key } : token !== undefined ? { token } : {};

/** Work with a client of its own, which says goodbye at the end of it. Throws a UsageError where an option is wrong. */
export function withClient(
  values: SessionValues,
  terminal: Terminal,
  work: (session: Session<RealtimeClient>) => Observable<string>,
): Observable<string> {
  const timeout = timeoutOf(values);
  const { isLocal, ...access } = accessOf(values, terminal.env);
  const { scheduler, network } = terminal;
  const options: ClientOptions = {
    ...access,
    ...network,
    ...(values['client-id'] !== undefined && { clientId: values['client-id'] }),
    ...(timeout > 0 && { httpRequestTimeout: timeout }),
    ...(isLocal && { disconnectedRetryTimeout: 1000 }), // it may be starting at this very moment
    scheduler,
    log: logOf(values, terminal),
  };
  return withSession(
    { make: () => new RealtimeClient(options), close: (client) => client.close(), timeout, scheduler },
    work,
  ).pipe(
    catchError((thrown: unknown) => {
      throw isUnrenewable(thrown) ? rejectedToken(thrown) : thrown;
    }),
  );
}

/** RSA4a2: a token that has no way to another one, which a command never has. */
const isUnrenewable = (thrown: unknown): thrown is ErrorInfo =>
  thrown instanceof ErrorInfo && thrown.code === 40171;

/** The library's advice is for programs, and names none of the flags. */
function rejectedToken({ cause }: ErrorInfo): CommandError {
  const [number, reason] =
    cause instanceof ErrorInfo ? [` (${String(cause.code)})`, ` ${cause.message}`] : ['', ''];
  return new CommandError(
    `The token was rejected${number}, and another one is needed: make it with rx-realtime token, or give --key.${reason}`,
    Exit.failed,
  );
}
