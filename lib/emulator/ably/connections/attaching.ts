import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { Flag, flagsOfModes, channelModes, hasFlag } from '../../../ably/wire/flags.js';
import { modesAllowed } from '../auth/modes.js';
import type { Channel } from '../channels/channel.js';
import type { Publication } from '../channels/publication.js';
import { refusal, wireErrorOf } from '../errors.js';
import { isFields } from '../payload.js';
import type { Live } from './live.js';
import { rewound } from './rewind.js';

const allModes = flagsOfModes(channelModes);
const defaultModes = flagsOfModes(['presence', 'publish', 'subscribe', 'presence_subscribe']);

/** Where an attachment begins, and what it gets at once. */
interface Start {
  readonly channelSerial: string;
  readonly replay: readonly Publication[];
  readonly resumed: boolean;
  readonly lost: boolean;
}

/** RTL4c: ATTACHED, then the messages that were missed, then those to come. */
export function attach(live: Live, frame: ProtocolMessage): void {
  const channel = live.channels.named(frame.channel);
  const params = paramsOf(frame);
  const before = live.attachments.get(channel.name);
  const modes = granted(live, channel, frame);
  const start = before ? again(channel, frame) : first(live, channel, frame, params);
  before?.end();
  join(live, channel, modes);
  const replay = hasFlag(modes, Flag.subscribe) ? start.replay : [];
  live.line.send({
    action: Action.attached,
    channel: channel.name,
    channelSerial: start.channelSerial,
    flags: modes | (start.resumed ? Flag.resumed : 0) | (replay.length > 0 ? Flag.hasBacklog : 0),
    ...(params && { params }),
    ...(start.lost && { error: wireErrorOf(lostContinuity()) }),
  });
  for (const publication of replay) replayTo(live, publication);
}

/** RTL4m: of the modes asked for, or of the usual ones, those that are allowed. Throws 40160 when there are none. */
function granted({ state }: Live, { name }: Channel, { flags }: ProtocolMessage): number {
  const asked = (flags ?? 0) & allModes || defaultModes;
  const modes = asked & modesAllowed(state.owner.caller.capability, name);
  if (modes !== 0) return modes;
  throw refusal(
    40160,
    401,
    'The key or token allows none of the modes that are asked for on this channel: use one whose capability has it.',
  );
}

function join({ attachments, channels, subscriber, state }: Live, channel: Channel, modes: number): void {
  const end = channels.attach(channel, subscriber, hasFlag(modes, Flag.subscribe));
  attachments.set(channel.name, { channel, modes, end });
  state.attachedTo.add(channel.name);
}

/** RTL14: ends what there is of an attachment, and tells why. */
export function expel({ attachments, line }: Live, channel: string, why: unknown): void {
  attachments.get(channel)?.end();
  attachments.delete(channel);
  line.send({ action: Action.error, channel, error: wireErrorOf(why) });
}

/** Nothing was missed by one that is attached; only what the client has seen may differ from what was sent. */
function again(channel: Channel, { channelSerial }: ProtocolMessage): Start {
  const resumed = typeof channelSerial === 'string' && channel.after(channelSerial) !== undefined;
  return { channelSerial: channel.head, replay: [], resumed, lost: false };
}

function first(
  live: Live,
  channel: Channel,
  frame: ProtocolMessage,
  params: ProtocolMessage['params'],
): Start {
  const { channelSerial } = frame;
  if (typeof channelSerial !== 'string')
    return rewound(channel, params?.['rewind'], live.settings.scheduler.now());
  const continuous = live.resumed || live.state.attachedTo.has(channel.name);
  const missed = continuous ? channel.after(channelSerial) : undefined;
  if (!missed) return { channelSerial: channel.head, replay: [], resumed: false, lost: true };
  return { channelSerial, replay: missed, resumed: true, lost: false };
}

const lostContinuity = (): Error =>
  refusal(
    80008,
    400,
    'The messages since the last attachment cannot be told any more: read the history instead.',
  );

function replayTo({ subscriber, line, state }: Live, publication: Publication): void {
  if (!subscriber.echo && publication.frame.connectionId === state.id) return;
  line.sendEncoded(publication.as(line.format));
  publication.release();
}

/** RTL5d */
export function detach(live: Live, { channel: name }: ProtocolMessage): void {
  const channel = live.channels.named(name).name;
  live.attachments.get(channel)?.end();
  live.attachments.delete(channel);
  live.line.send({ action: Action.detached, channel });
}

function paramsOf({ params }: ProtocolMessage): ProtocolMessage['params'] {
  if (!params) return undefined;
  if (isFields(params) && Object.values(params).every((value) => typeof value === 'string')) return params;
  throw refusal(40000, 400, 'The params of an ATTACH are an object of strings.');
}
