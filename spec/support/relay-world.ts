import type { SchedulerLike } from 'rxjs';
import {
  createRelay,
  inMemoryRelay,
  type RelayEmulator,
  type RelayOptions as Served,
} from '../../lib/emulator/index.js';
import { RelayClient, type RelayError, type RelayMessage, type RelayOptions } from '../../lib/relay/index.js';
import { type Virtual, virtually } from './virtual-time.js';

/** Topics that any relay takes. */
export const topicOf = (number: number): string => number.toString(16).padStart(64, '0');

/** A frame of a client, and when it came to the relay. */
export interface Heard {
  readonly at: number;
  readonly text: string;
}

export interface RelayWorld {
  readonly relay: RelayEmulator;
  /** The requests of a method that came so far, also those that the relay does nothing about. */
  readonly heard: (method: string) => readonly Heard[];
  /** What acknowledged pushes so far. */
  readonly acknowledged: () => readonly string[];
  /** One more client of the relay, without a word to the console; chance is always a half. */
  readonly clientOf: (options?: RelayOptions) => RelayClient;
  /** Does it at that virtual millisecond. */
  readonly at: (ms: number, deed: () => unknown) => void;
  /** Does it when all has happened, and the clients are still there. */
  readonly lastly: (deed: () => void) => void;
  /** Ends all clients, so that virtual time can end. */
  readonly end: () => void;
}

/** A relay in memory, and clients of it, in virtual time. */
export function relayWorld(
  { scheduler }: { readonly scheduler: SchedulerLike },
  served: Served = {},
  latency = 1,
  lasts = 60_000,
): RelayWorld {
  const relay = createRelay({ scheduler, random: () => 0.5, ...served });
  const heard: Heard[] = [];
  const connect: RelayEmulator['connect'] = (request, transport) => {
    const session = relay.connect(request, transport);
    const receive: typeof session.receive = (data, isBinary) => {
      heard.push({ at: scheduler.now(), text: String(data) });
      session.receive(data, isBinary);
    };
    return { ...session, receive };
  };
  const overheard = Object.assign(Object.create(relay) as RelayEmulator, { connect });
  const { webSocketCtor } = inMemoryRelay({ relay: overheard, scheduler, latency });
  const clients: RelayClient[] = [];
  return {
    relay,
    heard: (method) => heard.filter(({ text }) => text.includes(`"method":"${method}"`)),
    acknowledged: () => heard.filter(({ text }) => text.endsWith('"result":true}')).map(({ text }) => text),
    clientOf: (options = {}) => {
      const client = new RelayClient({
        ...{ scheduler, webSocketCtor, relayUrl: 'ws://127.0.0.1', random: () => 0.5, log: () => undefined },
        ...options,
      });
      clients.push(client);
      return client;
    },
    at: (ms, deed) => void scheduler.schedule(() => void deed(), ms - scheduler.now()),
    lastly: (deed) => void scheduler.schedule(deed, lasts - 1),
    end: () => {
      for (const client of clients) void client.dispose();
      relay.dispose();
    },
  };
}

/** The body of a spec in a relay's world, and what is to hold when virtual time has passed, and promises have settled. */
export const played =
  (
    play: (world: RelayWorld, virtual: Virtual) => () => void,
    { lasts = 60_000, served = {} as Served } = {},
  ) =>
  async (): Promise<void> => {
    let check: (() => void) | undefined;
    virtually((virtual) => {
      const world = relayWorld(virtual, served, 1, lasts);
      check = play(world, virtual);
      world.at(lasts, world.end);
    })();
    await Promise.resolve();
    await new Promise((resolve) => process.nextTick(resolve));
    check?.();
  };

/** Names the topics that the relay has for one of its clients. */
export const subscriptionsAt = ({ relay }: RelayWorld, index = 0): string[] => [
  ...(relay.clients[index]?.subscriptions.keys() ?? []),
];

/** What a client's topic says, as text. */
export function heardOn(client: RelayClient, topic: string): string[] {
  const heard: string[] = [];
  client.channel(topic).messages$.subscribe({
    next: ({ message }: RelayMessage) => heard.push(message),
    error: (error: unknown) => heard.push(`error: ${(error as RelayError).message}`),
  });
  return heard;
}

/** What came of a promise, once it has settled. */
export function fateOf<T>(promise: Promise<T>): { value?: T; error?: unknown } {
  const fate: { value?: T; error?: unknown } = {};
  promise.then(
    (value) => (fate.value = value),
    (error: unknown) => (fate.error = error),
  );
  return fate;
}
