import type {
  ChannelFeature,
  ChannelRecord,
  ChannelTransition,
  ClientContext,
  Part,
  UnservedSubscriber,
} from '../channel/port.js';
import { lacksMode, missingMode } from '../channel/modes.js';
import { publisher } from '../outbox/publisher.js';
import { Action } from '../wire/actions.js';
import { deciphering } from '../wire/encodings.js';
import { ErrorInfo } from '../wire/error-info.js';
import { Flag, hasFlag } from '../wire/flags.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { sizeOf } from '../wire/outgoing.js';
import { presenceActions } from '../wire/presence-message.js';
import { accept, type PresenceContext, presenceFrame, sendPresence, updateLease } from './commands.js';
import type { OwnMember } from './own-members.js';
import { type PresenceRequest, PresenceState } from './presence-state.js';

/** RTL9: lets channels know their members, for `features` of `createClient`; `presenceOf(channel)` gives them. */
export const presence: Part<PresenceFeature> = (client) => new PresenceFeature(client);

/** The presence of all channels of a client: what frames and a channel's steps mean to it. */
export class PresenceFeature implements ChannelFeature {
  readonly actions = [Action.presence, Action.sync];
  readonly #states = new WeakMap<ChannelRecord, PresenceState>();
  readonly #client: ClientContext;

  constructor(client: ClientContext) {
    this.#client = client;
  }

  /**
   * The presence of a channel, made on first use. It has no members then, and is synced where the server announced none
   * with the last ATTACHED.
   */
  contextOf(record: ChannelRecord): PresenceContext {
    const found = this.#states.get(record);
    if (found) return { record, state: found };
    const isEmpty = record.state.name === 'attached' && !hasFlag(record.flags, Flag.hasPresence);
    const state = new PresenceState(isEmpty, (clientId) => {
      restore(clientId, context);
    });
    const context = { record, state };
    this.#states.set(record, state);
    return context;
  }

  /** RTP2, RTP18; RTL15b but for SYNC, whose serial is a cursor. Also while detaching, which may come to nothing (RTL5f). */
  readonly frame = (record: ChannelRecord, frame: ProtocolMessage): void => {
    const { name } = record.state;
    if (name !== 'attached' && name !== 'detaching') return;
    if (frame.action === Action.presence) record.advance(frame);
    const context = this.contextOf(record);
    const { report, self, scheduler } = this.#client;
    const { cipher } = record.settings;
    context.state.receive(frame, {
      report,
      ...self(),
      now: scheduler.now(),
      undo: cipher && deciphering(cipher),
    });
    this.#updateLease(record);
  };

  /** Passes a channel's step on to its presence, and to presence messages that wait for it. */
  readonly changed = ({ machine: record, before, state, event, effects }: ChannelTransition): void => {
    const found = this.#states.get(record);
    if (event.type === 'attached') {
      if (state.name === 'attached')
        this.#arrived(record, before.name !== 'attached' || !hasFlag(event.frame.flags, Flag.resumed));
      return;
    }
    if (before.name === state.name || state.name === 'detaching') return;
    const outbox = this.#client.find(publisher);
    switch (state.name) {
      case 'attached':
        outbox?.flushAttached(record.name); // RTL5f: still there
        if (found) sendPendingLeaves({ record, state: found });
        break;
      case 'attaching':
        found?.interrupted();
        return;
      case 'suspended':
        outbox?.failQueued(record.name, () => detachedError(record)); // RTL11
        found?.interrupted(); // RTP5f
        return;
      default:
        if (!effects.includes('reconsider')) outbox?.failQueued(record.name, () => detachedError(record)); // RTL11, unless it is attached once more
        found?.cleared(); // RTP5a
    }
    if (found) updateLease({ record, state: found });
  };

  readonly isHeard = (record: ChannelRecord): boolean => this.#states.get(record)?.isHeard === true;

  /** RTP11f: subscribers to members are only warned. */
  readonly unserved = (record: ChannelRecord): UnservedSubscriber | undefined => {
    const error = lacksMode(record, Flag.presenceSubscribe) && this.isHeard(record) && membersUnknown(record);
    return error ? { error } : undefined;
  };

  readonly end = (record: ChannelRecord, error?: ErrorInfo): void => {
    this.#states.get(record)?.end(error);
  };

  readonly forget = (record: ChannelRecord, reason: () => ErrorInfo): void => {
    this.#client.find(publisher)?.failQueued(record.name, reason);
    this.#states.get(record)?.cleared(); // RTP5a
  };

