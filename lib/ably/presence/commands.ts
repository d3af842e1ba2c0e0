import { ignoreRejection } from '../../base/ignore-rejection.js';
import { unsent } from '../outbox/pending-queue.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { WireMessage } from '../wire/frames.js';
import { sizeOf } from '../wire/outgoing.js';
import type { PresenceRequest } from './presence-state.js';
import { encodePresence, type OutgoingPresence } from '../wire/presence-message.js';
import type { Numbered, OnSettled } from '../outbox/pending-queue.js';
import type { ChannelRecord } from '../channel/record.js';
import type { Channels } from '../channel/channels.js';
import type { ChannelServices, Self } from '../channel/services.js';

/** A frame for presence messages. */
export const presenceFrame = (record: ChannelRecord, wire: WireMessage): Numbered => ({
  action: Action.presence,
  channel: record.name,
  msgSerial: unsent,
  presence: [wire],
});

/** Holds the channel for as long as a member of this connection is on it, or is about to be. */
export function updateLease(record: ChannelRecord, channels: Channels): void {
  const { presenceState } = record;
  const isHolding = presenceState.requests.size > 0 || presenceState.own.size > 0;
  if (isHolding === presenceState.isHolding) return;
  presenceState.isHolding = isHolding;
  if (isHolding) channels.take(record);
  else channels.release(record);
}

/** Where somebody is present. */
export interface ChannelContext {
  readonly record: ChannelRecord;
  readonly channels: Channels;
  readonly services: ChannelServices;
}

/**
 * RTP8, RTP9, RTP10, RTP15: enters, updates or leaves. Attaches the channel where it is not attached (RTP8d); rejects, and
 * never throws, where that is not possible. `told` hears of it in the turn in which it is settled.
 */
export function sendPresence(
  presence: OutgoingPresence,
  place: ChannelContext,
  told?: OnSettled,
): Promise<void> {
  const { record, channels, services } = place;
  const { publisher, self } = services;
  const { presenceState } = record;
  let request: PresenceRequest | undefined;
  try {
    if (presence.clientId === undefined && channels.isUp) checkIdentified(self());
    checkReachable(record, channels);
    const wire = wireOf(presence, record, services);
    const frame = presenceFrame(record, wire);
    const size = sizeOf(wire);
    const asked = { action: presence.action, clientId: presence.clientId, frame };
    request = asked;
    presenceState.requests.add(asked);
    const settle = (error?: ErrorInfo): void => {
      if (!error) note(presence, frame, record, self());
      presenceState.requests.delete(asked);
      updateLease(record, channels);
      told?.(error);
    };
    const isReady = record.state.name === 'attached' && channels.isUp;
    const done = isReady
      ? publisher.submit(frame, size, undefined, settle) // RTP16a
      : publisher.queueUntilAttached(frame, size, settle); // RTP16b
    if (presence.action === 'leave') presenceState.own.leave(presence.clientId ?? self().clientId ?? '');
    updateLease(record, channels);
    return settled(done);
  } catch (error) {
    if (request) presenceState.requests.delete(request);
    told?.(ErrorInfo.of(error, 40000, 400));
    return settled(publisher.refuse(error));
  }
}

/** Nobody has to await it: it is told on `errors$`. */
const settled = (done: Promise<unknown>): Promise<void> => ignoreRejection(done.then(() => undefined));

/** RTP10a: whoever leaves without a word takes leave with the data that was there. */
function wireOf(
  presence: OutgoingPresence,
  record: ChannelRecord,
  { publisher: { binary }, self }: ChannelServices,
): WireMessage {
  const { action, clientId, data } = presence;
  const wire = encodePresence(presence, { binary, cipher: record.settings.cipher });
  const known =
    action === 'leave' && data === undefined
      ? record.presenceState.own.get(clientId ?? self().clientId ?? '')
      : undefined;
  return { ...wire, ...(known && { data: known.data, ...(known.encoding && { encoding: known.encoding }) }) };
}

/** What the server has accepted; it says so itself, but that may come to nobody where the connection is lost first. */
function note(
  { action, clientId: of }: OutgoingPresence,
  { msgSerial, presence }: Numbered,
  record: ChannelRecord,
  self: Self,
): void {
  const { connectionId } = self;
  const clientId = of ?? self.clientId;
  const { own } = record.presenceState;
  const [wire] = presence ?? [];
  const isGone = record.state.name === 'detached' || record.state.name === 'failed'; // RTP5a
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
function checkReachable(record: ChannelRecord, channels: Channels): void {
  const { name, state, explicitlyDetached } = record;
  const hopeless = channels.isOver(record) && channels.whyNotAttachable(record);
  if (hopeless) throw hopeless;
  const isLeft = (state.name === 'detached' || state.name === 'detaching') && explicitlyDetached;
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
