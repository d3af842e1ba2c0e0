import { Action } from '../../../ably/wire/actions.js';
import type { WireError } from '../../../ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { siteCode } from '../objects/object-store.js';
import type { Settings } from '../settings.js';
import type { ResumableSession } from './resumable-sessions.js';

/** CD2: the CONNECTED frame; `error` is the reason why a resume failed. */
export function connectedFrame(
  state: ResumableSession,
  settings: Settings,
  error?: WireError,
): ProtocolMessage {
  const { maxMessageSize, maxFrameSize, connectionStateTtl, maxIdleInterval, objectsGCGracePeriod } =
    settings;
  const { clientId } = state.identity; // CD2a
  return {
    action: Action.connected,
    connectionId: state.id,
    connectionDetails: {
      ...(clientId !== undefined && { clientId }),
      connectionKey: state.key,
      maxMessageSize,
      maxFrameSize,
      maxInboundRate: 1000,
      connectionStateTtl,
      maxIdleInterval,
      serverId: 'emulator',
      objectsGCGracePeriod, // CD2i
      siteCode, // CD2j
    },
    ...(error && { error }),
  };
}
