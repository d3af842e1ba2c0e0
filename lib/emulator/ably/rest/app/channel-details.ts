import type { HttpResponse } from '../../../host/server-core.js';
import { demand } from '../../auth/capability.js';
import type { Channel } from '../../channels/channel.js';
import { type Metrics, metricsOf } from '../../occupancy/metrics.js';
import { type ChannelRequest, refuseMethod } from '../channel-request.js';
import { respond } from '../response.js';

/** CHD2, CHS2, CHO2: a channel, and how many clients are on it. */
export interface ChannelDetails {
  readonly channelId: string;
  readonly status: { readonly isActive: true; readonly occupancy: { readonly metrics: Metrics } };
}

export const detailsOf = (channel: Channel): ChannelDetails => ({
  channelId: channel.name,
  status: { isActive: true, occupancy: { metrics: metricsOf(channel) } }, // CHS2a: a channel that is asked for is active
});

/** RSL8: returns status and occupancy of a channel, which becomes active. */
export function channelDetails({ request, caller, ofApp, name }: ChannelRequest): HttpResponse {
  if (request.method !== 'GET') refuseMethod('GET');
  demand(caller.capability, name, 'channel-metadata');
  return respond(request, { content: ofApp.use(ofApp.getOrCreate(name), detailsOf) });
}
