import { map } from 'rxjs';
import { isObject } from '../../options/validators.js';
import { type ChannelFace, channelIn } from '../channel/port.js';
import { pathOf } from '../messages/history.js';
import { unexpectedResponse } from '../rest/errors.js';
import type { ChannelMetrics } from '../wire/channel-metrics.js';
import { ask, promised } from './perform.js';

/** CHD2: a channel as it is now. */
export interface ChannelDetails {
  /** CHD2a: its name. */
  readonly channelId: string;
  /** CHD2b, CHS2 */
  readonly status: {
    /** CHS2a: true, since asking for its status makes it active. */
    readonly isActive: boolean;
    /** CHS2b, CHO2a */
    readonly occupancy: { readonly metrics: ChannelMetrics };
  };
}

/**
 * RSL8: resolves with the status of a channel, and how many are on it; takes the capability `channel-metadata`. Rejects with
 * the ErrorInfo of the request.
 */
export function statusOf<Events extends object, Outgoing extends object>(
  channel: ChannelFace<Events, Outgoing>,
): Promise<ChannelDetails> {
  const inside = channelIn(channel);
  const { client } = inside.host;
  return promised(() =>
    ask(client, { method: 'GET', path: pathOf(inside, '') }).pipe(
      map(({ content }) => {
        if (isObject(content) && isObject(content['status'])) return content as unknown as ChannelDetails; // the server's word
        throw unexpectedResponse('status of a channel');
      }),
    ),
  );
}
