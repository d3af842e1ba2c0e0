import type { Admission, ConnectRequest } from '../../host/server-core.js';
import { type Identity, identityOf } from '../auth/identity.js';
import { type RpcError, rpcErrorOf } from '../relay-error.js';
import { httpStatusOf, respondText } from '../rest/response.js';
import type { RelaySettings } from '../settings.js';

/** Refusal of new connections: none, dropped, by an HTTP status, or by a close after they open. */
export type RelayRefusing =
  | false
  | 'drop'
  | { readonly status: number; readonly text?: string }
  | { readonly code: number; readonly reason?: string };

/** Code and reason of a close at once. */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
}

/** Decides about a new socket. With useOnCloseEvent it opens and is then closed, because browsers hide HTTP errors. */
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

/** The identity of a new connection, or the reason to close it. */
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
