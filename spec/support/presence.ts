import type { RealtimePresence } from '../../lib/ably/presence/presence.js';
import type { Members } from '../../lib/ably/presence/members.js';
import type { PresenceChange } from '../../lib/ably/presence/presence-map.js';
import { Action } from '../../lib/ably/wire/actions.js';
import { Flag } from '../../lib/ably/wire/flags.js';
import type { ProtocolMessage, WireMessage } from '../../lib/ably/wire/frames.js';
import { type PresenceMessage, presenceActions, presenceOf } from '../../lib/ably/wire/presence-message.js';
import type { FakeAbly } from './fake-ably.js';

/** `at` is the msgSerial of its id. */
export interface Saying extends Omit<WireMessage, 'action' | 'clientId'> {
  readonly at?: number;
  readonly index?: number;
}

type WireError = NonNullable<ProtocolMessage['error']>;

/** A presence message as a server sends it; by default the first word of a member of the connection `other`, at the time 1. */
export const wireMember = (
  action: (typeof presenceActions)[number],
  clientId: string,
  { at = 0, index = 0, connectionId = 'other', ...more }: Saying = {},
): WireMessage => ({
  action: presenceActions.indexOf(action),
  clientId,
  connectionId,
  id: `${connectionId}:${at}:${index}`,
  timestamp: 1,
  ...more,
});

/** The same, as it is read. */
export const memberSaid = (...saying: Parameters<typeof wireMember>): PresenceMessage =>
  presenceOf(wireMember(...saying), { action: Action.presence }, { index: 0, report: () => undefined });

/** In short, for comparisons. */
export const saidBy = ({ action, clientId }: PresenceMessage): string => `${action} ${clientId ?? ''}`;

/** Who is there, in short and in alphabetical order. */
export const namesOf = (members: Members | readonly PresenceMessage[]): readonly string[] =>
  [...members.values()].map(({ clientId }) => clientId ?? '').sort();

/** What `changes$` has told, applied to nobody. */
export function folded(changes: readonly PresenceChange[]): ReadonlyMap<string, PresenceMessage> {
  const members = new Map<string, PresenceMessage>();
  for (const { entered, updated, left } of changes) {
    for (const { memberKey } of left) members.delete(memberKey);
    for (const member of [...entered, ...updated]) members.set(member.memberKey, member);
  }
  return members;
}

/** Everything that a channel's presence tells from now on; an `end` of the events is `complete` or the error. */
export function diaryOf(presence: RealtimePresence) {
  const members: Members[] = [];
  const changes: PresenceChange[] = [];
  const events: PresenceMessage[] = [];
  const synced: boolean[] = [];
  const ends: unknown[] = [];
  const leases = [
    presence.members$.subscribe((now) => members.push(now)),
    presence.changes$.subscribe((change) => changes.push(change)),
    presence.synced$.subscribe((now) => synced.push(now)),
    presence.events$.subscribe({
      next: (event) => events.push(event),
      error: (error: unknown) => ends.push(error),
      complete: () => ends.push('complete'),
    }),
  ];
  return {
    members,
    changes,
    events,
    synced,
    ends,
    /** The events, in short. */
    get said(): readonly string[] {
      return events.map(saidBy);
    },
    /** Who was there in each value of `members$`. */
    get names(): readonly (readonly string[])[] {
      return members.map(namesOf);
    },
    stop: () => {
      for (const lease of leases) lease.unsubscribe();
    },
  };
}

/** What a server says of the presence on the channel `a`, and what it was asked for. */
export const presenceOn = ({ server }: FakeAbly) => ({
  attached: (flags = 0, more: Partial<ProtocolMessage> = {}) => {
    server.attached('a', { flags, ...more });
  },
  /** Attached, and members will be named. */
  announced: (more = 0) => {
    server.attached('a', { flags: Flag.hasPresence | more });
  },
  tell: (...presence: readonly WireMessage[]) => {
    server.say({ action: Action.presence, channel: 'a', presence });
  },
  sync: (channelSerial: string | undefined, ...presence: readonly WireMessage[]) => {
    server.say({
      action: Action.sync,
      channel: 'a',
      presence,
      ...(channelSerial !== undefined && { channelSerial }),
    });
  },
  ack: (msgSerial: number, count = 1) => {
    server.say({ action: Action.ack, msgSerial, count });
  },
  nack: (msgSerial: number, error: WireError = { code: 40160, statusCode: 401, message: 'no' }) => {
    server.say({ action: Action.nack, msgSerial, count: 1, error });
  },
  detached: (error?: WireError) => {
    server.say({ action: Action.detached, channel: 'a', ...(error && { error }) });
  },
  failed: (error: WireError = { code: 40160, statusCode: 401, message: 'no' }) => {
    server.say({ action: Action.error, channel: 'a', error });
  },
  /** The presence messages that the newest socket was given, each with its serial. */
  asked: () =>
    server
      .heard()
      .filter(({ action }) => action === 'PRESENCE')
      .flatMap(({ msgSerial, presence = [] }) => presence.map((wire) => [msgSerial, wire] as const)),
});

/** What a client asks for, by the names of its actions in what a server heard. */
export const [enter, leave, update] = ['enter', 'leave', 'update'] as const;
