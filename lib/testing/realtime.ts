import type { Observable } from 'rxjs';
import { AblyClient } from '../ably/client/client.js';
import type { ClientOptions } from '../ably/client/options.js';
import type { ProtocolMessage } from '../ably/wire/frames.js';
import type { ChannelFaults } from '../emulator/ably/attachments/channel-faults.js';
import type { EmulatedConnection } from '../emulator/ably/connections/emulated-connection.js';
import type { PublishedMessage } from '../emulator/ably/messages/server-publish.js';
import type { Member } from '../emulator/ably/presence/members.js';
import type { PresentMember } from '../emulator/ably/presence/present-member.js';
import { createEmulator, type Emulator } from '../emulator/ably/server.js';
import type { EmulatorOptions } from '../emulator/ably/settings.js';
import { idleScheduler } from '../emulator/host/idle-scheduler.js';
import { inMemory } from '../emulator/memory.js';
import { platformOf } from '../socket/types.js';
import { type Live, liveConnections } from './live.js';
import { sentFrames } from './sent.js';
import { wordsOfFrame } from './words.js';

/**
 * The options of the emulator, and the time for data to arrive.
 *
 * @example
 * realtimeTesting({ latency: 50, maxIdleInterval: 5000 });
 */
export interface RealtimeTestingOptions extends EmulatorOptions {
  /** Time in ms for data to arrive. Default: 0, which is still asynchronous. */
  readonly latency?: number;
}

type Reason = Parameters<ChannelFaults['fail']>[1];

/**
 * A channel, from the server's side.
 *
 * @example
 * rt.channel('chat').emitAll([{ name: 'greeting', data: 'hello' }, { name: 'greeting', data: 'again' }]);
 * rt.channel('chat').fail({ code: 40160, statusCode: 401, message: 'Channel denied access' });
 */
export interface TestedChannel {
  /** Publishes as the server; `more` is its clientId, extras and so on. */
  emit(name: string, data?: unknown, more?: Omit<PublishedMessage, 'name' | 'data'>): void;
  /** Publishes several messages in one frame. */
  emitAll(messages: readonly PublishedMessage[]): void;
  /** RTL13: detaches the channel of all connections. */
  detach(error?: Reason): void;
  /** RTL14: fails the channel of all connections. */
  fail(error?: Reason): void;
}

/**
 * The presence of a channel, from the server's side.
 *
 * @example
 * const room = rt.presence('chat');
 * room.enter('ann', { mood: 'fine' });
 * room.members.map(({ clientId }) => clientId); // ['ann']
 */
export interface TestedPresence {
  readonly members: readonly Member[];
  enter(clientId: string, data?: unknown, more?: Omit<PresentMember, 'clientId' | 'data'>): void;
  update(clientId: string, data?: unknown, more?: Omit<PresentMember, 'clientId' | 'data'>): void;
  leave(clientId: string, data?: unknown, more?: Omit<PresentMember, 'clientId' | 'data'>): void;
}

/**
 * An Ably in memory, its clients, and the faults that it can have.
 *
 * @example
 * let rt: RealtimeTesting;
 * beforeEach(() => void (rt = realtimeTesting()));
 * afterEach(() => rt.close());
 */
