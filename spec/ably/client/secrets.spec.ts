import { expect } from 'chai';
import { filter, firstValueFrom, map, merge, timer } from 'rxjs';
import { listen, type ListeningEmulator } from '../../../lib/emulator/index.js';
import { type ClientOptions, ErrorInfo, RealtimeClient } from '../../../lib/index.js';
import { exposedOf } from '../../support/exposed.js';
import { secret } from '../../support/secrets.js';

const hidden = ['hush-a-by-baby', 'a-parameter-of-mine', 'a-header-of-mine'];
const key = secret(`app.key:${hidden[0]}`);

/** What happens to a client: everything that it says, in whatever way, must be fit for anybody's eyes. */
type Fate = readonly [
  title: string,
  options: (server: ListeningEmulator) => Partial<ClientOptions>,
  happens?: (client: RealtimeClient, server: ListeningEmulator) => Promise<unknown> | undefined,
];

const fates: readonly Fate[] = [
  ['a key', () => ({ key })],
  ['a key that is wrong', () => ({ key: secret('app.key:not-the-right-one') })],
  ['a key of another app', () => ({ key: secret('other.key:not-the-right-one') })],
  ['a key that signs', () => ({ key, useTokenAuth: true })],
  ['a key that signs wrongly', () => ({ key: secret('app.key:not-the-right-one'), useTokenAuth: true })],
  ['a token', ({ emulator }) => ({ token: emulator.issueToken().token })],
  ['an unknown token', () => ({ token: secret('app.not-known-to-anybody') })],
  ['a JWT', ({ emulator }) => ({ token: emulator.issueJwt() })],
  ['an expired JWT', ({ emulator }) => ({ token: emulator.issueJwt({ ttl: -1 }) })],
  ['a JWT cut short', ({ emulator }) => ({ token: emulator.issueJwt().slice(0, -9) })],
  [
    'a token of somebody else',
    ({ emulator }) => ({ token: emulator.issueToken({ clientId: 'you' }).token, clientId: 'me' }),
  ],
  [
    'details of somebody else',
    ({ emulator }) => ({ tokenDetails: emulator.issueToken({ clientId: 'you' }), clientId: 'me' }),
  ],
  ['a callback', ({ emulator }) => ({ authCallback: () => emulator.issueToken() })],
  [
    'a callback that gives too much',
    ({ emulator }) => ({ authCallback: () => emulator.issueToken().token + 'x'.repeat(2 ** 17) }),
  ],
  [
    'a callback that gives a token in the wrong place',
    ({ emulator }) => ({ authCallback: () => ({ jeton: emulator.issueToken().token }) as never }),
  ],
  [
    'a callback that gives a broken request',
    () => ({
      authCallback: () => ({
        keyName: 'app.key',
        mac: secret('bWFjIG9mIG5vdGhpbmc='),
        nonce: 'n',
        timestamp: 1,
      }),
    }),
  ],
  [
    'an authUrl',
    ({ url }) => ({
      authUrl: `${url}/auth?token=${hidden[1]}`,
      authParams: { other: hidden[1] ?? '' },
      authHeaders: { 'x-h': hidden[2] ?? '' },
    }),
  ],
  ...[
    'status=500',
    'status=403',
    'as=token&type=application/json',
    'type=application/octet-stream',
    'body=&type=text/plain',
    'size=999999',
  ].map((how): Fate => [
    `an authUrl that answers ${how}`,
    ({ url }) => ({
      authUrl: `${url}/auth?token=${hidden[1]}&${how}`,
      authParams: { other: hidden[1] ?? '' },
      authHeaders: { 'x-h': hidden[2] ?? '' },
    }),
  ]),
  ['an authUrl that is nowhere', () => ({ authUrl: `http://127.0.0.1:1/${hidden[1]}?q=${hidden[1]}` })],
  ['an authUrl that cannot be one', () => ({ authUrl: `nowhere/${hidden[1]}?q=${hidden[1]}` })],
  [
    'a token that expires',
    ({ emulator }) => ({ token: emulator.issueToken().token }),
    (_, { emulator }) => Promise.resolve(emulator.connections[0]?.expireToken()),
  ],
  [
    'a token that is renewed',
    ({ emulator }) => ({ authCallback: () => emulator.issueToken() }),
    (client) => client.auth.authorize(),
  ],
  [
    'a new token that is refused',
    ({ emulator }) => ({ authCallback: () => emulator.issueToken({ clientId: 'a' }) }),
    (client, { emulator }) =>
      client.auth.authorize({}, { token: emulator.issueToken({ clientId: 'b' }).token }),
  ],
  [
    'a publish that is refused',
    ({ emulator }) => ({ token: emulator.issueToken({ capability: { none: ['*'] } }).token }),
    (client) => client.channel('c').publish('n', 'x'),
  ],
  ['a publish that is accepted', () => ({ key }), (client) => client.channel('c').publish('n', 'x')],
  [
    'options of authorize that are wrong',
    () => ({ key }),
    (client) => client.auth.authorize({ ttl: hidden[1] as never }, { key: hidden[0] ?? '' }),
  ],
  [
    'a token, and sockets that say all they know',
    ({ emulator }) => ({
      token: emulator.issueToken().token,
      webSocketCtor: class {
        constructor(url: string) {
          throw new Error(`cannot dial ${url.slice(url.indexOf('?') + 1)} or ${encodeURIComponent(url)}`);
        }
      } as never,
    }),
  ],
  [
    'a frame that is no JSON',
    () => ({ key }),
    (_, { emulator }) =>
      Promise.resolve(emulator.connections[0]?.sendRaw(`{"action":4,"connectionKey":${hidden[1]}}`)),
  ],
];

