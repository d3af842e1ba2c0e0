import { unsent } from '../outbox/pending-queue.js';
import type { OwnMember } from './own-members.js';
import type { PresenceCell } from './presence-state.js';
import { ErrorInfo } from '../wire/error-info.js';
import { Flag, hasFlag } from '../wire/flags.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { sizeOf } from '../wire/outgoing.js';
import { presenceActions } from '../wire/presence-message.js';
import type { Cell } from '../channel/record.js';
import type { Channels } from '../channel/channels.js';
import { attended, keep, presenceFrame } from './commands.js';
import type { ChannelServices, Self } from '../channel/services.js';
import type { ChannelMove } from '../channel/timers.js';

/** What a channel's step means to its presence. To be done before anybody is told of the step. */
export function attend(move: ChannelMove, channels: Channels, services: ChannelServices): void {
  const { machine: cell, before, state, event, effects } = move;
  if (event.type === 'attached') {
    if (state.name === 'attached') arrived(move, channels, services);
    return;
  }
  if (before.name === state.name || state.name === 'detaching') return;
  if (state.name === 'attached') {
    services.publisher.release(cell.name); // RTL5f: still there
    if (cell.presence) keep(cell, channels);
  } else if (state.name === 'attaching') {
    cell.presence?.interrupted();
  } else if (state.name === 'suspended') {
    services.publisher.abandon(cell.name, () => goneFrom(cell)); // RTL11
    cell.presence?.interrupted(); // RTP5f
  } else {
    const isAttachedOnceMore = effects.includes('reconsider');
    if (!isAttachedOnceMore) services.publisher.abandon(cell.name, () => goneFrom(cell)); // RTL11
    cell.presence?.cleared(); // RTP5a
    if (cell.presence) keep(cell, channels);
  }
}

/** RTP1, RTP5b, RTP17i */
function arrived(
  { machine: cell, before, event }: ChannelMove,
  channels: Channels,
  services: ChannelServices,
): void {
  if (before.name !== 'attached' || event.type !== 'attached' || !event.resumed) {
    if (hasFlag(cell.flags, Flag.hasPresence)) cell.attendance.announced();
    else cell.presence?.empty(services.scheduler.now());
    enterAll(cell, channels, services);
  }
  services.publisher.release(cell.name); // RTP5b; after those who were there before
  if (cell.presence) takeOut(cell, cell.presence, channels, services);
}

/** Those whom the server could not be told of when they left. */
function takeOut(cell: Cell, presence: PresenceCell, channels: Channels, services: ChannelServices): void {
  const self = services.self();
  const { owed, own } = presence;
  for (const [clientId, connectionId] of [...owed]) {
    owed.delete(clientId);
    const isBack =
      presence.holdersOf(clientId, self.clientId) > 0 ||
      presence.requestsOf(clientId, self.clientId).length > 0 ||
      own.get(clientId) !== undefined;
    if (isBack || connectionId !== self.connectionId) continue; // on another connection, the server has noticed
    void attended({ action: 'leave', clientId }, { cell, channels, services });
  }
}

/** RTP17i; whoever holds a member sees to that one with the latest data, where the connection is another one. */
function enterAll(cell: Cell, channels: Channels, services: ChannelServices): void {
  if (!cell.presence) return;
  const self = services.self();
  for (const member of cell.presence.own.all)
    if (cell.presence.holdersOf(member.clientId, self.clientId) > 0) cell.presence.own.lapse(member);
    else if (!isOvertaken(member, cell.presence, self)) enterAgain(cell, member, channels, services);
}

/** RTN19a: whether later word of it is on its way: that it leaves, or what it is now on a connection that was resumed. */
const isOvertaken = ({ clientId, connectionId }: OwnMember, attendance: PresenceCell, self: Self): boolean =>
  attendance
    .requestsOf(clientId, self.clientId)
    .some(
      ({ action, frame }) =>
        action === 'leave' || (connectionId === self.connectionId && frame.msgSerial !== unsent),
    );

/** RTP17g: enters a member again. Where that fails it is told, and nobody has to await it. */
function enterAgain(cell: Cell, member: OwnMember, channels: Channels, services: ChannelServices): void {
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
    if (!cause || channels.isOver(cell)) return;
    const error = new ErrorInfo(
      `Member "${clientId}" could not enter channel "${cell.name}" again by itself. Enter it once more when the cause is mended.`,
      { code: 91004, statusCode: 400, cause },
    );
    services.log('warn', { message: error.message, error });
    channels.update(cell, error); // RTP17e
  };
  try {
    void services.publisher.submit(presenceFrame(cell, wire), sizeOf(wire), undefined, told);
  } catch (error) {
    told(ErrorInfo.of(error));
  }
}

/** RTL11: why what waits for a channel waits in vain. */
export const goneFrom = ({ name, state }: Cell): ErrorInfo =>
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
  cell: Cell,
  frame: ProtocolMessage,
  channels: Channels,
  services: ChannelServices,
): void {
  const { report, self, scheduler } = services;
  cell.deliverPresence(frame, { report, connectionId: self().connectionId, now: scheduler.now() });
  if (cell.presence && cell.state.name === 'attached') keep(cell, channels); // who is detaching is not kept by what comes late
}
