import type { Session } from '../connection/state.js';
import { defaultConnectionStateTtl } from './protocol/ably-protocol.js';
import type { AblySession } from './protocol/session.js';
import type { Settings } from './settings.js';
import { ErrorInfo } from './wire/error-info.js';

/** RTN16g: what another process needs to go on where this one left off. */
export interface Recovery {
  readonly connectionKey: string;
  readonly msgSerial: number;
  /** Channel by channel, where it stands in its history. */
  readonly channelSerials: Readonly<Record<string, string>>;
}

/** RTN16g1: as text; any channel name fits. */
export const recoveryKeyOf = (recovery: Recovery): string => JSON.stringify(recovery);

/** RTN16f1: throws where the text is no recovery key. Fields that a later version adds are ignored. */
export function recoveryOf(text: string): Recovery {
  const read: unknown = JSON.parse(text);
  if (isRecovery(read)) return read;
  throw new TypeError('it lacks the connection key, the serial or the channels');
}

/** What the option `recover` says; one that cannot be read is logged, and the client begins anew (RTN16f1). */
export function recoveryIn({ recover, log }: Pick<Settings, 'recover' | 'log'>): Recovery | undefined {
  if (recover === undefined) return undefined;
  try {
    return recoveryOf(recover);
  } catch {
    const message =
      'The option "recover" is no recovery key of this library; the connection is opened as a new one.';
    log('error', { message, error: new ErrorInfo(message, { code: 40000 }) });
    return undefined;
  }
}

const isRecovery = (read: unknown): read is Recovery =>
  typeof read === 'object' &&
  read !== null &&
  'connectionKey' in read &&
  typeof read.connectionKey === 'string' &&
  read.connectionKey !== '' &&
  'msgSerial' in read &&
  Number.isSafeInteger(read.msgSerial) &&
  'channelSerials' in read &&
  typeof read.channelSerials === 'object' &&
  read.channelSerials !== null &&
  Object.values(read.channelSerials).every((serial) => typeof serial === 'string');

/** RTN16k: the session to go on with; its id is not known before the server has confirmed it (RTN8a). */
export const recoveredSession = ({ connectionKey }: Recovery): Session<AblySession> => ({
  idleAfter: undefined,
  keepFor: defaultConnectionStateTtl,
  warning: undefined,
  extra: { id: '', key: connectionKey, details: {}, recovered: true },
});