describe('secrets', () => {
  let server: ListeningEmulator;
  beforeEach(async () => {
    server = await listen({ keys: [key] });
  });
  afterEach(() => server.close());

  for (const [title, options, happens] of fates)
    it(`are in no error, log line or print of a client with ${title}`, async () => {
      const said: unknown[] = [];
      const { host: endpoint, port } = server;
      const client = new RealtimeClient({
        ...{ endpoint, port, tls: false, log: (...entry) => said.push(entry) },
        ...options(server),
      });
      client.errors$.subscribe((error) => said.push(error));
      client.connection.changes$.subscribe((change) => said.push(change));
      client.channel('c').changes$.subscribe((change) => said.push(change));
      client.connect();
      const settled = client.connectionState$.pipe(
        filter((state) => ['connected', 'disconnected', 'failed'].includes(state)),
      );
      await firstValueFrom(settled);
      await happens?.(client, server)?.catch((error: unknown) => said.push(error));
      await firstValueFrom(merge(timer(20), client.errors$.pipe(map(() => 0))));
      const known = [
        client.auth.tokenDetails?.token,
        client.connection.key,
        client.connection.createRecoveryKey(),
      ];
      said.push(client, client.auth, client.connection, client.channel('c'), client.connection.errorReason);
      await client.dispose();
      const exposed = said
        .flatMap((thing) => (Array.isArray(thing) ? thing : [thing]))
        .map(exposedOf)
        .join('\n');
      expect(said.length).to.be.greaterThan(6); // it has said something
      for (const word of [
        ...hidden,
        ...known,
        'not-the-right-one',
        'not-known-to-anybody',
        'bWFjIG9m',
        '.emulated-',
        'eyJ',
      ])
        if (word) expect(exposed.includes(word), 'something secret is there').to.equal(false);
    });

  it('RSA1: a key is not shown without TLS but to this machine, also where it could only be shown later', () => {
    for (const options of [{ key }, { key, useTokenAuth: false, token: 'app.token' }])
      expect(() => new RealtimeClient({ ...options, endpoint: 'example.com', tls: false }))
        .to.throw(ErrorInfo)
        .with.property('code', 40103);
    const signing = new RealtimeClient({ key, useTokenAuth: true, endpoint: 'example.com', tls: false });
    return signing.dispose();
  });
});