export interface RealtimeTesting {
  /** For a client of your own: spread them into `new RealtimeClient()` or `createClient()`, and dispose of it yourself. */
  readonly options: Pick<ClientOptions, 'key' | 'webSocketCtor' | 'fetch' | 'scheduler' | 'log'>;
  /** The emulator itself, for what this object has no word for. */
  readonly emulator: Emulator;
  /** Frames that clients sent, as words, oldest first: `ATTACH chat`, `MESSAGE chat greeting`. The latest 1,000. */
  readonly sent: readonly string[];
  /** Frames as words, each before it is answered. Hot; completes on `close()`. */
  readonly frames$: Observable<string>;
  /** Makes a client that writes nothing to the console; `close()` disposes of it. */
  client(options?: ClientOptions): AblyClient;
  channel(name: string): TestedChannel;
  presence(name: string): TestedPresence;
  /** Drops all sockets; the clients come back and resume. Throws where no client is connected. */
  drop(): void;
  /** Makes all sockets half-open; `false` ends that. Waits for the next connection where there is none. */
  silence(on?: boolean): void;
  /** Delays all frames to clients by so many ms. Waits for the next connection where there is none. */
  delay(ms: number): void;
  /** Refuses the next `count` publishes of each connection, or of the next one. */
  nack(error?: Reason, count?: number): void;
  /** Delivers publishes without ACK; `false` sends them. Waits for the next connection where there is none. */
  holdAcks(on?: boolean): void;
  /** RTL13b: refuses the next `count` attaches of each connection, or of the next one. */
  refuseAttach(error?: Reason, count?: number): void;
  /** RTL4f: leaves the next `count` attaches of each connection, or of the next one, unanswered. */
  ignoreAttach(count?: number): void;
  /** Forgets the state of all connections, so that a resume fails. Throws where no client is connected. */
  forget(): void;
  /** Refuses new connections, by dropping them or with an error; `false` admits them again. */
  refuse(how?: Parameters<Emulator['refuse']>[0]): void;
  /** Disposes of all clients and of the server: no timer is left. */
  close(): Promise<void>;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes an Ably in memory with its clients, for tests: no network, no key, nothing on the console. With a `scheduler` the
 * server and the clients of `client()` run in its time.
 *
 * @example
 * await using rt = realtimeTesting();
 * const chat = rt.client().channel('chat');
 * chat.messages$.subscribe(({ data }) => show(data));
 * await firstValueFrom(chat.whenState('attached'));
 * rt.channel('chat').emit('greeting', 'hello');
 */
export function realtimeTesting({ latency = 0, ...served }: RealtimeTestingOptions = {}): RealtimeTesting {
  const emulator = createEmulator({ ...served, scheduler: served.scheduler ?? idleScheduler });
  const sent = sentFrames(wordsOfFrame);
  const live = liveConnections<
    ProtocolMessage,
    EmulatedConnection,
    Parameters<Emulator['connect']>,
    ReturnType<Emulator['connect']>
  >(emulator, sent.add);
  const watched = Object.assign(Object.create(emulator) as Emulator, { connect: live.connect });
  const { scheduler } = served;
  const memory = inMemory({ emulator: watched, latency, ...(scheduler && { scheduler }) });
  const options = { ...memoryOptions(memory), ...(scheduler && { scheduler }) };
  const clients: AblyClient[] = [];
  const close = async (): Promise<void> => {
    const ended = clients.splice(0).map((client) => client.dispose());
    memory.close();
    emulator.dispose();
    sent.end();
    await Promise.all(ended);
  };
  return {
    options,
    emulator,
    get sent() {
      return sent.words();
    },
    frames$: sent.words$,
    client: (own = {}) => {
      const { webSocketCtor } = memory;
      const client = new AblyClient({ fallbackHosts: [], ...options, ...own }, platformOf(webSocketCtor, ''));
      clients.push(client);
      return client;
    },
    channel: (name) => channelOf(name, emulator, live),
    presence: (name) => presenceOf(name, emulator),
    ...faultsOf(emulator, live),
    close,
    [Symbol.dispose]: () => void close(),
    [Symbol.asyncDispose]: close,
  };
}

const memoryOptions = ({ key, webSocketCtor, fetch }: ReturnType<typeof inMemory>) => ({
  ...{ key, webSocketCtor, fetch },
  log: () => undefined,
});

const channelOf = (name: string, emulator: Emulator, live: Live<EmulatedConnection>): TestedChannel => ({
  emit: (event, data, more = {}) => emulator.publish(name, { ...more, name: event, data }),
  emitAll: (messages) => emulator.publish(name, messages),
  detach: (error) => live.now('detach a channel of', (connection) => connection.detach(name, error)),
  fail: (error) => live.now('fail a channel of', (connection) => connection.fail(name, error)),
});

function presenceOf(name: string, emulator: Emulator): TestedPresence {
  const presence = emulator.presence(name);
  return {
    get members() {
      return presence.members;
    },
    enter: (clientId, data, more) => presence.enter({ ...more, clientId, data }),
    update: (clientId, data, more) => presence.update({ ...more, clientId, data }),
    leave: (clientId, data, more) => presence.leave({ ...more, clientId, data }),
  };
}

type Fault =
  'drop' | 'silence' | 'delay' | 'nack' | 'holdAcks' | 'refuseAttach' | 'ignoreAttach' | 'forget' | 'refuse';

const faultsOf = (
  emulator: Emulator,
  { now, nowOrNext }: Live<EmulatedConnection>,
): Pick<RealtimeTesting, Fault> => ({
  drop: () => now('drop', (connection) => connection.drop()),
  silence: (on) => nowOrNext((connection) => connection.silence(on)),
  delay: (ms) => nowOrNext((connection) => connection.delay(ms)),
  nack: (error, count) => nowOrNext((connection) => connection.nack(error, count)),
  holdAcks: (on = true) => nowOrNext((connection) => connection.holdAcks(on)),
  refuseAttach: (error, count) => nowOrNext((connection) => connection.refuseAttach(error, count)),
  ignoreAttach: (count) => nowOrNext((connection) => connection.ignoreAttach(count)),
  forget: () => now('forget', (connection) => connection.forget()),
  refuse: (how) => emulator.refuse(how),
});
