import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { channelModes, Flag, flagsOfModes, hasFlag } from '../../../ably/wire/flags.js';
import { allowedModes } from '../auth/allowed-modes.js';
import type { Channel } from '../channels/channel.js';
import { parseChannelName } from '../channels/channel-name.js';
import type { Publication } from '../channels/publication.js';
import type { ConnectionContext } from '../connections/connection-context.js';
import { type Filter, filterOf } from '../messages/filter.js';
import { metricsOf } from '../occupancy/metrics.js';
import { objectSyncOf } from '../objects/object-sync.js';
import { disturbedDelivery } from '../objects/disturbed-delivery.js';
import { occupancySender } from '../occupancy/occupancy-sender.js';
import { syncOf } from '../presence/sync.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import { attachedFrame, type Attachment } from './attachment.js';
import { attachmentSender } from './attachment-sender.js';
import { type ChannelParams, modesOfParam, servedParams } from './channel-params.js';
import { sendDetached } from './detach.js';
import { rewindStart } from './rewind.js';

const allModes = flagsOfModes(channelModes);
/** TB2d: the modes of a client that chooses none, as bits. */
export const defaultModes = flagsOfModes([
  'presence',
  'publish',
  'subscribe',
  'presence_subscribe',
  'annotation_publish',
]);

/** An ATTACH that has passed all checks. */
interface AttachRequest {
  /** The client's name for the channel, with its qualifier. */
  readonly name: string;
  readonly channel: Channel;
  /** RTS5 */
  readonly filter: Filter | undefined;
  readonly params: ChannelParams;
  /** The granted modes, as bits. */
  readonly modes: number;
  readonly modesRequested: boolean;
  readonly frame: ProtocolMessage;
}

/** Position at which an attachment begins, and the frames that it gets first. */
interface Start {
  readonly channelSerial: string;
  readonly replay: readonly Publication[];
  readonly resumed: boolean;
  readonly continuityLost: boolean;
}

/** RTL4c: sends ATTACHED, then the missed messages; later messages follow. */
export function attach(context: ConnectionContext, frame: ProtocolMessage): void {
  const fault = context.faults.attachAnswers.shift();
  if (fault === 'unanswered') return;
  if (fault) {
    sendDetached(context, String(frame.channel), fault);
    return;
  }
  const request = attachRequestOf(context, frame);
  const before = context.attachments.get(request.name);
  const start = before ? continueAttachment(request, before) : startAttachment(context, request);
  before?.end();
  sendAttached(context, addAttachment(context, request), start);
}

function sendAttached(
  { transport, session, echo }: ConnectionContext,
  attachment: Attachment,
  start: Start,
): void {
  const { modes, sync, objectSync, sender, channel } = attachment;
  const missed = start.replay.filter((each) => each.isFor({ connectionId: session.id, echo, modes }));
  const [syncs, syncsObjects] = [sync.isDue(), objectSync.isDue()];
  transport.send({
    ...attachedFrame(attachment, start.channelSerial),
    flags:
      modes |
      (start.resumed ? Flag.resumed : 0) |
      (missed.length > 0 ? Flag.hasBacklog : 0) |
      (syncs ? Flag.hasPresence : 0) | // RTP1
      (syncsObjects ? Flag.hasObjects : 0), // RTO4
    ...(start.continuityLost && { error: wireErrorOf(continuityError()) }),
  });
  for (const publication of missed) sender.replay(publication);
  if (syncs) sync.start({}, true);
  if (syncsObjects) objectSync.start({}, true);
  attachment.onOccupancy?.(metricsOf(channel));
}

function attachRequestOf(context: ConnectionContext, frame: ProtocolMessage): AttachRequest {
  const { channel: name = '' } = frame;
  demandRoom(context, name);
  const parsed = parseChannelName(name);
  const channel = context.channels.getOrCreate(parsed.channel);
  const params = servedParams(frame, parsed.params);
  const requested = requestedModes(frame, params);
  const derived = parsed.filter !== undefined;
  return {
    name,
    channel,
    params,
    filter: parsed.filter === undefined ? undefined : filterOf(parsed.filter),
    modes: grantModes(context, requested || defaultModes, { channel, derived }),
    modesRequested: requested !== 0,
    frame,
  };
}

/** Throws 90010 where the connection has as many channels as allowed. */
function demandRoom({ attachments, settings }: ConnectionContext, name: string): void {
  const most = settings.maxChannelsPerConnection;
  if (attachments.has(name) || attachments.size < most) return;
  throw refusal(
    90010,
    400,
    `The connection has ${most} channels attached already: detach some, or raise \`maxChannelsPerConnection\`.`,
  );
}

/**
 * RTC8a1: grants the default modes anew, with another token, where the client chose none. It tells them by an ATTACHED
 * with RESUMED (RTL12), which is a guess: the docs say that a new capability counts, and not how a client learns of it.
 */
