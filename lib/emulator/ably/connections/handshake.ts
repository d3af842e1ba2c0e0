import type { WireError } from '../../../ably/wire/error-info.js';
import { Action } from '../../../ably/wire/actions.js';
import { authenticate, type Headers, type Query } from '../auth.js';
import { refusal, wireErrorOf } from '../errors.js';
import { encoded, type Format } from '../formats.js';
import type { Settings } from '../settings.js';
import type { Transport } from './line.js';
import type { Memory, Owner, Remembered } from './remembered.js';

/** What a client asks a connection with (RTN2). */
export interface ConnectRequest {
  readonly params: Query;
  /** Names in lower case. */
  readonly headers?: Headers;
}

/** What was agreed on. */
export interface Handshake {
  readonly state: Remembered;
  readonly format: Format;
  readonly echo: boolean;
  readonly heartbeats: boolean;
  readonly resumed: boolean;
  /** RTN15c7 */
  readonly error: WireError | undefined;
}

/** Throws the error that refuses the connection (RTN14b, RTN14g). */
export function shakeHands(
  { params, headers = {} }: ConnectRequest,
  settings: Settings,
  memory: Memory,
): Handshake {
  const format = params.get('format') ?? 'json';
  if (format !== 'json' && format !== 'msgpack') {
    throw refusal(40000, 400, 'The format is unknown: ask for json or msgpack.');
  }
  if (!(Number(params.get('v') ?? 2) >= 2)) {
    throw refusal(40000, 400, 'The protocol version `v` is not supported: use 2 or later.');
  }
  const { app, basic } = authenticate(settings.apps, { params, headers });
  const clientId = clientIdOf(params);
  return {
    ...begun(params, { app, basic, clientId }, memory),
    format,
    echo: params.get('echo') !== 'false',
    heartbeats: params.get('heartbeats') === 'true',
  };
}

function clientIdOf(params: Query): string | undefined {
  const clientId = params.get('clientId') ?? undefined;
  if (clientId !== '' && clientId !== '*') return clientId;
  throw refusal(40012, 400, 'The clientId is empty or "*": leave it out, or give a name.');
}

function begun(params: Query, owner: Owner, memory: Memory): Pick<Handshake, 'state' | 'resumed' | 'error'> {
  const key = params.get('resume') ?? params.get('recover');
  if (key === null) return { state: memory.create(owner), resumed: false, error: undefined };
  try {
    return { state: memory.recall(key, owner), resumed: true, error: undefined };
  } catch (thrown) {
    return { state: memory.create(owner), resumed: false, error: wireErrorOf(thrown) };
  }
}

/** Answers with ERROR and closes (RTN15j). */
export function turnAway({ params }: ConnectRequest, transport: Transport, error: WireError): void {
  const format = params.get('format') === 'msgpack' ? 'msgpack' : 'json';
  transport.send(encoded({ action: Action.error, error }, format).data);
  transport.close(1000, 'refused');
}
