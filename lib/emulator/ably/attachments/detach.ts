import { Action } from '../../../ably/wire/actions.js';
import type { WireError } from '../../../ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { checkChannelName, parseChannelName } from '../channels/channel-name.js';
import type { ConnectionContext } from '../connections/connection-context.js';
import { wireErrorOf } from '../wire/errors.js';

/** RTL5d: answers a DETACH. Throws 40010 on a name that cannot be one. */
export function detach(context: ConnectionContext, { channel: name = '' }: ProtocolMessage): void {
  checkChannelName(parseChannelName(name).channel);
  sendDetached(context, name);
}

/** RTL14: ends the attachment, if there is one, with an ERROR made from what was thrown. */
export const refuseChannel = (context: ConnectionContext, name: string, thrown: unknown): void =>
  sendChannelError(context, name, wireErrorOf(thrown));

/** RTL14: ends the attachment, if there is one, with an ERROR. */
export function sendChannelError(context: ConnectionContext, name: string, error: WireError): void {
  context.transport.send({ action: Action.error, channel: name, error });
  endAttachment(context, name);
}

/** RTL5d, RTL13: ends the attachment, if there is one, with a DETACHED. */
export function sendDetached(context: ConnectionContext, name: string, error?: WireError): void {
  context.transport.send({ action: Action.detached, channel: name, ...(error && { error }) });
  endAttachment(context, name);
}

/** Members leave with the connection's last attachment to the channel, under whichever qualifier. */
function endAttachment({ attachments, channels, leaves, session }: ConnectionContext, name: string): void {
  attachments.get(name)?.end();
  attachments.delete(name);
  const channel = channels.find(parseChannelName(name).channel);
  if (!channel || !session.presentOn.has(channel)) return;
  if (![...attachments.values()].some((other) => other.channel === channel))
    leaves.leaveNow(session, channel);
}
