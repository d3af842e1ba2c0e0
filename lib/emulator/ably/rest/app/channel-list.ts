import type { HttpResponse } from '../../../host/server-core.js';
import { demand } from '../../auth/capability.js';
import { refusal } from '../../wire/errors.js';
import { type AppRequest, refuseMethod } from '../channel-request.js';
import { pageOf } from '../page.js';
import { respond, versionOf } from '../response.js';
import { detailsOf } from './channel-details.js';

/**
 * Returns the active channels, sorted by name: names with `by=id`, details with `by=value`, which is what versions of the
 * API before 3 return by default. Needs channel-metadata on all channels, as the service's docs say.
 */
export function channelList({ request, caller, ofApp }: AppRequest): HttpResponse {
  if (request.method !== 'GET') refuseMethod('GET');
  demand(caller.capability, '*', 'channel-metadata');
  const { query } = request;
  const by = query.get('by') ?? (versionOf(request) < 3 ? 'value' : 'id');
  if (by !== 'id' && by !== 'value')
    throw refusal(40003, 400, 'The parameter `by` is id, for names, or value, for their occupancy as well.');
  const prefix = query.get('prefix') ?? '';
  const channels = ofApp.active().filter(({ name }) => name.startsWith(prefix));
  const { items, link } = pageOf({
    query,
    name: 'channels',
    direction: 'forwards',
    items: channels.sort((one, other) => (one.name < other.name ? -1 : 1)),
    keyOf: ({ name }) => name,
  });
  const content = items.map((channel) => (by === 'id' ? channel.name : detailsOf(channel)));
  return respond(request, { content, headers: { link } });
}
