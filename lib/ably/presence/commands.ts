import { firstValueFrom, of, switchMap, take } from 'rxjs';
import { ignoreRejection } from '../../base/ignore-rejection.js';
import { isOutOfReach } from '../channel/lease.js';
import type { ChannelRecord, Self } from '../channel/port.js';
import { type Numbered, type OnSettled, unsent } from '../outbox/pending-queue.js';
import { publisher } from '../outbox/publisher.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { WireMessage } from '../wire/frames.js';
import { sizeOf } from '../wire/outgoing.js';
import { encodePresence, type OutgoingPresence } from '../wire/presence-message.js';
import type { PresenceRequest, PresenceState } from './presence-state.js';

/** A channel, and its presence. */
export interface PresenceContext {
  readonly record: ChannelRecord;
  readonly state: PresenceState;
}

/** A frame for one presence message. */
export const presenceFrame = (record: ChannelRecord, wire: WireMessage): Numbered => ({
  action: Action.presence,
  channel: record.name,
  msgSerial: unsent,
  presence: [wire],
});

/** Holds a lease on the channel for as long as a member of this connection is on it, or is about to be. */
export function updateLease({ record, state }: PresenceContext): void {
  const hasLease = state.requests.size > 0 || state.own.size > 0;
  if (hasLease === state.hasLease) return;
  state.hasLease = hasLease;
  if (hasLease) record.host.take(record);
  else record.host.release(record);
}

/**
 * RTP8, RTP9, RTP10, RTP15: enters, updates or leaves. Attaches the channel where it is not attached (RTP8d); rejects, and
 * never throws, where that is not possible. `onSettled` is called in the turn in which it is settled.
 */
export function sendPresence(
  presence: OutgoingPresence,
  context: PresenceContext,
  onSettled?: OnSettled,
): Promise<void> {
  const { record, state } = context;
  const { client, isUp } = record.host;
  const outbox = client.use(publisher);
  const { action, clientId } = presence;
  let request: PresenceRequest | undefined;
  try {
    if (clientId === undefined && isUp) checkIdentified(client.self());
    checkReachable(record);
    const wire = wireOf(presence, context);
    const frame = presenceFrame(record, wire);
    const size = sizeOf(wire);
    const pending = { action, clientId, frame };
    request = pending;
    state.begin(pending);
    const settle = (error?: ErrorInfo): void => {
      if (!error) accept(presence, frame, context);
      state.finish(pending);
      if (error) state.refused(clientId ?? client.self().clientId ?? '');
      updateLease(context);
      onSettled?.(error);
    };
    const isReady = record.state.name === 'attached' && isUp;
    const done = isReady
      ? outbox.submit(frame, size, undefined, settle) // RTP16a
      : outbox.queueUntilAttached(frame, size, settle); // RTP16b
    if (action === 'leave') state.own.leave(clientId ?? client.self().clientId ?? '');
    updateLease(context);
    return settled(done);
  } catch (thrown) {
    if (request) state.finish(request);
    const error = ErrorInfo.of(thrown, 40000);
    onSettled?.(error);
    return settled(outbox.refused(error));
  }
}

/** Sends what a user says of a member; where the member is held as well, its hold says the same when it enters it again. */
export function speak(presence: OutgoingPresence, context: PresenceContext): Promise<void> {
  const { state, record } = context;
  const { action, clientId, data, extras } = presence;
  const self = record.host.client.self().clientId;
  const isOurs = clientId === undefined || self === null || self === '*' || self === clientId; // RTP15f
  if (action === 'leave' && isOurs && record.state.name === 'detaching')
    return leaveByDetach(presence, context);
  const keeper = state.keepersOf(clientId, self).at(-1);
  if (!keeper?.said || action === 'leave') return sendPresence(presence, context);
  const before = keeper.said;
  const said = state.say(data, extras);
  keeper.said = said;
  return sendPresence(presence, context, (error) => {
    if (error && keeper.said === said) keeper.said = before;
  });
}

