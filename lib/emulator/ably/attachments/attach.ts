import { Action } from '../../../ably/wire/actions.js';
import type { WireError } from '../../../ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { Flag, flagsOfModes, channelModes, hasFlag } from '../../../ably/wire/flags.js';
import { modesAllowed } from '../auth/allowed-modes.js';
import type { Channel } from '../channels/channel.js';
import { type Filter, filterOf } from '../messages/filter.js';
import { metricsOf } from '../occupancy/metrics.js';
import type { Publication } from '../channels/publication.js';
import { qualified } from '../channels/channel-name.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import type { Attachment, Live } from '../connections/connection-context.js';
import { syncingOf } from '../presence/sync.js';
import { tellingOccupancy } from '../occupancy/occupancy-sender.js';
import { type ChannelParams, paramsOf } from './channel-params.js';
import { receiverOf } from './attachment-sender.js';
import { rewound } from './rewind.js';

const allModes = flagsOfModes(channelModes);
const defaultModes = flagsOfModes(['presence', 'publish', 'subscribe', 'presence_subscribe']);

/** What somebody wants to be attached to, and how. */
interface Asked {
  /** What the client calls the channel. */
  readonly name: string;
  readonly channel: Channel;
  /** RTS5 */
  readonly filter: Filter | undefined;
  readonly params: ChannelParams;
  /** The granted modes, as bits. */
  readonly modes: number;
  readonly frame: ProtocolMessage;
}

/** Where an attachment begins, and what it gets at once. */
interface Start {
  readonly channelSerial: string;
  readonly replay: readonly Publication[];
  readonly resumed: boolean;
  readonly lost: boolean;
}

/** RTL4c: ATTACHED, then the messages that were missed, then those to come. */
export function attach(live: Live, frame: ProtocolMessage): void {
  const fault = live.faults.attaches.shift();
  if (fault === 'unanswered') return;
  if (fault) {
    dismiss(live, String(frame.channel), fault);
    return;
  }
  const asked = askedOf(live, frame);
  const before = live.attachments.get(asked.name);
  const start = before ? again(asked, before) : first(live, asked);
  before?.end();
  welcome(live, join(live, asked), start);
}

function welcome({ line, state, echo }: Live, attachment: Attachment, start: Start): void {
  const { modes, syncing, receiver, channel } = attachment;
  const heard = start.replay.filter((said) => said.isFor({ connectionId: state.id, echo, modes }));
  const syncs = syncing.isDue();
  line.send({
    ...attachedFrame(attachment, start.channelSerial),
    flags:
      modes |
      (start.resumed ? Flag.resumed : 0) |
      (heard.length > 0 ? Flag.hasBacklog : 0) |
      (syncs ? Flag.hasPresence : 0), // RTP1
    ...(start.lost && { error: wireErrorOf(lostContinuity()) }),
  });
  for (const said of heard) receiver.replay(said);
  if (syncs) syncing.start();
  attachment.occupied?.(metricsOf(channel));
}

/** What every ATTACHED of an attachment says (RTL4k1). */
export const attachedFrame = ({ name, params }: Attachment, channelSerial: string): ProtocolMessage => ({
  action: Action.attached,
  channel: name,
  channelSerial,
  ...(Object.keys(params).length > 0 && { params: { ...params } }),
});

function askedOf(live: Live, frame: ProtocolMessage): Asked {
  const { channel: name = '' } = frame;
  const { channel, filter, params } = qualified(name);
  const named = live.channels.named(channel);
  return {
    name,
    channel: named,
    params: paramsOf(frame, params),
    filter: filter === undefined ? undefined : filterOf(filter),
    modes: granted(live, frame, { channel: named, derived: filter !== undefined }),
    frame,
  };
}

/** RTL4m: of the modes asked for, or of the usual ones, those that are allowed. Throws 40160 when there are none. */
function granted(
  { state }: Live,
  { flags }: ProtocolMessage,
  { channel, derived }: { readonly channel: Channel; readonly derived: boolean },
): number {
  const asked = (flags ?? 0) & allModes || defaultModes;
  const possible = derived ? Flag.subscribe : allModes; // RTS5: one cannot publish on what is derived
  const modes = asked & possible & modesAllowed(state.owner.caller.capability, channel.name);
  if (modes !== 0) return modes;
  throw refusal(
    40160,
    401,
    'None of the modes that are asked for is allowed on this channel: use a key or token whose capability has it.',
  );
}

function join(live: Live, { name, channel, filter, params, modes, frame }: Asked): Attachment {
  const { attachments, channels, settings, state, line, echo } = live;
  const receiver = receiverOf({ line, name, filter, delta: params.delta === 'vcdiff' }, channel.name);
  const { occupancy: param } = params;
  const occupied =
    param === undefined ? {} : { occupied: tellingOccupancy({ name, param, settings, receiver }) };
  const end = channels.attach(channel, {
    connectionId: state.id,
    echo,
    get modes() {
      return attachment.modes;
    },
    deliver: receiver.deliver,
    ...occupied,
  });
  const chosen = ((frame.flags ?? 0) & allModes) !== 0;
  const syncing = syncingOf({ live, name, channel, receiver, modes: () => attachment.modes });
  const attachment: Attachment = {
    ...{ name, channel, modes, chosen, params, receiver, syncing, end },
    ...occupied,
  };
  attachments.set(name, attachment);
  state.attachedTo.add(name);
  return attachment;
}

/** RTL14: ends what there is of an attachment, and tells why. */
export const expel = (live: Live, name: string, why: unknown): void => fail(live, name, wireErrorOf(why));

/** The same, in other words. */
export function fail(live: Live, name: string, error: WireError): void {
  live.line.send({ action: Action.error, channel: name, error });
  end(live, name);
}

/** RTL5d, and RTL13 if nobody asked for it: ends what there is of an attachment. */
export function dismiss(live: Live, name: string, error?: WireError): void {
  live.line.send({ action: Action.detached, channel: name, ...(error && { error }) });
  end(live, name);
}

/** Its members leave with the last attachment of a connection to a channel, by whichever name. */
function end({ attachments, channels, departures, state }: Live, name: string): void {
  attachments.get(name)?.end();
  attachments.delete(name);
  const channel = channels.existing(qualified(name).channel);
  if (!channel || !state.presentOn.has(channel)) return;
  if (![...attachments.values()].some((other) => other.channel === channel)) departures.now(state, channel);
}

/**
 * Nothing was missed by one that is attached; only what the client has seen may differ from what was sent. One that gets
 * deltas may have had to throw some away: it is told all of them again (RTL18c).
 */
function again({ channel, frame, params }: Asked, before: Attachment): Start {
  const { channelSerial } = frame;
  const missed = typeof channelSerial === 'string' ? channel.after(channelSerial) : undefined;
  if (missed && channelSerial !== undefined && before.params.delta === 'vcdiff' && params.delta === 'vcdiff')
    return { channelSerial, replay: missed, resumed: true, lost: false };
  return { channelSerial: channel.head, replay: [], resumed: missed !== undefined, lost: false };
}

function first(live: Live, { name, channel, params, frame }: Asked): Start {
  const { channelSerial, flags } = frame;
  if (typeof channelSerial !== 'string') {
    const rewind = hasFlag(flags, Flag.attachResume) ? undefined : params.rewind;
    return rewound(channel, rewind, live.settings.scheduler.now());
  }
  const continuous = live.resumed || live.state.attachedTo.has(name);
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

/** RTL5d */
export function detach(live: Live, { channel: name = '' }: ProtocolMessage): void {
  live.channels.named(qualified(name).channel);
  dismiss(live, name);
}
