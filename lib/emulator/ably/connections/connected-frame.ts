import { Action } from '../../../ably/wire/actions.js';
import type { WireError } from '../../../ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import type { Settings } from '../settings.js';
import type { ResumableSession } from './resumable-sessions.js';

/** CD2: the frame that makes a connection usable; `error` tells why it is not the one that was to be resumed. */
export function connectedFrame(
  state: ResumableSession,
  settings: Settings,
  error?: WireError,
): ProtocolMessage {
  const { maxMessageSize, maxFrameSize, connectionStateTtl, maxIdleInterval } = settings;
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
    },
    ...(error && { error }),
  };
}
