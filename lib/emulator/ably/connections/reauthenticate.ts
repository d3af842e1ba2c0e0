import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { allowedModes } from '../auth/allowed-modes.js';
import { refusal } from '../wire/errors.js';
import { grantAnew } from '../attachments/attach.js';
import { refuseChannel } from '../attachments/detach.js';
import { connectedFrame } from './connected-frame.js';
import type { ConnectionContext } from './connection-context.js';
import { connectionIdentity, changeIdentity } from './identity.js';

/**
 * RTC8a: continues the connection with another token: channels whose modes it does not allow end, and those that chose no
 * modes get what it allows besides. Throws the error that ends the connection (RTC8a2).
 */
export function reauthenticate(context: ConnectionContext, { auth }: ProtocolMessage): void {
  const { session, authority, settings, transport } = context;
  session.identity = changeIdentity(
    session.identity,
    connectionIdentity(authority.byToken(auth?.accessToken)),
  );
  transport.send(connectedFrame(session, settings)); // RTC8a1
  context.tokenWatch.begin(context);
  const { capability } = session.identity.caller;
  for (const [name, attachment] of context.attachments)
    if (attachment.modes & ~allowedModes(capability, attachment.channel.name))
      refuseChannel(context, name, modesNotAllowed());
    else grantAnew(context, attachment);
}

const modesNotAllowed = (): Error =>
  refusal(
    40160,
    401,
    'The new token does not allow all modes that this channel is attached with: attach it with fewer, or get another token.',
  );
