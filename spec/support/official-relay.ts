import { Core } from '@walletconnect/core';

type OfficialCore = InstanceType<typeof Core>;

/** A message, as the official client tells of it. */
export interface OfficialMessage {
  readonly topic: string;
  readonly message: string;
  readonly publishedAt: number;
}

/** The official client's relay part, on a relay of ours. */
export interface OfficialRelayClient {
  readonly core: OfficialCore;
  /** Its did:key. */
  readonly clientId: () => Promise<string>;
  readonly subscribe: (topic: string) => Promise<string>;
  readonly unsubscribe: (topic: string) => Promise<void>;
  readonly publish: (topic: string, message: string) => Promise<void>;
  /** All that it was told so far. */
  readonly heard: readonly OfficialMessage[];
  /** Kept when the message has been told. */
  readonly told: (message: string) => Promise<OfficialMessage>;
  /** Without it, its heartbeat keeps the process alive. */
  readonly end: () => Promise<void>;
}

let made = 0;

/** Lives in memory, under a name of its own: two of one name are one. */
export async function officialRelayClient(relayUrl: string, projectId: string): Promise<OfficialRelayClient> {
  made += 1;
  const core = await Core.init({
    relayUrl,
    projectId,
    customStoragePrefix: `interop-${made}`,
    telemetryEnabled: false,
    logger: 'silent',
  });
  const { relayer } = core;
  const heard: OfficialMessage[] = [];
  relayer.on('relayer_message', (message: OfficialMessage) => heard.push(message));
  return {
    core,
    clientId: () => core.crypto.getClientId(),
    subscribe: (topic) => relayer.subscribe(topic, { relay: { protocol: 'irn' } }),
    unsubscribe: (topic) => relayer.unsubscribe(topic),
    publish: (topic, message) =>
      relayer.publish(topic, message, { ttl: 300, tag: 1108, internal: { throwOnFailedPublish: true } }),
    heard,
    told: (message) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = heard.find((candidate) => candidate.message === message);
          if (!found) return;
          relayer.off('relayer_message', look);
          resolve(found);
        };
        relayer.on('relayer_message', look);
        look();
      }),
    end: async () => {
      await relayer.transportClose();
      core.heartbeat.stop();
    },
  };
}
