import { Action } from '../../../ably/wire/actions.js';
import type { WireMessage } from '../../../ably/wire/frames.js';
import type { Channel, PublishOrigin } from '../channels/channel.js';
import { type Member, PresenceAction } from './members.js';
import { Publication } from '../channels/publication.js';

/** An enter, update or leave that has passed all checks. */
export interface PresenceChange extends WireMessage {
  readonly clientId: string;
}

/** Somebody who changes who is present, and how; `connectionId` is the members'. */
export interface AcceptedPresence extends PublishOrigin {
  readonly connectionId: string;
  readonly changes: readonly PresenceChange[];
}

/** RTP8 to RTP10: changes who is present, and delivers what has changed by that. */
export function changePresence(channel: Channel, { changes, id, connectionId }: AcceptedPresence): void {
  const timestamp = channel.time;
  const told = changes.flatMap((change, index) => {
    const implied = { id: `${id}:${index}`, connectionId, timestamp };
    return channel.members.apply({ ...implied, ...change }) ?? [];
  });
  publishPresence(channel, { id, connectionId, timestamp }, told);
}

/** RTP2b1: the members of a connection leave by the server's word, which bears an id that is not of that connection. */
export function leaveAll(channel: Channel, connectionId: string, id: string): void {
  const timestamp = channel.time;
  const told = channel.members.ofConnection(connectionId).flatMap(({ clientId }, index) => {
    const leave = { id: `${id}:${index}`, clientId, connectionId, timestamp };
    return channel.members.apply({ ...leave, action: PresenceAction.leave }) ?? [];
  });
  publishPresence(channel, { id, timestamp }, told);
}

function publishPresence(
  channel: Channel,
  { timestamp, ...said }: PublishOrigin & { readonly timestamp: number },
  presence: readonly Member[],
): void {
  if (presence.length === 0) return;
  channel.broadcast(
    new Publication({ action: Action.presence, ...said, ...channel.stamp(timestamp), presence }),
  );
}
