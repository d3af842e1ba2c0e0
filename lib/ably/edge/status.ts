import { map } from 'rxjs';
import { isObject } from '../../options/validators.js';
import { type ChannelFace, channelIn } from '../channel/port.js';
import { pathOf } from '../messages/history.js';
import { unexpectedResponse } from '../rest/errors.js';
import { ask, promised } from './perform.js';

/** CHM2: how many there are on a channel. */
export interface ChannelMetrics {
  /** CHM2a */
  readonly connections: number;
  /** CHM2b: connections that may enter members. */
  readonly presenceConnections: number;
  /** CHM2c */
  readonly presenceMembers: number;
  /** CHM2d: connections that receive presence. */
  readonly presenceSubscribers: number;
  /** CHM2e: connections that may publish. */
  readonly publishers: number;
  /** CHM2f: connections that receive messages. */
  readonly subscribers: number;
  /** CHM2g */
  readonly objectPublishers: number;
  /** CHM2h */
  readonly objectSubscribers: number;
}

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
  return promised(client, () =>
    ask(client, { method: 'GET', path: pathOf(inside, '') }).pipe(
      map(({ content }) => {
        if (isObject(content) && isObject(content['status'])) return content as unknown as ChannelDetails; // the server's word
        throw unexpectedResponse('status of a channel');
      }),
    ),
  );
}
