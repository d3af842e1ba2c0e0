import { type ChannelFace, channelIn } from '../channel/port.js';
import { fieldsOf } from '../check-options.js';
import { type HistoryParams, historyQueryOf } from '../messages/history.js';
import { presencePages } from '../presence/over-http.js';
import type { Paged } from '../rest/pages.js';
import type { PresenceMessage } from '../wire/presence-message.js';

/** RSP3a: which members are asked for. */
export interface MembersParams {
  /** RSP3a1: members in a page, at most 1,000; 100 by default. */
  readonly limit?: number;
  /** RSP3a2 */
  readonly clientId?: string;
  /** RSP3a3 */
  readonly connectionId?: string;
}

const known: Readonly<Record<keyof MembersParams, 0>> = { limit: 0, clientId: 0, connectionId: 0 };

/** RSP3: the members of a channel as they are now, over HTTP, page by page. Cold; completes and errors as `historyOf` does. */
export function membersOf<Events extends object, Outgoing extends object>(
  channel: ChannelFace<Events, Outgoing>,
  params?: MembersParams,
): Paged<PresenceMessage> {
  const inside = channelIn(channel);
  return presencePages(inside, '', () => {
    const { limit, clientId, connectionId } = fieldsOf(
      params,
      known,
      inside.host.client.log,
      'the params of members',
    );
    return {
      ...(limit != null && { limit }),
      ...(clientId != null && { clientId }),
      ...(connectionId != null && { connectionId }),
    };
  });
}

/** RSP4: the members that entered, updated and left a channel, over HTTP, page by page. Cold; completes and errors as `historyOf` does. */
export function presenceHistoryOf<Events extends object, Outgoing extends object>(
  channel: ChannelFace<Events, Outgoing>,
  params?: HistoryParams,
): Paged<PresenceMessage> {
  const inside = channelIn(channel);
  return presencePages(inside, '/history', () => historyQueryOf(params, inside));
}
