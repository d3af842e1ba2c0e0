import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { Flag } from '../../../ably/wire/flags.js';
import { annotate } from '../annotations/annotate.js';
import { mutate } from './publish-edit.js';
import { isMutation } from './edit.js';
import { acceptedAnnotations, acceptedMessages, acceptedMutation, type Speaker } from './accept-messages.js';
import { demand } from '../auth/capability.js';
import { qualified } from '../channels/channel-name.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import type { Live } from '../connections/connection-context.js';
import type { Outcome } from '../connections/publish-results.js';

/** What is to be done once a frame has passed; returns the serials of what it said. */
type Say = (live: Live, frame: ProtocolMessage, id: string) => readonly string[];

/** RTL6, RTL7, RTL32: does what the messages of the frame ask for, once, then answers ACK or NACK. */
export const publish = (live: Live, frame: ProtocolMessage): void => settle(live, frame, sayMessages);

/** RTAN1: the same for annotations. */
export const publishAnnotations = (live: Live, frame: ProtocolMessage): void =>
  settle(live, frame, sayAnnotations);

/** NACK for what cannot be published, of whatever kind. */
export function refusePublish(live: Live, frame: ProtocolMessage, why: unknown): void {
  settle(live, frame, () => {
    throw why;
  });
}

/** Does what a frame asks for once, whatever was sent again, then answers ACK or NACK. */
export function settle(live: Live, frame: ProtocolMessage, say: Say): void {
  const msgSerial = msgSerialOf(frame);
  const { outcomes } = live.state;
  const known = outcomes.of(msgSerial);
  if (!known && !outcomes.isInTurn(msgSerial)) {
    answer(live, msgSerial, { error: wireErrorOf(outOfTurn(outcomes.expected)) });
    return;
  }
  const outcome = known ?? attempt(live, frame, say);
  if (!known) outcomes.add(msgSerial, outcome);
  answer(live, msgSerial, outcome);
}

const outOfTurn = (expected: number): Error =>
  refusal(
    40000,
    400,
    `The msgSerial is out of turn, as the connection expected ${expected}: count from 0 on each new connection, and leave none out.`,
  );

function msgSerialOf({ msgSerial }: ProtocolMessage): number {
  if (typeof msgSerial === 'number' && Number.isSafeInteger(msgSerial) && msgSerial >= 0) return msgSerial;
  throw refusal(40000, 400, 'A publish needs a msgSerial: count them from 0 on each new connection.');
}

function attempt(live: Live, frame: ProtocolMessage, say: Say): Outcome {
  const fault = live.faults.refusals.shift();
  if (fault) return { error: fault };
  try {
    return { serials: say(live, frame, `${live.state.id}:${frame.msgSerial ?? 0}`) };
  } catch (thrown) {
    return { error: wireErrorOf(thrown) };
  }
}

function sayMessages(live: Live, frame: ProtocolMessage, id: string): readonly string[] {
  const { messages } = frame as { readonly messages?: unknown };
  const speaker = speakerOf(live, frame, 'publish');
  const { channel, connectionId } = speaker;
  if (Array.isArray(messages) && messages.some(isMutation)) {
    const accepted = acceptedMutation(speaker, onlyOne(messages));
    return [live.channels.use(channel, () => mutate(channel, { id, connectionId, ...accepted }))];
  }
  demand(speaker.capability, channel.name, 'publish');
  const accepted = acceptedMessages(speaker, messages);
  return live.channels.use(channel, () => channel.publish({ id, connectionId, messages: accepted }));
}

function onlyOne(messages: readonly unknown[]): unknown {
  if (messages.length === 1) return messages[0];
  throw refusal(40000, 400, 'An update, delete or append is alone in its frame: send one at a time.');
}

function sayAnnotations(live: Live, frame: ProtocolMessage, id: string): readonly string[] {
  const speaker = speakerOf(live, frame, 'annotationPublish');
  const { channel, connectionId } = speaker;
  const accepted = acceptedAnnotations(speaker, frame.annotations);
  return live.channels.use(channel, () => annotate(channel, accepted, { id, connectionId }));
}

const names = { publish: 'PUBLISH', annotationPublish: 'ANNOTATION_PUBLISH' } as const;

function speakerOf(
  { channels, attachments, state, settings }: Live,
  { channel: name = '' }: ProtocolMessage,
  mode: keyof typeof names,
): Speaker & { readonly connectionId: string } {
  const { channel, filter } = qualified(name);
  if (filter !== undefined)
    throw refusal(40000, 400, 'A derived channel is only for subscribers: publish on the channel itself.');
  const attachment = attachments.get(name);
  const usual = mode === 'annotationPublish' && !attachment?.chosen; // not among the usual modes, and not needed there
  if (attachment && !usual && (attachment.modes & Flag[mode]) === 0)
    throw refusal(
      40160,
      401,
      `The channel is attached without the mode ${names[mode]}: attach it with that mode.`,
    );
  const { clientId, caller } = state.owner;
  const { maxMessageSize } = settings;
  return {
    channel: channels.named(channel),
    connectionId: state.id,
    clientId,
    capability: caller.capability,
    maxMessageSize,
  };
}

function answer({ line, faults }: Live, msgSerial: number, outcome: Outcome): void {
  const tell = (): void =>
    'error' in outcome
      ? line.send({ action: Action.nack, msgSerial, count: 1, error: outcome.error })
      : line.send({ action: Action.ack, msgSerial, count: 1, res: [{ serials: outcome.serials }] });
  if (faults.held) faults.held.push(tell);
  else tell();
}
