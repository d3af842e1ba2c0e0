import type * as Library from '../../lib/relay/index.js';
import { type BuildName, load } from '../builds.js';
import type { ConnectRelay } from './contestant.js';

/** The client as built into dist, of either build. */
export const connectBy =
  (build: BuildName): ConnectRelay =>
  async (relayUrl) => {
    const { RelayClient } = await load<Pick<typeof Library, 'RelayClient'>>(build, 'relay', ['RelayClient']);
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
