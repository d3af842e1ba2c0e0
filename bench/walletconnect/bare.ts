import { EventEmitter } from 'node:events';
import type { ICore } from '@walletconnect/types';
import type { GiveRelayer } from './contestant.js';

type Fields = Readonly<Record<string, string>>;

/** All of the process, by topic: their listeners, and what was published before anybody listened. */
const topics = new Map<string, { readonly listeners: Set<Loop>; readonly waiting: string[] }>();

function topicOf(topic: string) {
  const known = topics.get(topic) ?? { listeners: new Set<Loop>(), waiting: [] };
  topics.set(topic, known);
  return known;
}

/** Hands each message to the other core of the process, one turn of the event loop later: the SDK, and no relay. */
class Loop extends EventEmitter {
  readonly connected = true;
  readonly connecting = false;
  readonly transportExplicitlyClosed = false;
  readonly messages = {
    ack: () => Promise.resolve(),
    getWithoutAck: (asked: readonly string[]) => Object.fromEntries(asked.map((topic) => [topic, []])),
  };
  readonly subscriber = { topics: [] as string[], isSubscribed: () => Promise.resolve(true) };

  readonly init = (): Promise<void> => Promise.resolve();
  readonly confirmOnlineStateOrThrow = (): Promise<void> => Promise.resolve();
  readonly transportClose = (): Promise<void> => Promise.resolve();

  subscribe(topic: string): Promise<string> {
    const { listeners, waiting } = topicOf(topic);
    listeners.add(this);
    for (const message of waiting.splice(0)) this.#hear(topic, message);
    return Promise.resolve(topic);
  }

  unsubscribe(topic: string): Promise<void> {
    topicOf(topic).listeners.delete(this);
    return Promise.resolve();
  }

  publish(topic: string, message: string): Promise<void> {
    const { listeners, waiting } = topicOf(topic);
    const others = [...listeners].filter((loop) => loop !== this);
    if (others.length === 0) waiting.push(message);
    for (const other of others) other.#hear(topic, message);
    return new Promise((resolve) => setImmediate(resolve));
  }

  async publishCustom({ payload }: { readonly payload: Fields }): Promise<void> {
    const { pairingTopic = '', sessionTopic, sessionProposal } = payload;
    await this.subscribe(sessionTopic ?? pairingTopic);
    if (sessionProposal !== undefined) return this.publish(pairingTopic, sessionProposal);
    await this.publish(pairingTopic, payload['sessionProposalResponse'] ?? '');
    await this.publish(sessionTopic ?? '', payload['sessionSettlementRequest'] ?? '');
  }

  #hear(topic: string, message: string): void {
    const event = { topic, message, publishedAt: Date.now(), transportType: 'relay' };
    setImmediate(() => this.emit('relayer_message', event));
  }
}

export const give: GiveRelayer = (core) => {
  core.relayer = new Loop() as unknown as ICore['relayer'];
  return Promise.resolve();
};
