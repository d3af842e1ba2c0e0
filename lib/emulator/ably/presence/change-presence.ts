import { Action } from '../../../ably/wire/actions.js';
import type { WireMessage } from '../../../ably/wire/frames.js';
import type { Channel, Said } from '../channels/channel.js';
import { type Member, PresenceAction } from './members.js';
import { Publication } from '../channels/publication.js';

/** An enter, update or leave that has passed all checks. */
export interface PresenceChange extends WireMessage {
  readonly clientId: string;
}

/** Somebody who changes who is present, and how; `connectionId` is the members'. */
export interface Changing extends Said {
  readonly connectionId: string;
  readonly changes: readonly PresenceChange[];
}

/** RTP8 to RTP10: changes who is present, and delivers what has changed by that. */
export function changePresence(channel: Channel, { changes, id, connectionId }: Changing): void {
  const timestamp = channel.time;
  const told = changes.flatMap((change, index) => {
    const implied = { id: `${id}:${index}`, connectionId, timestamp };
    return channel.members.take({ ...implied, ...change }) ?? [];
  });
  tell(channel, { id, connectionId, timestamp }, told);
}

/** RTP2b1: the members of a connection leave by the server's word, which bears an id that is not of that connection. */
export function depart(channel: Channel, connectionId: string, id: string): void {
  const timestamp = channel.time;
  const told = channel.members.of(connectionId).flatMap(({ clientId }, index) => {
    const leave = { id: `${id}:${index}`, clientId, connectionId, timestamp };
    return channel.members.take({ ...leave, action: PresenceAction.leave }) ?? [];
  });
  tell(channel, { id, timestamp }, told);
}

function tell(
  channel: Channel,
  { timestamp, ...said }: Said & { readonly timestamp: number },
  presence: readonly Member[],
): void {
  if (presence.length === 0) return;
  channel.say(new Publication({ action: Action.presence, ...said, ...channel.stamp(timestamp), presence }));
}
