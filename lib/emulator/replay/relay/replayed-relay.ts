import type { ConnectRequest, ServerCore, Session, Transport } from '../../host/server-core.js';
import { claimedClientOf } from '../../relay/auth/identity.js';
import { type RelayOptions, type RelaySettings, relaySettingsOf } from '../../relay/settings.js';
import { castingOf } from '../casting.js';
import { type RecordedChain, readRecording } from '../read-recording.js';
import { type ReplayOptions, speedOf } from '../replayed.js';
import { playRelay } from './play-relay.js';
import { relayScriptOf } from './relay-script.js';

interface Settings extends ReplayOptions, RelayOptions {}

/**
 * The same relay, whose WebSockets play a recording where one is given; credentials are not checked then. Throws a
 * TypeError that names the broken line, or the option.
 */
export function replayedRelay(core: ServerCore, options: Settings): ServerCore {
  const { replay } = options;
  const speed = speedOf(options);
  if (replay === undefined) return core;
  const { maxFrameSize, request } = core;
  const connect = connecting(readRecording(replay, 'relay'), { ...relaySettingsOf(options), speed });
  return { maxFrameSize, request, connect, admit: () => 'open' };
}

const closedSession: Session = { receive: () => undefined, ended: () => undefined };

function connecting(
  chains: readonly RecordedChain[],
  { scheduler, speed, ids, pingInterval }: RelaySettings & { readonly speed: number },
): ServerCore['connect'] {
  const casting = castingOf(chains);
  return (request: ConnectRequest, socket: Transport) => {
    const client = claimedClientOf(request);
    const role = casting(client);
    if (!role) {
      socket.close(3000, 'The recording has no further connection for this client.');
      return closedSession;
    }
    if (client !== undefined) role.remember(client);
    const script = relayScriptOf(role.transport, role.isFollowed);
    return playRelay(script, { socket, scheduler, speed, ids, pingInterval });
  };
}
