import type { Admission, ConnectRequest } from '../../host/server-core.js';
import { type Identity, identityOf } from '../auth/identity.js';
import { type RpcError, rpcErrorOf } from '../relay-error.js';
import { httpStatusOf, respondText } from '../rest/response.js';
import type { RelaySettings } from '../settings.js';

/** Whether new connections are let in: yes; no, without a word, by HTTP, or by being closed as soon as they are open. */
export type RelayRefusing =
  | false
  | 'drop'
  | { readonly status: number; readonly text?: string }
  | { readonly code: number; readonly reason?: string };

/** Why a connection that has opened is closed at once. */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
}

/** Whether a socket may open. Who says useOnCloseEvent wants to be told by its close, as browsers hide what HTTP says. */
export function admission(
  request: ConnectRequest,
  refusing: RelayRefusing,
  settings: RelaySettings,
): Admission {
  if (refusing === 'drop') return 'drop';
  if (refusing && 'status' in refusing) return respondText(refusing.status, refusing.text ?? '');
  if (refusing || request.params.get('useOnCloseEvent') === 'true') return 'open';
  const found = identityOrError(request, settings);
  return 'clientId' in found ? 'open' : respondText(httpStatusOf(found), found.message);
}

/** Who it is that has connected, or with what the connection is closed. */
export function identify(
  request: ConnectRequest,
  refusing: RelayRefusing,
  settings: RelaySettings,
): Identity | CloseReason {
  if (refusing !== false && refusing !== 'drop' && 'code' in refusing)
    return { code: refusing.code, reason: refusing.reason ?? '' };
  const found = identityOrError(request, settings);
  return 'clientId' in found ? found : { code: found.code, reason: found.message };
}

function identityOrError(request: ConnectRequest, settings: RelaySettings): Identity | RpcError {
  try {
    return identityOf(request, settings);
  } catch (thrown) {
    return rpcErrorOf(thrown);
  }
}
