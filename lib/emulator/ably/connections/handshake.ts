import { ErrorInfo, type WireError } from '../../../ably/wire/error-info.js';
import { Action } from '../../../ably/wire/actions.js';
import type { ConnectRequest, Query, Transport } from '../../host/server-core.js';
import type { Authority } from '../auth/authority.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import { encoded, type Format } from '../wire/formats.js';
import { type Owner, ownerOf, succeeding } from './identity.js';
import type { Memory, Remembered } from './resumable-sessions.js';

/** What was agreed on. */
export interface Handshake {
  readonly state: Remembered;
  readonly format: Format;
  readonly echo: boolean;
  readonly heartbeats: boolean;
  /** In ms, where the client has said how long its members stay without a transport. */
  readonly remainPresentFor: number | undefined;
  readonly resumed: boolean;
  /** RTN15c7 */
  readonly error: WireError | undefined;
}

/** Throws the error that refuses the connection (RTN14b, RTN14g, RSA15c). */
export function shakeHands(
  { params, headers = {} }: ConnectRequest,
  authority: Authority,
  memory: Memory,
): Handshake {
  const format = params.get('format') ?? 'json';
  if (format !== 'json' && format !== 'msgpack') {
    throw refusal(40000, 400, 'The format is unknown: ask for json or msgpack.');
  }
  if (!(Number(params.get('v') ?? 2) >= 2)) {
    throw refusal(40000, 400, 'The protocol version `v` is not supported: use 2 or later.');
  }
  const owner = ownerOf(authority.authenticate({ params, headers }), params.get('clientId') ?? undefined);
  return {
    ...begun(params, owner, memory),
    format,
    echo: params.get('echo') !== 'false',
    heartbeats: params.get('heartbeats') === 'true',
    remainPresentFor: durationOf(params.get('remainPresentFor')),
  };
}

const durationOf = (text: string | null): number | undefined =>
  text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

function begun(params: Query, owner: Owner, memory: Memory): Pick<Handshake, 'state' | 'resumed' | 'error'> {
  const key = params.get('resume') ?? params.get('recover');
  const recalled = key === null ? undefined : recall(key, owner, memory);
  if (!recalled || recalled instanceof Error)
    return { state: memory.create(owner), resumed: false, error: recalled && wireErrorOf(recalled) };
  recalled.owner = succeeding(recalled.owner, owner);
  return { state: recalled, resumed: true, error: undefined };
}

function recall(key: string, { caller }: Owner, memory: Memory): Remembered | Error {
  try {
    return memory.recall(key, caller.app);
  } catch (thrown) {
    return ErrorInfo.of(thrown);
  }
}

/** Answers with ERROR and closes (RTN15j). */
export function turnAway({ params }: ConnectRequest, transport: Transport, error: WireError): void {
  const format = params.get('format') === 'msgpack' ? 'msgpack' : 'json';
  transport.send(encoded({ action: Action.error, error }, format).data);
  transport.close(1000, 'refused');
}