export function grantAnew(context: ConnectionContext, attachment: Attachment): void {
  const { name, channel, modesRequested } = attachment;
  if (modesRequested) return;
  const modes = modesWithin(defaultModes, context, {
    channel,
    derived: parseChannelName(name).filter !== undefined,
  });
  if (modes === attachment.modes) return;
  attachment.modes = modes;
  sendAttached(context, attachment, {
    channelSerial: channel.head,
    replay: [],
    resumed: true,
    continuityLost: false,
  });
}

/** The channel of an attachment, and whether it is a derived one, on which nothing can be published (RTS5). */
interface Attached {
  readonly channel: Channel;
  readonly derived: boolean;
}

const modesWithin = (
  wanted: number,
  { session }: ConnectionContext,
  { channel, derived }: Attached,
): number =>
  wanted &
  (derived ? Flag.subscribe : allModes) &
  allowedModes(session.identity.caller.capability, channel.name);

/** TB2c, TB2d: the modes that the client chose, as bits: by the param `modes`, before those of the flags, which is a guess. */
const requestedModes = ({ flags = 0 }: ProtocolMessage, { modes }: ChannelParams): number =>
  modesOfParam(modes) || flags & allModes;

/** RTL4m: the allowed ones of these modes. Throws 40160 when none is allowed. */
function grantModes(context: ConnectionContext, wanted: number, attached: Attached): number {
  const modes = modesWithin(wanted, context, attached);
  if (modes !== 0) return modes;
  throw refusal(
    40160,
    401,
    'None of the requested modes is allowed on this channel: use a key or token whose capability has one.',
  );
}

function addAttachment(context: ConnectionContext, request: AttachRequest): Attachment {
  const { attachments, channels, settings, session, transport, echo, faults } = context;
  const { name, channel, filter, params, modesRequested } = request;
  const sender = attachmentSender(
    { transport, name, filter, delta: params.delta === 'vcdiff' },
    channel.name,
  );
  const { occupancy: param } = params;
  const occupancy =
    param === undefined ? {} : { onOccupancy: occupancySender({ name, param, settings, sender }) };
  const modes = (): number => attachment.modes;
  const end = channels.attach(channel, {
    connectionId: session.id,
    echo,
    get modes() {
      return modes();
    },
    deliver: disturbedDelivery(name, sender, faults),
    ...occupancy,
  });
  const shared = { settings, name, channel, sender, modes };
  const sync = syncOf({ ...shared, connectionId: session.id, heldSyncs: faults.heldSyncs });
  const objectSync = objectSyncOf({ ...shared, heldSyncs: faults.heldObjectSyncs });
  const attachment: Attachment = {
    ...{ name, channel, modes: request.modes, modesRequested, params, sender, sync, objectSync, end },
    ...occupancy,
  };
  attachments.set(name, attachment);
  remember(session.everAttached, name, settings.maxChannelsPerConnection);
  return attachment;
}

/** Adds the name as the latest one, and forgets the oldest ones beyond `most`. */
function remember(names: Set<string>, name: string, most: number): void {
  names.delete(name);
  names.add(name);
  for (const oldest of names)
    if (names.size > most) names.delete(oldest);
    else return;
}

/**
 * A channel that is attached has missed nothing; but a client with deltas may have discarded some and asks for all
 * messages since its channelSerial (RTL18c).
 */
function continueAttachment({ channel, frame, params }: AttachRequest, before: Attachment): Start {
  const { channelSerial } = frame;
  const missed = typeof channelSerial === 'string' ? channel.after(channelSerial) : undefined;
  if (missed && channelSerial !== undefined && before.params.delta === 'vcdiff' && params.delta === 'vcdiff')
    return { channelSerial, replay: missed, resumed: true, continuityLost: false };
  return {
    channelSerial: channel.head,
    replay: [],
    resumed: missed !== undefined,
    continuityLost: false,
  };
}

function startAttachment(context: ConnectionContext, { name, channel, params, frame }: AttachRequest): Start {
  const { channelSerial, flags } = frame;
  if (typeof channelSerial !== 'string') {
    const rewind = hasFlag(flags, Flag.attachResume) ? undefined : params.rewind;
    return rewindStart(channel, rewind, context.settings.scheduler.now());
  }
  const continuous = context.resumed || context.session.everAttached.has(name);
  const missed = continuous ? channel.after(channelSerial) : undefined;
  if (!missed) return { channelSerial: channel.head, replay: [], resumed: false, continuityLost: true };
  return { channelSerial, replay: missed, resumed: true, continuityLost: false };
}

const continuityError = (): Error =>
  refusal(
    90003,
    404,
    'The messages since the last attachment are no longer stored: read the history instead.',
  );
