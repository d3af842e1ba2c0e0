import { filter, firstValueFrom } from 'rxjs';
import { RelayClient, type RelayMessage, type RelayOptions } from '../../lib/relay/index.js';
import type { OfficialRelayClient } from './official-relay.js';

/** What our relay client and the official one are both seen through. */
export type RelayPeerClient = Omit<OfficialRelayClient, 'core'>;

/** Ours, through the same door as the official one. */
export function ourRelayClient(options: RelayOptions): RelayPeerClient {
  const client = new RelayClient({ log: () => undefined, ...options });
  const heard: RelayMessage[] = [];
  client.messages$.subscribe((message) => heard.push(message));
  return {
    clientId: () => client.clientId(),
    subscribe: (topic) => client.subscribe(topic),
    unsubscribe: (topic) => client.unsubscribe(topic),
    publish: async (topic, message) => void (await client.publish(topic, message, { ttl: 300, tag: 1108 })),
    heard,
    told: async (message) => {
      const isIt = (candidate: RelayMessage): boolean => candidate.message === message;
      return heard.find(isIt) ?? firstValueFrom(client.messages$.pipe(filter(isIt)));
    },
    end: () => client.dispose(),
  };
}
