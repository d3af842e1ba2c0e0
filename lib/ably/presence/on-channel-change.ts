import { unsent } from '../outbox/pending-queue.js';
import type { OwnMember } from './own-members.js';
import type { PresenceState } from './presence-state.js';
import { ErrorInfo } from '../wire/error-info.js';
import { Flag, hasFlag } from '../wire/flags.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { sizeOf } from '../wire/outgoing.js';
import { presenceActions } from '../wire/presence-message.js';
import type { ChannelRecord } from '../channel/record.js';
import type { Channels } from '../channel/channels.js';
import { sendPresence, updateLease, presenceFrame } from './commands.js';
import type { ChannelServices, Self } from '../channel/services.js';
import type { ChannelTransition } from '../channel/timers.js';

/** What a channel's step means to its presence. To be done before anybody is told of the step. */
export function onChannelChange(
  move: ChannelTransition,
  channels: Channels,
  services: ChannelServices,
): void {
  const { machine: record, before, state, event, effects } = move;
  if (event.type === 'attached') {
    if (state.name === 'attached') arrived(move, channels, services);
    return;
  }
  if (before.name === state.name || state.name === 'detaching') return;
  if (state.name === 'attached') {
    services.publisher.flush(record.name); // RTL5f: still there
    if (record.presence) updateLease(record, channels);
  } else if (state.name === 'attaching') {
    record.presence?.interrupted();
  } else if (state.name === 'suspended') {
    services.publisher.failQueued(record.name, () => detachedError(record)); // RTL11
    record.presence?.interrupted(); // RTP5f
  } else {
    const isAttachedOnceMore = effects.includes('reconsider');
    if (!isAttachedOnceMore) services.publisher.failQueued(record.name, () => detachedError(record)); // RTL11
    record.presence?.cleared(); // RTP5a
    if (record.presence) updateLease(record, channels);
  }
}

/** RTP1, RTP5b, RTP17i */
function arrived(
  { machine: record, before, event }: ChannelTransition,
  channels: Channels,
  services: ChannelServices,
): void {
  if (before.name !== 'attached' || event.type !== 'attached' || !event.resumed) {
    if (hasFlag(record.flags, Flag.hasPresence)) record.presenceState.announced();
    else record.presence?.empty(services.scheduler.now());
    enterAll(record, channels, services);
  }
  services.publisher.flush(record.name); // RTP5b; after those who were there before
  if (record.presence) sendPendingLeaves(record, record.presence, channels, services);
}

/** Those whom the server could not be told of when they left. */
function sendPendingLeaves(
  record: ChannelRecord,
  presence: PresenceState,
  channels: Channels,
  services: ChannelServices,
): void {
  const self = services.self();
  const { pendingLeaves, own } = presence;
  for (const [clientId, connectionId] of [...pendingLeaves]) {
    pendingLeaves.delete(clientId);
    const isBack =
      presence.holdersOf(clientId, self.clientId) > 0 ||
      presence.requestsOf(clientId, self.clientId).length > 0 ||
      own.get(clientId) !== undefined;
    if (isBack || connectionId !== self.connectionId) continue; // on another connection, the server has noticed
    void sendPresence({ action: 'leave', clientId }, { record, channels, services });
  }
}

/** RTP17i; whoever holds a member sees to that one with the latest data, where the connection is another one. */
function enterAll(record: ChannelRecord, channels: Channels, services: ChannelServices): void {
  if (!record.presence) return;
  const self = services.self();
  for (const member of record.presence.own.all)
    if (record.presence.holdersOf(member.clientId, self.clientId) > 0) record.presence.own.lapse(member);
    else if (!isOvertaken(member, record.presence, self)) enterAgain(record, member, channels, services);
}

/** RTN19a: whether later word of it is on its way: that it leaves, or what it is now on a connection that was resumed. */
const isOvertaken = ({ clientId, connectionId }: OwnMember, attendance: PresenceState, self: Self): boolean =>
  attendance
    .requestsOf(clientId, self.clientId)
    .some(
      ({ action, frame }) =>
        action === 'leave' || (connectionId === self.connectionId && frame.msgSerial !== unsent),
    );

/** RTP17g: enters a member again. Where that fails it is told, and nobody has to await it. */
function enterAgain(
  record: ChannelRecord,
  member: OwnMember,
  channels: Channels,
  services: ChannelServices,
): void {
  const { clientId, id, connectionId, data, encoding, extras } = member;
  const wire = {
    action: presenceActions.indexOf('enter'),
    clientId,
    ...(id !== undefined && connectionId === services.self().connectionId && { id }), // RTP17g1
    data,
    ...(encoding && { encoding }),
    ...(extras !== undefined && { extras }),
  };
  const told = (cause?: ErrorInfo): void => {
    if (!cause || channels.isOver(record)) return;
    const error = new ErrorInfo(
      `Member "${clientId}" could not enter channel "${record.name}" again by itself. Enter it once more when the cause is mended.`,
      { code: 91004, statusCode: 400, cause },
    );
    services.log('warn', { message: error.message, error });
    channels.update(record, error); // RTP17e
  };
  try {
    void services.publisher.submit(presenceFrame(record, wire), sizeOf(wire), undefined, told);
  } catch (error) {
    told(ErrorInfo.of(error));
  }
}

/** RTL11: why what waits for a channel waits in vain. */
export const detachedError = ({ name, state }: ChannelRecord): ErrorInfo =>
  state.error ??
  new ErrorInfo(
    `Channel "${name}" is ${state.name}, and what waited for it was not sent. Attach it and try again.`,
    {
      code: 90001,
      statusCode: 400,
    },
  );

/** RTP2, RTP18: a frame that tells of members. */
export function receivePresence(
  record: ChannelRecord,
  frame: ProtocolMessage,
  channels: Channels,
  services: ChannelServices,
): void {
  const { report, self, scheduler } = services;
  record.deliverPresence(frame, { report, connectionId: self().connectionId, now: scheduler.now() });
  if (record.presence && record.state.name === 'attached') updateLease(record, channels); // who is detaching is not kept by what comes late
}
