import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage, WireMessage } from '../../../ably/wire/frames.js';
import { Flag, hasFlag } from '../../../ably/wire/flags.js';
import { demand } from '../auth/capability.js';
import { refusal, wireErrorOf } from '../errors.js';
import { canonical, sizeOf } from '../payload.js';
import type { Live } from './live.js';
import type { Outcome } from './outcomes.js';

/** RTL6, RTN7: delivers what is in the frame once, then answers ACK or NACK. */
export function publish(live: Live, frame: ProtocolMessage): void {
  const msgSerial = msgSerialOf(frame);
  const { outcomes } = live.state;
  const known = outcomes.of(msgSerial);
  const outcome = known ?? attempt(live, frame, msgSerial);
  if (!known) outcomes.add(msgSerial, outcome);
  answer(live, msgSerial, outcome);
}

/** NACK for what cannot be published, of whatever kind. */
export function refusePublish(live: Live, frame: ProtocolMessage, why: unknown): void {
  const msgSerial = msgSerialOf(frame);
  const outcome = { error: wireErrorOf(why) };
  if (!live.state.outcomes.of(msgSerial)) live.state.outcomes.add(msgSerial, outcome);
  answer(live, msgSerial, outcome);
}

function msgSerialOf({ msgSerial }: ProtocolMessage): number {
  if (typeof msgSerial === 'number' && Number.isSafeInteger(msgSerial) && msgSerial >= 0) return msgSerial;
  throw refusal(40000, 400, 'A publish needs a msgSerial: count them from 0 on each new connection.');
}

function attempt(live: Live, frame: ProtocolMessage, msgSerial: number): Outcome {
  const fault = live.faults.refusals.shift();
  if (fault) return { error: fault };
  try {
    const channel = live.channels.named(frame.channel);
    const modes = live.attachments.get(channel.name)?.modes;
    if (modes !== undefined && !hasFlag(modes, Flag.publish)) {
      throw refusal(
        40160,
        401,
        'The channel is attached without the mode PUBLISH: attach it with that mode.',
      );
    }
    demand(live.state.owner.caller.capability, channel.name, 'publish');
    const messages = messagesOf(live, frame.messages);
    const id = `${live.state.id}:${msgSerial}`;
    const { serials } = live.channels.publish(channel, { id, connectionId: live.state.id, messages });
    return { serials }; // and not the publication, which would be kept as long
  } catch (thrown) {
    return { error: wireErrorOf(thrown) };
  }
}

function messagesOf({ settings, state }: Live, messages: unknown): readonly WireMessage[] {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw refusal(40000, 400, 'A publish holds an array of messages with at least one in it.');
  }
  const accepted = messages.map((message: unknown) => claimed(canonical(message), state.owner.clientId));
  if (sizeOf(accepted) <= settings.maxMessageSize) return accepted;
  throw refusal(40009, 400, `The publish is larger than ${settings.maxMessageSize} bytes: split it up.`);
}

/** RTL6g, RSA8f: the message in the name of the client, which is somebody, `*` for anybody, or undefined for nobody. */
export function claimed(message: WireMessage, clientId: string | undefined): WireMessage {
  if (message.clientId === undefined)
    return clientId === undefined || clientId === '*' ? message : { ...message, clientId };
  if (clientId === '*' ? !['', '*'].includes(message.clientId) : message.clientId === clientId)
    return message;
  throw refusal(
    40012,
    400,
    'The clientId of the message is not that of the client: leave it out, or use a token with that clientId.',
  );
}

function answer({ line, faults }: Live, msgSerial: number, outcome: Outcome): void {
  const tell = (): void =>
    'error' in outcome
      ? line.send({ action: Action.nack, msgSerial, count: 1, error: outcome.error })
      : line.send({ action: Action.ack, msgSerial, count: 1, res: [{ serials: outcome.serials }] });
  if (faults.held) faults.held.push(tell);
  else tell();
}
