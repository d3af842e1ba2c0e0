import type { WireMessage } from '../../../ably/wire/frames.js';
import type { HttpResponse } from '../../host/server-core.js';
import { allows, demand } from '../auth/capability.js';
import type { Member } from '../presence/members.js';
import { type ChannelRequest, respondPage, refuseMethod } from './channel-request.js';
import { wantedPublications } from './history-page.js';
import { pageOf } from './page.js';

/** RSP3: tells who is present, in the order of their names, to those who may subscribe or enter. */
export function channelPresence({ request, caller, ofApp, name }: ChannelRequest): HttpResponse {
  if (request.method !== 'GET') refuseMethod('GET');
  if (!allows(caller.capability, name, 'presence')) demand(caller.capability, name, 'subscribe');
  const { query } = request;
  const [clientId, connectionId] = [query.get('clientId'), query.get('connectionId')];
  const members = (ofApp.find(name)?.members.all() ?? []).filter(
    (member) =>
      (clientId === null || member.clientId === clientId) &&
      (connectionId === null || member.connectionId === connectionId),
  );
  const items = [...members].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  return respondPage(request, pageOf({ query, name: 'presence', direction: 'forwards', items, keyOf }));
}

const keyOf = ({ clientId, connectionId }: Member): string => `${clientId}:${connectionId}`;

/** What was said, and a text that sorts as it came. */
interface Entry {
  readonly key: string;
  readonly item: WireMessage;
}

/** RSP4: tells who came and went, newest first unless asked otherwise. */
export function presenceHistory({ request, caller, ofApp, name }: ChannelRequest): HttpResponse {
  if (request.method !== 'GET') refuseMethod('GET');
  demand(caller.capability, name, 'history');
  const { query } = request;
  const said = wantedPublications(ofApp.find(name)?.presenceHistory() ?? [], query);
  const { items, link } = pageOf({
    query,
    name: 'history',
    direction: 'backwards',
    items: said.flatMap(({ channelSerial, frame: { presence = [] } }): Entry[] =>
      presence.map((item, index) => ({ key: `${channelSerial}:${String(index).padStart(6, '0')}`, item })),
    ),
    keyOf: ({ key }) => key,
  });
  return respondPage(request, { items: items.map(({ item }) => item), link });
}
