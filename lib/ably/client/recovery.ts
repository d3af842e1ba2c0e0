import type { Session } from '../../connection/state.js';
import { isObject, isText } from '../../options/validators.js';
import { type AblySession, defaultConnectionStateTtl } from '../transport/session.js';
import type { Settings } from './settings.js';
import { ErrorInfo } from '../wire/error-info.js';

/** RTN16g: what another process needs to go on where this one left off. */
export interface Recovery {
  readonly connectionKey: string;
  readonly msgSerial: number;
  /** Channel by channel, where it stands in its history. */
  readonly channelSerials: Readonly<Record<string, string>>;
}

/** RTN16g1: as text; any channel name fits. */
export const recoveryKeyOf = (recovery: Recovery): string => JSON.stringify(recovery);

/** What the option `recover` says; one that cannot be read is logged, and the client begins anew (RTN16f1). */
export function recoveryIn({ recover, log }: Pick<Settings, 'recover' | 'log'>): Recovery | undefined {
  if (recover === undefined) return undefined;
  const read = readFrom(recover);
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

/** Fields that a later version adds are ignored. */
const isRecovery = (read: unknown): read is Recovery =>
  isObject(read) &&
  isText(read['connectionKey']) &&
  Number.isSafeInteger(read['msgSerial']) &&
  isObject(read['channelSerials']) &&
  Object.values(read['channelSerials']).every((serial) => typeof serial === 'string');

/** RTN16k: the session to go on with; its id is not known before the server has confirmed it (RTN8a). */
export const recoveredSession = ({ connectionKey }: Recovery): Session<AblySession> => ({
  idleAfter: undefined,
  keepFor: defaultConnectionStateTtl,
  warning: undefined,
  extra: { id: '', key: connectionKey, details: {}, recovered: true },
});
