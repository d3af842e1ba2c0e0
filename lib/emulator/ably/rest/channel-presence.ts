import type { WireMessage } from '../../../ably/wire/frames.js';
import type { HttpResponse } from '../../host/server-core.js';
import { allows, demand } from '../auth/capability.js';
import type { Member } from '../presence/members.js';
import { type ChannelRequest, respondPage, refuseMethod } from './channel-request.js';
import { wantedPublications } from './history-page.js';
import { pageOf } from './page.js';

/** RSP3: returns the members of a channel, sorted by name; needs the capability to subscribe or to enter. */
export function channelPresence(channelRequest: ChannelRequest): HttpResponse {
  const { request } = channelRequest;
  if (request.method !== 'GET') refuseMethod('GET');
  const { query } = request;
  const [clientId, connectionId] = [query.get('clientId'), query.get('connectionId')];
  const items = membersOn(channelRequest).filter(
    (member) =>
      (clientId === null || member.clientId === clientId) &&
      (connectionId === null || member.connectionId === connectionId),
  );
  return respondPage(request, pageOf({ query, name: 'presence', direction: 'forwards', items, keyOf }));
}

/** All members of a channel, sorted by name. Throws 40160. */
export function membersOn({ caller, ofApp, name }: ChannelRequest): readonly Member[] {
  if (!allows(caller.capability, name, 'presence')) demand(caller.capability, name, 'subscribe');
  const members = ofApp.find(name)?.members.all() ?? [];
  return [...members].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

const keyOf = ({ clientId, connectionId }: Member): string => `${clientId}:${connectionId}`;

/** An item, and a key that sorts in order of arrival. */
interface Entry {
  readonly key: string;
  readonly item: WireMessage;
}

/** RSP4: returns the presence history, newest first by default. */
export function presenceHistory({ request, caller, ofApp, name }: ChannelRequest): HttpResponse {
  if (request.method !== 'GET') refuseMethod('GET');
  demand(caller.capability, name, 'history');
  const { query } = request;
  const publications = wantedPublications(ofApp.find(name)?.presenceHistory() ?? [], query);
  const { items, link } = pageOf({
    query,
    name: 'history',
    direction: 'backwards',
    items: publications.flatMap(({ channelSerial, frame: { presence = [] } }): Entry[] =>
      presence.map((item, index) => ({ key: `${channelSerial}:${String(index).padStart(6, '0')}`, item })),
    ),
    keyOf: ({ key }) => key,
  });
  return respondPage(request, { items: items.map(({ item }) => item), link });
}
