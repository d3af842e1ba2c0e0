import { ed25519 } from '@noble/curves/ed25519.js';
import type { RelayEmulator, Session } from '../../../lib/emulator/index.js';

type Fields = Readonly<Record<string, unknown>>;

/** A frame of the relay, and the very text of it. */
export interface Heard extends Fields {
  readonly text: string;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: string };
}

/** What a client without a socket has seen so far, and its way to the relay. */
export interface FakeRelayClient {
  readonly heard: Heard[];
  readonly end: { readonly code: number; readonly reason: string } | undefined;
  readonly pings: number;
  readonly session: Session;
  /** Sends text as it is. */
  say(text: string): void;
  /** Calls, and tells the last that was heard then. */
  call(method: string, params?: unknown, id?: string): Heard | undefined;
  publish(topic: string, message: string, more?: Fields): Heard | undefined;
  /** The id of the subscription. */
  subscribe(topic: string): unknown;
  /** The pushes so far. */
  pushes(): readonly {
    readonly id: unknown;
    readonly params: { readonly id: string; readonly data: Fields };
  }[];
  /** The messages of the pushes so far. */
  messages(): readonly unknown[];
  /** Acknowledges the latest push, or the one of this id token. */
  ack(token?: string): void;
}

/** 32 bytes in hex, by a number. */
export const topicOf = (n: number): string => n.toString(16).padStart(64, '0');

export interface How {
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Connects as `clientId`, to a relay that does not check. */
export function connectAs(relay: RelayEmulator, clientId: string, how: How = {}): FakeRelayClient {
  return connectTo(relay, { ...how, params: { clientId, ...how.params } });
}

export function connectTo(relay: RelayEmulator, { params = {}, headers = {} }: How = {}): FakeRelayClient {
  const heard: Heard[] = [];
  const seen = { end: undefined as FakeRelayClient['end'], pings: 0 };
  let nextId = 1_000_000_000;
  const session = relay.connect(
    { params: new URLSearchParams(params), headers },
    {
      send: (data) => heard.push({ ...(JSON.parse(data as string) as Fields), text: data as string }),
      close: (code, reason) => (seen.end = { code, reason }),
      terminate: () => (seen.end = { code: 1006, reason: '' }),
      ping: () => (seen.pings += 1),
    },
  );
  const pushes = (): ReturnType<FakeRelayClient['pushes']> =>
    heard.filter(({ method }) => method === 'irn_subscription') as never;
  const call: FakeRelayClient['call'] = (method, callParams, id = String((nextId += 1))) => {
    const before = heard.length;
    session.receive(
      `{"id":${id},"jsonrpc":"2.0","method":"${method}","params":${JSON.stringify(callParams)}}`,
    );
    return heard[before];
  };
  return {
    heard,
    session,
    get end() {
      return seen.end;
    },
    get pings() {
      return seen.pings;
    },
    say: (text) => session.receive(text),
    call,
    publish: (topic, message, more = {}) =>
      call('irn_publish', { topic, message, ttl: 300, tag: 0, ...more }),
    subscribe: (topic) => call('irn_subscribe', { topic })?.result,
    pushes,
    messages: () => pushes().map(({ params: { data } }) => data['message']),
    ack: (token = String(pushes().at(-1)?.id)) =>
      session.receive(`{"id":${token},"jsonrpc":"2.0","result":true}`),
  };
}

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Written anew here, so that it can contradict what is tested. */
function base58(bytes: Uint8Array): string {
  let [value, text] = [BigInt(`0x${Buffer.from(bytes).toString('hex')}`), ''];
  for (; value > 0n; value /= 58n) text = alphabet.charAt(Number(value % 58n)) + text;
  return text;
}

const base64url = (content: string | Uint8Array): string => Buffer.from(content).toString('base64url');

/** A client that has a key, and can prove it. */
export interface KeyOwner {
  readonly did: string;
  readonly jwt: (claims?: Fields, header?: Fields) => string;
}

export function keyOwner(seed: Uint8Array): KeyOwner {
  const did = `did:key:z${base58(Uint8Array.of(0xed, 0x01, ...ed25519.getPublicKey(seed)))}`;
  return {
    did,
    jwt: (claims = {}, header = {}) => {
      const head = base64url(JSON.stringify({ alg: 'EdDSA', typ: 'JWT', ...header }));
      const body = base64url(
        JSON.stringify({ iss: did, sub: 'ab'.repeat(32), aud: 'wss://relay', iat: 0, exp: 3600, ...claims }),
      );
      const signature = ed25519.sign(new TextEncoder().encode(`${head}.${body}`), seed);
      return `${head}.${body}.${base64url(signature)}`;
    },
  };
}