  /**
   * RTP1, RTP5b, RTP17i. RTP19a is for an ATTACHED that does not say RESUMED to an attached channel: that one says that
   * nothing was missed (RTL12), also of who left, unless the channel was not told of members until now.
   */
  #arrived(record: ChannelRecord, isNew: boolean): void {
    const wasBlind = this.#states.get(record)?.isBlind === true;
    const isBlind = lacksMode(record, Flag.presenceSubscribe);
    if (isNew || (wasBlind && !isBlind)) {
      if (hasFlag(record.flags, Flag.hasPresence)) this.contextOf(record).state.announced();
      else this.#states.get(record)?.empty(this.#client.scheduler.now());
    }
    const state = this.#states.get(record);
    if (state && isNew) enterAll({ record, state });
    this.#client.find(publisher)?.flushAttached(record.name); // RTP5b; after those who were there before
    if (!state) return;
    state.isBlind = isBlind;
    sendPendingLeaves({ record, state });
  }

  /** A member that is detaching is not kept by frames that come late. */
  #updateLease(record: ChannelRecord): void {
    const state = this.#states.get(record);
    if (state && record.state.name === 'attached') updateLease({ record, state });
  }
}

/** RTP11f: why the members are not known and never will be, or `undefined`. */
export const membersUnknown = (record: ChannelRecord): ErrorInfo | undefined =>
  lacksMode(record, Flag.presenceSubscribe)
    ? missingMode(record, 'no members come', 'presence_subscribe', 91008)
    : undefined;

/** RTP10, RTN19: takes out members whose LEAVE could not be sent. */
function sendPendingLeaves(context: PresenceContext): void {
  const { record, state } = context;
  const self = record.host.client.self();
  const { pendingLeaves, own } = state;
  for (const [clientId, connectionId] of [...pendingLeaves]) {
    pendingLeaves.delete(clientId);
    const isBack =
      state.keepersOf(clientId, self.clientId).length > 0 ||
      state.requestsOf(clientId, self.clientId).length > 0 ||
      own.get(clientId) !== undefined;
    if (isBack || connectionId !== self.connectionId) continue; // on another connection, the server has noticed
    void sendPresence({ action: 'leave', clientId }, context);
  }
}

/** RTP17i; a subscription of `hold()` enters its member itself, with the latest data, on another connection. */
function enterAll(context: PresenceContext): void {
  const { own, requests } = context.state;
  const overtaken = overtakenBy(requests, context); // for all at once: of ten thousand members, each may have a request
  for (const member of own.all)
    if (isHeld(member, context) || overtaken.has(member.clientId)) own.lapse(member);
    else enterAgain(member, context);
}

const isHeld = ({ clientId }: OwnMember, { record, state }: PresenceContext): boolean =>
  state.keepersOf(clientId, record.host.client.self().clientId).length > 0;

/**
 * RTN19a: the members of whom later word is on its way: their leave, or data that this connection has been sent already. An
 * ENTER with older data would come behind these, and undo them.
 */
function overtakenBy(
  requests: Iterable<PresenceRequest>,
  { record }: PresenceContext,
): ReadonlySet<string | null> {
  const { client } = record.host;
  const self = client.self().clientId;
  const outbox = client.find(publisher);
  const overtaken = new Set<string | null>();
  for (const { action, clientId, frame } of requests)
    if (action === 'leave' || !outbox?.isHeld(frame)) overtaken.add(clientId ?? self);
  return overtaken;
}

/** RTP17i: enters a member again that was not because of later word, all of which the server has refused by now. */
function restore(clientId: string, context: PresenceContext): void {
  const { record, state } = context;
  const member = state.own.get(clientId);
  const isDue = member?.isLapsed && record.state.name === 'attached' && record.host.isUp;
  const requests = isDue ? state.requestsOf(clientId, record.host.client.self().clientId) : [];
  if (isDue && !isHeld(member, context) && !overtakenBy(requests, context).has(clientId))
    enterAgain(member, context);
}

/** RTP17g: enters a member again. A failure is logged and reported as an update of the channel (RTP17e). */
function enterAgain(member: OwnMember, context: PresenceContext): void {
  const { record, state } = context;
  const { host } = record;
  const { client } = host;
  const { clientId, id, connectionId, data, encoding, extras } = member;
  const wire = {
    action: presenceActions.indexOf('enter'),
    clientId,
    ...(id !== undefined && connectionId === client.self().connectionId && { id }), // RTP17g1
    data,
    ...(encoding && { encoding }),
    ...(extras !== undefined && { extras }),
  };
  const frame = presenceFrame(record, wire);
  const settle = (cause?: ErrorInfo): void => {
    if (!cause && state.own.get(clientId)) accept({ action: 'enter', clientId }, frame, context);
    if (!cause || host.isOver(record)) return;
    const error = new ErrorInfo(
      `Member "${clientId}" could not enter channel "${record.name}" again by itself. Enter it once more when the cause is mended.`,
      { code: 91004, cause },
    );
    client.log('warn', { message: error.message, error });
    host.update(record, error); // RTP17e
  };
  try {
    void client.use(publisher).submit(frame, sizeOf(wire), undefined, settle);
  } catch (error) {
    settle(ErrorInfo.of(error));
  }
}

/** RTL11: the error of presence messages that waited for a channel which is not going to be attached. */
const detachedError = ({ name, state }: ChannelRecord): ErrorInfo =>
  state.error ??
  new ErrorInfo(
    `Channel "${name}" is ${state.name}, and what waited for it was not sent. Attach it and try again.`,
    { code: 90001 },
  );
