import { refusal } from '../relay-error.js';
import type { RelaySettings } from '../settings.js';
import type { MailboxMessage } from './stored-message.js';

/** A socket that gets pushes. */
export interface PushTarget {
  /** Pushes a message, again until it is acknowledged. */
  readonly push: (stored: MailboxMessage, subscriptionId: string) => void;
}

/** A client by its id: its mailbox outlives its sockets. */
export interface Client {
  readonly id: string;
  /** Subscription ids by topic. */
  readonly subscriptions: Map<string, string>;
  /** Sockets of the client, oldest first. */
  readonly pushTargets: Set<PushTarget>;
}

/** All known clients, and their subscriptions. */
export interface Clients {
  /** The client of this id, created if necessary. */
  readonly getOrCreate: (id: string) => Client;
  readonly find: (id: string) => Client | undefined;
  readonly all: () => readonly Client[];
  readonly subscribersOf: (topic: string) => Iterable<Client>;
  /**
   * Subscribes; returns the id of the subscription, the existing one if there is one. Throws SubscriberLimitExceeded.
   */
  readonly subscribe: (client: Client, topic: string) => string;
  readonly unsubscribe: (client: Client, topic: string) => void;
  readonly removePushTarget: (client: Client, target: PushTarget) => void;
}

type Settings = Pick<RelaySettings, 'limits' | 'random' | 'stickySubscriptions'>;

export function clientsOf({ limits, random, stickySubscriptions }: Settings): Clients {
  const all = new Map<string, Client>();
  const subscribers = new Map<string, Set<Client>>();
  const unsubscribe = (client: Client, topic: string): void => {
    client.subscriptions.delete(topic);
    const others = subscribers.get(topic);
    others?.delete(client);
    if (others?.size === 0) subscribers.delete(topic);
  };
  const forgetSubscriptions = (client: Client): void => {
    for (const topic of [...client.subscriptions.keys()]) unsubscribe(client, topic);
  };
  const forgetOldest = (): void => {
    for (const client of all.values()) {
      if (client.pushTargets.size > 0) continue;
      forgetSubscriptions(client);
      all.delete(client.id);
      return;
    }
  };
  return {
    getOrCreate: (id) => {
      const known = all.get(id);
      if (known) return known;
      if (all.size >= limits.clients) forgetOldest();
      const client = { id, subscriptions: new Map<string, string>(), pushTargets: new Set<PushTarget>() };
      all.set(id, client);
      return client;
    },
    find: (id) => all.get(id),
    all: () => [...all.values()],
    subscribersOf: (topic) => subscribers.get(topic) ?? [],
    subscribe: (client, topic) => {
      const known = client.subscriptions.get(topic);
      if (known !== undefined) return known;
      const others = subscribers.get(topic) ?? new Set();
      if (others.size >= limits.subscribers)
        throw refusal('SubscriberLimitExceeded', `The topic has ${limits.subscribers} subscribers already.`);
      const id = hexId(random);
      client.subscriptions.set(topic, id);
      subscribers.set(topic, others.add(client));
      return id;
    },
    unsubscribe,
    removePushTarget: (client, target) => {
      client.pushTargets.delete(target);
      if (!stickySubscriptions && client.pushTargets.size === 0) forgetSubscriptions(client);
    },
  };
}

/** A random id of 32 bytes, in hex. */
const hexId = (random: () => number): string =>
  Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join('');
