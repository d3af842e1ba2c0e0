import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { refusal } from '../wire/errors.js';
import { attach, detach, expel } from '../attachments/attach.js';
import { enter } from '../presence/presence-frame.js';
import type { Live } from './connection-context.js';
import { publish, publishAnnotations, refusePublish } from '../messages/message-frame.js';
import { reauthenticate } from './reauthenticate.js';

type Answer = (live: Live, frame: ProtocolMessage) => void;

const actions: ReadonlySet<unknown> = new Set(Object.values(Action));

/** What a client may say, and what the server does about it. */
const answers: Partial<Record<Action, Answer>> = {
  [Action.heartbeat]: ({ line }, { id }) =>
    line.send({ action: Action.heartbeat, ...(id === undefined ? {} : { id }) }), // RTN13e
  [Action.attach]: (live, frame) => onChannel(live, frame, attach),
  [Action.detach]: (live, frame) => onChannel(live, frame, detach),
  [Action.message]: publish,
  [Action.close]: ({ line, state, forget, departures }) => {
    forget();
    line.send({ action: Action.closed });
    line.close(1000, 'closed');
    departures.now(state);
  },
  [Action.disconnect]: ({ line }) => line.close(1000, 'disconnected'),
  [Action.auth]: reauthenticate,
  [Action.sync]: () => undefined, // RTP18: the server syncs of its own accord
  [Action.presence]: enter,
  [Action.annotation]: publishAnnotations,
  [Action.object]: (live, frame) => refusePublish(live, frame, unserved('objects')),
};

/** Does what the frame asks for; throws what has to end the connection (RTN15j). */
export function answer(live: Live, frame: ProtocolMessage): void {
  const act = actions.has(frame.action) ? answers[frame.action] : undefined;
  if (act) {
    act(live, frame);
    return;
  }
  const known = actions.has(frame.action) ? 'is not for clients to send' : 'is unknown';
  throw refusal(
    40000,
    400,
    `The action ${JSON.stringify(frame.action)} ${known}: see the protocol's list of actions.`,
  );
}

const unserved = (what: string): Error => refusal(40000, 400, `The emulator serves no ${what}.`);

/** RTL14: what is wrong about one channel ends that channel, not the connection. */
function onChannel(live: Live, frame: ProtocolMessage, act: Answer): void {
  if (typeof frame.channel !== 'string')
    throw refusal(40000, 400, 'The frame names no channel: give it one.');
  try {
    act(live, frame);
  } catch (thrown) {
    expel(live, frame.channel, thrown);
  }
}
