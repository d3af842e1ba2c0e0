import type * as Library from '../../lib/relay/index.js';
import type { ConnectRelay } from './contestant.js';

const { RelayClient } = (await import(
  new URL('../../dist/relay.js', import.meta.url).href
)) as typeof Library;

/** The client as built into dist. */
export const connect: ConnectRelay = async (relayUrl) => {
  const client = new RelayClient({ relayUrl, log: () => {} });
  await client.connect();
  return {
    subscribe: (topic, heard) => {
      client.channel(topic).messages$.subscribe(({ message }) => heard(message));
      return client.subscribe(topic);
    },
    publish: (topic, message) => client.publish(topic, message, { ttl: 300, tag: 1108 }),
    close: () => client.dispose(),
  };
};
