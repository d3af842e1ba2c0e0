import { expect } from 'chai';
import { AblyClient } from '../../lib/ably/client/client.js';
import type { ClientOptions } from '../../lib/ably/client/options.js';
import { Action } from '../../lib/ably/wire/actions.js';
import type { ConnectionDetails, ProtocolMessage } from '../../lib/ably/wire/frames.js';
import type { Codec, Data } from '../../lib/codec/codec.js';
import { json } from '../../lib/codec/json.js';
import { msgpack } from '../../lib/codec/msgpack.js';
import { platform } from '../../lib/socket/platform.js';
import { fakeNetwork } from './fake-socket.js';
import { type Heard, heardOf } from './heard.js';
import { emulatorKey } from './secrets.js';
import { virtually } from './virtual-time.js';

/** Every wire test runs once for each. */
export const codecs: readonly Codec[] = [json, msgpack()];

const details: ConnectionDetails = {
  connectionKey: 'key-1',
  connectionStateTtl: 120_000,
  maxIdleInterval: 15_000,
  maxMessageSize: 1000,
};

/** A network, and a server that says what it is told to. */
export function fakeServer(codec: Codec) {
  const net = fakeNetwork();
  const say = (frame: ProtocolMessage): void => {
    net.last().receive(codec.encode(frame));
  };
  const server = {
    say,
    open: () => {
      net.last().open();
    },
    /** Greets; by default as the connection `id-1`. */
    greet: (connectionId = 'id-1', frame: Partial<ProtocolMessage> = {}) => {
      say({ action: Action.connected, connectionId, connectionDetails: details, ...frame });
    },
    welcome: (connectionId = 'id-1', frame: Partial<ProtocolMessage> = {}) => {
      net.last().open();
      server.greet(connectionId, frame);
    },
    attached: (channel: string, frame: Partial<ProtocolMessage> = {}) => {
      say({ action: Action.attached, channel, channelSerial: 's-0', flags: 0, ...frame });
    },
    drop: () => {
      net.last().fail();
    },
    /** What the newest socket was given to send, decoded, with the names of its actions; without heartbeats. */
    heard: (): Heard[] =>
      net.last().sent.map((data) => heardOf(codec.decode(data as Data) as ProtocolMessage)),
  };
  return { net, server, details };
}

/** A client, and its server. */
export function fakeAbly(codec: Codec, options: Partial<ClientOptions> = {}) {
  const { net, ...others } = fakeServer(codec);
  const client = new AblyClient(
    {
      key: emulatorKey,
      endpoint: 'localhost',
      tls: false,
      codec,
      webSocketCtor: net.ctor,
      random: () => 0.5,
      log: () => undefined,
      ...options,
    },
    platform,
  );
  return { client, net, ...others };
}

export type FakeAbly = ReturnType<typeof fakeAbly> & {
  /** Does a deed at a virtual millisecond; deeds of one millisecond in the order in which they were given. */
  readonly at: (ms: number, deed: () => void) => void;
};

/**
 * A client's life in virtual time: `script` says what happens when, and is run to the end, where the client is disposed
 * of. Asserts that nothing is left to happen after that: no timer, and no socket that has not been hung up.
 */
export const life =
  (
    codec: Codec,
    { until, ...options }: Partial<ClientOptions> & { readonly until: number },
    script: (fake: FakeAbly) => void,
  ) =>
  (): void => {
    virtually(({ scheduler, flush }) => {
      const fake = fakeAbly(codec, { scheduler, ...options });
      script({
        ...fake,
        at: (ms, deed) => {
          scheduler.schedule(deed, ms);
        },
      });
      scheduler.schedule(() => void fake.client.dispose(), until);
      flush();
      expect(scheduler.now(), 'a timer outlived the client').to.be.at.most(until);
      expect(
        fake.net.dialled.filter(({ readyState }) => readyState <= 1),
        'sockets left open',
      ).to.deep.equal([]);
    })();
  };

/** Makes lives of one codec, with options that all of them share. */
export const livesOf =
  (codec: Codec, shared: Partial<ClientOptions> = {}) =>
  (until: number, script: (fake: FakeAbly) => void, options = {}): (() => void) =>
    life(codec, { until, ...shared, ...options }, script);

/** Says in words what the newest socket heard: `ATTACH a`. */
export const asked = ({ server }: Pick<FakeAbly, 'server'>): string[] =>
  server.heard().map(({ action, channel }) => `${action} ${channel}`);