/**
 * RTL5, RTP10: the DETACH under way takes the member out, so that nothing is sent. Where that comes to nothing (RTL5f), the
 * member leaves then, unless something was said of it meanwhile.
 */
function leaveByDetach(presence: OutgoingPresence, context: PresenceContext): Promise<void> {
  const { record, state } = context;
  const { client } = record.host;
  try {
    const self = client.self();
    if (presence.clientId === undefined) checkIdentified(self);
    wireOf(presence, context); // throws where it cannot be sent
    const identity = presence.clientId ?? self.clientId ?? '';
    const earlier = new Set(state.requestsOf(identity, self.clientId));
    state.own.leave(identity);
    updateLease(context);
    const left$ = record.host.changesOf(record).pipe(
      take(1),
      switchMap(({ current }) => {
        const isBack = state.requestsOf(identity, self.clientId).some((request) => !earlier.has(request));
        return current === 'attached' && !isBack ? sendPresence(presence, context) : of(undefined);
      }),
    );
    return settled(firstValueFrom(left$, { defaultValue: undefined }));
  } catch (thrown) {
    return settled(client.use(publisher).refused(ErrorInfo.of(thrown, 40000)));
  }
}

/** A promise that may be ignored: the error is shown on `errors$` as well. */
const settled = (done: Promise<unknown>): Promise<void> => ignoreRejection(done.then(nothing));
const nothing = (): void => undefined;

/** RTP10a: a leave without data sends the data that the member had, be they confirmed or still on their way. */
function wireOf(presence: OutgoingPresence, { record, state }: PresenceContext): WireMessage {
  const { action, clientId, data } = presence;
  const { binary, self } = record.host.client;
  const wire = encodePresence(presence, { binary, cipher: record.settings.cipher });
  if (action !== 'leave' || data !== undefined) return wire;
  const own = self().clientId;
  const identity = clientId ?? own ?? '';
  const known = state.lastWordOf(identity, own)?.frame.presence?.[0] ?? state.own.get(identity);
  return known ? { ...wire, data: known.data, ...(known.encoding && { encoding: known.encoding }) } : wire;
}

/** Takes note of what the server has accepted; the server's own word of it is missed where the connection is lost first. */
export function accept(
  { action, clientId: of }: Pick<OutgoingPresence, 'action' | 'clientId'>,
  { msgSerial, presence }: Numbered,
  { record, state }: PresenceContext,
): void {
  const self = record.host.client.self();
  const { connectionId } = self;
  const clientId = of ?? self.clientId;
  const [wire] = presence ?? [];
  const isGone = record.state.name === 'detached' || record.state.name === 'failed'; // RTP5a
  if (clientId === null || clientId === '*' || !wire || isGone) return;
  if (action === 'leave') state.own.leave(clientId);
  else if (!state.isLeaving(clientId, self.clientId)) {
    const { id = `${connectionId ?? ''}:${msgSerial}:0`, timestamp, data, encoding, extras } = wire;
    state.own.enter({ clientId, id, connectionId, timestamp, data, encoding, extras });
  }
}

/** RTP8j */
function checkIdentified({ clientId }: Self): void {
  if (clientId !== null && clientId !== '*') return;
  throw new ErrorInfo(
    'Presence needs a clientId. Set the option "clientId", or name the member by enterClient().',
    { code: 40012 },
  );
}

/** RTP8g, RTP16c: throws where the channel is not, and is not going to be, attached. */
function checkReachable(record: ChannelRecord): void {
  const { name, state, host } = record;
  const reason = host.isOver(record) && host.whyNotAttachable(record);
  if (reason) throw reason;
  if (!isOutOfReach(record)) return;
  throw new ErrorInfo(
    `Members cannot enter or leave channel "${name}" while it is ${state.name}. Attach it first.`,
    { code: 90001, cause: state.error },
  );
}
