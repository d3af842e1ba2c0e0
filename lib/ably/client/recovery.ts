import { tap } from 'rxjs';
import type { Session } from '../../connection/state.js';
import { warnUnknown } from '../../options/unknown-options.js';
import { isObject, isText, text, type Validators } from '../../options/validators.js';
import { noStorage, type PageStorage } from '../../socket/types.js';
import type { ClientContext, Part } from '../channel/port.js';
import { check, invalid } from '../check-options.js';
import { publisher } from '../outbox/publisher.js';
import { sessionIn } from '../transport/reason.js';
import type { AblySession } from '../transport/session.js';
import { ErrorInfo, wordsOf } from '../wire/error-info.js';
import type { ClientFeature, Recovery } from './features.js';

/** The options of recovery. */
export interface RecoveryOptions {
  /**
   * RTC1c, RTN16: a key of `connection.createRecoveryKey()` in another process, to go on where that one left off; or a
   * function that is shown the last key and gives the one to use, or none. A page's last key is kept, for its tab, while
   * it is hidden or frozen, and only where this is a function; elsewhere it is shown `null`. One that cannot be read is
   * logged and ignored, and one of another clientId's session, where a function gave it, ignored.
   */
  readonly recover?: (string | ((lastKey: string | null) => string | null | undefined)) | undefined;
  /**
   * The name under which the page keeps the last key of this client; by default the option `clientId`. Of clients with one
   * name, each has the key of the client that was made as the first, second ... of that name in the page before.
   */
  readonly recoverName?: string | undefined;
}

const recoverKind = 'a string, or a function that gives one';
export const recoveryValidators: Validators<keyof RecoveryOptions> = {
  recover: [(value) => typeof value === 'string' || typeof value === 'function', recoverKind],
  recoverName: text,
};

/**
 * RTN16: has the client go on where another process, or this page before it was loaded anew, left off: with its session and
 * its channels' positions. Where the server does not have the session any more, the connection begins anew.
 * Throws 40000 on a wrong option.
 *
 * @example
 * ```ts
 * createClient({ key, features: [recovery({ recover: (lastKey) => lastKey })] });
 * ```
 */
export function recovery(options: RecoveryOptions): Part<ClientFeature> {
  check(options, recoveryValidators);
  const { recover, recoverName } = options;
  return (client) => {
    warnUnknown(options, [recoveryValidators], client.log);
    const open = typeof recover === 'function' ? client.pageStorage : noStorage;
    const storage = open(recoverName ?? client.ownClientId ?? '');
    client.onDispose(storage.free);
    const given: unknown = typeof recover === 'function' ? keyBy(recover, storage.take()) : recover;
    if (given != null && typeof given !== 'string') throw invalid('recover', recoverKind);
    if (typeof recover === 'function') keepKey(client, storage, given ?? null);
    const recovered = given == null ? undefined : recoveryIn(given, client);
    return {
      recovered: recovered && typeof recover === 'function' ? { ...recovered, tentative: true } : recovered,
      keepsSession: recover != null,
    };
  };
}

/** Gives what the user's function gives. What it throws is told in words: a TypeError as a cause means that `features` are none. */
function keyBy(recover: (lastKey: string | null) => unknown, lastKey: string | null): unknown {
  try {
    return recover(lastKey);
  } catch (thrown) {
    throw new ErrorInfo(`The function of the option "recover" threw: ${wordsOf(thrown)}`, { code: 40000 });
  }
}

/** Keeps the key for the next page while this one is hidden or frozen. */
function keepKey(client: ClientContext, storage: PageStorage, given: string | null): void {
  client.onState((_, { name }) => {
    if (name === 'closing' || name === 'closed' || name === 'failed') storage.keep(null); // RTN16g2
  });
  client.run(
    client.lifecycle$.pipe(
      tap((sign) => {
        if (sign === 'hidden' || sign === 'frozen') storage.keep(keyForNextPage(client, given));
        else if (sign === 'visible') storage.keep(null); // a copy of the tab is not to take the session over
      }),
    ),
  );
}

/** The key to go on with; as long as the server has not answered, the one that was given. */
function keyForNextPage(client: ClientContext, given: string | null): string | null {
  const { name } = client.state.value;
  if (name === 'closing' || name === 'closed' || name === 'failed') return null;
  return recoveryKeyOf(client) ?? given;
}

/** RTN16g, RTN16g1: the key with which another client goes on, as text; `null` where there is nothing to go on with (RTN16g2). */
export function recoveryKeyOf(client: ClientContext): string | null {
  const { value } = client.state;
  const key = sessionIn(value)?.key;
  if (!key || value.name === 'suspended') return null;
  const outbox = client.use(publisher);
  outbox.share();
  const recovery: Recovery = {
    connectionKey: key,
    msgSerial: outbox.nextSerial,
    channelSerials: client.channels.serials,
  };
  return JSON.stringify(recovery);
}

/** Reads a recovery key; one that cannot be read is logged, and the client begins anew (RTN16f1). */
export function recoveryIn(key: string, { log }: Pick<ClientContext, 'log'>): Recovery | undefined {
  const read = readFrom(key);
  if (isRecovery(read)) return read;
  const message = 'The option "recover" is no recovery key. The connection begins anew.';
  log('error', { message, error: new ErrorInfo(message, { code: 40000 }) });
  return undefined;
}

function readFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether it is a recovery key; fields that a later version adds are ignored. */
const isRecovery = (read: unknown): read is Recovery =>
  isObject(read) &&
  isText(read['connectionKey']) &&
  Number.isSafeInteger(read['msgSerial']) &&
  Number(read['msgSerial']) >= 0 &&
  isObject(read['channelSerials']) &&
  Object.values(read['channelSerials']).every((serial) => typeof serial === 'string');

/** RTN16k: the session to go on with; its id is not known before the server has confirmed it (RTN8a). */
export const recoveredSession = (
  { connectionKey, tentative }: Recovery,
  connectionStateTtl: number,
): Session<AblySession> => ({
  idleAfter: undefined,
  keepFor: connectionStateTtl,
  warning: undefined,
  extra: { id: '', key: connectionKey, details: {}, recovered: true, ...(tentative && { tentative }) },
});
