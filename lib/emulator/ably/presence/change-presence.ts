import { Action } from '../../../ably/wire/actions.js';
import type { WireMessage } from '../../../ably/wire/frames.js';
import type { Channel, PublishOrigin } from '../channels/channel.js';
import { type Member, PresenceAction } from './members.js';
import { Publication } from '../channels/publication.js';

/** An enter, update or leave that has passed all checks. */
export interface PresenceChange extends WireMessage {
  readonly clientId: string;
}

/** Presence changes that have passed all checks; `connectionId` is that of the members. */
export interface AcceptedPresence extends PublishOrigin {
  readonly connectionId: string;
  readonly changes: readonly PresenceChange[];
}

/** RTP8 to RTP10: applies presence changes, and delivers those that have an effect. Throws 91003 without room for them. */
export function changePresence(channel: Channel, { changes, id, connectionId }: AcceptedPresence): void {
  channel.members.demandRoom(changes, connectionId);
  const timestamp = channel.time;
  const effective = changes.flatMap((change, index) => {
    const implied = { id: `${id}:${index}`, connectionId, timestamp };
    return channel.members.apply({ ...implied, ...change }) ?? [];
  });
  publishPresence(channel, { id, connectionId, timestamp }, effective);
}

/** RTP2b1: removes all members of a connection, with LEAVEs whose id is not of that connection. */
export function leaveAll(channel: Channel, connectionId: string, id: string): void {
  const timestamp = channel.time;
  const effective = channel.members.ofConnection(connectionId).flatMap(({ clientId }, index) => {
    const leave = { id: `${id}:${index}`, clientId, connectionId, timestamp };
    return channel.members.apply({ ...leave, action: PresenceAction.leave }) ?? [];
  });
  publishPresence(channel, { id, timestamp }, effective);
}

function publishPresence(
  channel: Channel,
  { timestamp, ...origin }: PublishOrigin & { readonly timestamp: number },
  presence: readonly Member[],
): void {
  if (presence.length === 0) return;
  channel.broadcast(
    new Publication({ action: Action.presence, ...origin, ...channel.stamp(timestamp), presence }),
  );
}
