import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { refusal } from '../wire/errors.js';
import { onAnnotation } from '../annotations/annotation-frame.js';
import { attach } from '../attachments/attach.js';
import { detach, refuseChannel } from '../attachments/detach.js';
import { onPresence, onSync } from '../presence/presence-frame.js';
import type { ConnectionContext } from './connection-context.js';
import { onMessage } from '../messages/message-frame.js';
import { onObject } from '../objects/object-frame.js';
import { reauthenticate } from './reauthenticate.js';

type Handler = (context: ConnectionContext, frame: ProtocolMessage) => void;

const actions: ReadonlySet<unknown> = new Set(Object.values(Action));

/** Handlers of the frames that a client may send. */
const handlers: Partial<Record<Action, Handler>> = {
  [Action.heartbeat]: ({ transport }, { id }) =>
    transport.send({ action: Action.heartbeat, ...(id === undefined ? {} : { id }) }), // RTN13e
  [Action.attach]: (context, frame) => onChannel(context, frame, attach),
  [Action.detach]: (context, frame) => onChannel(context, frame, detach),
  [Action.message]: onMessage,
  [Action.close]: ({ transport, session, forget, leaves }) => {
    forget();
    transport.send({ action: Action.closed });
    transport.close(1000, 'closed');
    leaves.leaveNow(session);
  },
  [Action.disconnect]: ({ transport }) => transport.close(1000, 'disconnected'),
  [Action.auth]: reauthenticate,
  [Action.sync]: (context, frame) => onChannel(context, frame, onSync),
  [Action.presence]: onPresence,
  [Action.annotation]: onAnnotation,
  [Action.object]: onObject,
};

/** Handles a frame. Throws the error that ends the connection (RTN15j). */
export function onFrame(context: ConnectionContext, frame: ProtocolMessage): void {
  const handler = actions.has(frame.action) ? handlers[frame.action] : undefined;
  if (handler) {
    handler(context, frame);
    return;
  }
  const known = actions.has(frame.action) ? 'is not for clients to send' : 'is unknown';
  throw refusal(
    80013,
    400,
    `The action ${JSON.stringify(frame.action)} ${known}: see the protocol's list of actions.`,
  );
}

/** RTL14: ends the channel on an error, not the connection. */
function onChannel(context: ConnectionContext, frame: ProtocolMessage, handler: Handler): void {
  if (typeof frame.channel !== 'string')
    throw refusal(80013, 400, 'The frame names no channel: give it one.');
  try {
    handler(context, frame);
  } catch (thrown) {
    refuseChannel(context, frame.channel, thrown);
  }
}
