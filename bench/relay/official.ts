import { Core } from '@walletconnect/core';
import type { ConnectRelay } from './contestant.js';

let made = 0;

/** The official client's relay part, as published; in memory, each under a name of its own. */
export const connect: ConnectRelay = async (relayUrl) => {
  made += 1;
  const core = await Core.init({
    relayUrl,
    projectId: '0123456789abcdef0123456789abcdef',
    customStoragePrefix: `bench-${made}`,
    telemetryEnabled: false,
    logger: 'silent',
  });
  const { relayer } = core;
  await relayer.transportOpen();
  return {
    subscribe: (topic, heard) => {
      relayer.on('relayer_message', ({ message }: { readonly message: string }) => heard(message));
      return relayer.subscribe(topic, { relay: { protocol: 'irn' } });
    },
    publish: (topic, message) =>
      relayer.publish(topic, message, { ttl: 300, tag: 1108, internal: { throwOnFailedPublish: true } }),
    close: async () => {
      await relayer.transportClose();
      core.heartbeat.stop();
    },
  };
};
