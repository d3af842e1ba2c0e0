import type { Observable } from 'rxjs';
import { idleScheduler } from '../emulator/host/idle-scheduler.js';
import { inMemoryRelay } from '../emulator/memory-relay.js';
import type { EmulatedRelayConnection } from '../emulator/relay/connections/relay-connection.js';
import type { RelayFaults } from '../emulator/relay/connections/faults.js';
import { createRelay, type RelayEmulator } from '../emulator/relay/relay.js';
import type { RelayOptions as ServedOptions } from '../emulator/relay/settings.js';
import { RelayPeer } from '../relay/client.js';
import type { RelayOptions } from '../relay/relay-options.js';
import { platformOf } from '../socket/types.js';
import { liveConnections } from './live.js';
import { sentFrames } from './sent.js';
import { wordsOfText } from './words.js';

/**
 * The options of the relay, and the time for data to arrive.
 *
 * @example
 * relayTesting({ latency: 50, checkJwt: false });
 */
export interface RelayTestingOptions extends ServedOptions {
  /** Time in ms for data to arrive. Default: 0, which is still asynchronous. */
  readonly latency?: number;
}

/**
 * A topic, from the relay's side.
 *
 * @example
 * relay.topic(topic).push('hello', { ttl: 60, tag: 1100 });
 */
export interface TestedTopic {
  /** Publishes as the server, to subscribers and to the mailboxes of those that are away. Default: a ttl of 300 s, tag 0. */
  push(message: string, how?: Parameters<RelayEmulator['publish']>[2]): void;
}

/**
 * A relay in memory, its clients, and the faults that it can have.
 *
 * @example
 * let relay: RelayTesting;
 * beforeEach(() => void (relay = relayTesting()));
 * afterEach(() => relay.close());
 */
export interface RelayTesting {
  /** For a client of your own: spread them into `new RelayClient()`, and dispose of it yourself. */
  readonly options: Pick<RelayOptions, 'relayUrl' | 'webSocketCtor' | 'scheduler' | 'log'>;
  /** The emulator itself, for what this object has no word for. */
  readonly relay: RelayEmulator;
  /** Faults of calls, of all sockets and of later ones: `refuse`, `ignore`, `mute`, `late` and so on. */
  readonly faults: RelayFaults;
  /** Texts that clients sent, as words, oldest first: `irn_subscribe <topic>`, `ack`. The latest 1,000. */
  readonly sent: readonly string[];
  /** Texts as words, each before it is answered. Hot; completes on `close()`. */
  readonly frames$: Observable<string>;
  /** Makes a client that writes nothing to the console; `close()` disposes of it. */
  client(options?: RelayOptions): RelayPeer;
  topic(name: string): TestedTopic;
  /** Drops all sockets; the clients come back. Throws where no client is connected. */
  drop(): void;
  /** Makes all sockets half-open; `false` ends that. Waits for the next connection where there is none. */
  silence(on?: boolean): void;
  /** Delays all frames to clients by so many ms. Waits for the next connection where there is none. */
  delay(ms: number): void;
  /** Refuses new connections; `false` admits them again. */
  refuse(how?: Parameters<RelayEmulator['refuse']>[0]): void;
  /** Disposes of all clients and of the relay: no timer is left. */
  close(): Promise<void>;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a WalletConnect relay in memory with its clients, for tests. With a `scheduler` the relay and the clients of
 * `client()` run in its time.
 *
 * @example
 * await using relay = relayTesting();
 * await relay.client().subscribe(topic);
 * relay.topic(topic).push('hello');
 */
export function relayTesting({ latency = 0, ...served }: RelayTestingOptions = {}): RelayTesting {
  const relay = createRelay({ ...served, scheduler: served.scheduler ?? idleScheduler });
  const sent = sentFrames(wordsOfText);
  const live = liveConnections<
    string,
    EmulatedRelayConnection,
    Parameters<RelayEmulator['connect']>,
    ReturnType<RelayEmulator['connect']>
  >(relay, sent.add);
  const watched = Object.assign(Object.create(relay) as RelayEmulator, { connect: live.connect });
  const { scheduler } = served;
  const time = scheduler && { scheduler };
  const { webSocketCtor, close: drop } = inMemoryRelay({ relay: watched, latency, ...time });
  const options = { relayUrl: 'ws://127.0.0.1', webSocketCtor, log: () => undefined, ...time };
  const clients: RelayPeer[] = [];
  const close = async (): Promise<void> => {
    const ended = clients.splice(0).map((client) => client.dispose());
    drop();
    relay.dispose();
    sent.end();
    await Promise.all(ended);
  };
  return {
    options,
    relay,
    faults: relay.faults,
    get sent() {
      return sent.words();
    },
    frames$: sent.words$,
    client: (own = {}) => {
      const client = new RelayPeer({ ...options, ...own }, platformOf(webSocketCtor, ''));
      clients.push(client);
      return client;
    },
    topic: (name) => ({ push: (message, how) => relay.publish(name, message, how) }),
    drop: () => live.now('drop', (connection) => connection.drop()),
    silence: (on) => live.nowOrNext((connection) => connection.silence(on)),
    delay: (ms) => live.nowOrNext((connection) => connection.delay(ms)),
    refuse: (how) => relay.refuse(how),
    close,
    [Symbol.dispose]: () => void close(),
    [Symbol.asyncDispose]: close,
  };
}
