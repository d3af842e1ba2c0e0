import { handled } from '../../base/ignore-rejection.js';
import { unsent } from '../outbox/pending-queue.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { WireMessage } from '../wire/frames.js';
import { sizeOf } from '../wire/outgoing.js';
import type { PresenceRequest } from './presence-state.js';
import { encodePresence, type OutgoingPresence } from '../wire/presence-message.js';
import type { Numbered, Told } from '../outbox/pending-queue.js';
import type { Cell } from '../channel/record.js';
import type { Channels } from '../channel/channels.js';
import type { ChannelServices, Self } from '../channel/services.js';

/** A frame for presence messages. */
export const presenceFrame = (cell: Cell, wire: WireMessage): Numbered => ({
  action: Action.presence,
  channel: cell.name,
  msgSerial: unsent,
  presence: [wire],
});

/** Holds the channel for as long as a member of this connection is on it, or is about to be. */
export function keep(cell: Cell, channels: Channels): void {
  const { attendance } = cell;
  const isHolding = attendance.requests.size > 0 || attendance.own.size > 0;
  if (isHolding === attendance.isHolding) return;
  attendance.isHolding = isHolding;
  if (isHolding) channels.take(cell);
  else channels.release(cell);
}

/** Where somebody is present. */
export interface Place {
  readonly cell: Cell;
  readonly channels: Channels;
  readonly services: ChannelServices;
}

/**
 * RTP8, RTP9, RTP10, RTP15: enters, updates or leaves. Attaches the channel where it is not attached (RTP8d); rejects, and
 * never throws, where that is not possible. `told` hears of it in the turn in which it is settled.
 */
export function attended(presence: OutgoingPresence, place: Place, told?: Told): Promise<void> {
  const { cell, channels, services } = place;
  const { publisher, self } = services;
  const { attendance } = cell;
  let request: PresenceRequest | undefined;
  try {
    if (presence.clientId === undefined && channels.isUp) checkIdentified(self());
    checkReachable(cell, channels);
    const wire = wireOf(presence, cell, services);
    const frame = presenceFrame(cell, wire);
    const size = sizeOf(wire);
    const asked = { action: presence.action, clientId: presence.clientId, frame };
    request = asked;
    attendance.requests.add(asked);
    const settle = (error?: ErrorInfo): void => {
      if (!error) note(presence, frame, cell, self());
      attendance.requests.delete(asked);
      keep(cell, channels);
      told?.(error);
    };
    const isReady = cell.state.name === 'attached' && channels.isUp;
    const done = isReady
      ? publisher.submit(frame, size, undefined, settle) // RTP16a
      : publisher.hold(frame, size, settle); // RTP16b
    if (presence.action === 'leave') attendance.own.leave(presence.clientId ?? self().clientId ?? '');
    keep(cell, channels);
    return settled(done);
  } catch (error) {
    if (request) attendance.requests.delete(request);
    told?.(ErrorInfo.of(error, 40000, 400));
    return settled(publisher.refuse(error));
  }
}

/** Nobody has to await it: it is told on `errors$`. */
const settled = (done: Promise<unknown>): Promise<void> => handled(done.then(() => undefined));

/** RTP10a: whoever leaves without a word takes leave with the data that was there. */
function wireOf(
  presence: OutgoingPresence,
  cell: Cell,
  { publisher: { binary }, self }: ChannelServices,
): WireMessage {
  const { action, clientId, data } = presence;
  const wire = encodePresence(presence, { binary, cipher: cell.settings.cipher });
  const known =
    action === 'leave' && data === undefined
      ? cell.attendance.own.get(clientId ?? self().clientId ?? '')
      : undefined;
  return { ...wire, ...(known && { data: known.data, ...(known.encoding && { encoding: known.encoding }) }) };
}

/** What the server has accepted; it says so itself, but that may come to nobody where the connection is lost first. */
function note(
  { action, clientId: of }: OutgoingPresence,
  { msgSerial, presence }: Numbered,
  cell: Cell,
  self: Self,
): void {
  const { connectionId } = self;
  const clientId = of ?? self.clientId;
  const { own } = cell.attendance;
  const [wire] = presence ?? [];
  const isGone = cell.state.name === 'detached' || cell.state.name === 'failed'; // RTP5a
  if (clientId === null || clientId === '*' || !wire || isGone) return;
  if (action === 'leave') own.leave(clientId);
  else own.enter({ ...wire, clientId, connectionId, id: wire.id ?? `${connectionId ?? ''}:${msgSerial}:0` });
}

/** RTP8j */
function checkIdentified({ clientId }: Self): void {
  if (clientId !== null && clientId !== '*') return;
  throw new ErrorInfo(
    'A client that is nobody in particular cannot be present. Give it a clientId, or name the member by enterClient().',
    { code: 40012, statusCode: 400 },
  );
}

/** RTP8g, RTP16c: throws where the channel is not, and is not going to be, attached. */
function checkReachable(cell: Cell, channels: Channels): void {
  const { name, state, isParted } = cell;
  const hopeless = channels.isOver(cell) && channels.hopelessOf(cell);
  if (hopeless) throw hopeless;
  const isLeft = (state.name === 'detached' || state.name === 'detaching') && isParted;
  if (state.name !== 'suspended' && state.name !== 'failed' && !isLeft) return;
  throw new ErrorInfo(
    `Nobody can enter or leave channel "${name}" while it is ${state.name}. Attach it first.`,
    {
      code: 90001,
      statusCode: 400,
      cause: state.error,
    },
  );
}
