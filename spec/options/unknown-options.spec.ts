import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { Message } from '../../lib/ably/wire/message.js';
import type { RealtimeChannel } from '../../lib/ably/client/channel.js';
import { publishTo } from '../../lib/ably/messages/publish-to.js';
import { tokenAuth } from '../../lib/auth.js';
import { createClient, fallbacks, publish, recovery } from '../../lib/core.js';
import { inMemory } from '../../lib/emulator/index.js';
import { warnUnknown } from '../../lib/options/unknown-options.js';
import type { LogEvent, LogLevel } from '../../lib/base/log.js';
import { codecs, fakeAbly } from '../support/fake-ably.js';
import { codesOf, rejectionOf } from '../support/thrown.js';

/** What is logged of a client with these options, and of a channel with those. */
const logged = (options: object, channel: object = {}): readonly unknown[] => {
  const seen: unknown[] = [];
  const log = (level: LogLevel, { message }: LogEvent): void => {
    if (message.includes('option')) seen.push([level, message]);
  };
  const { client } = fakeAbly(codecs[0]!, { ...options, log });
  client.channel('a', channel);
  void client.dispose();
  return seen;
};

describe('options that there are not', () => {
  for (const [name, meant] of [
    ['autoConect', 'autoConnect'],
    ['clientID', 'clientId'],
    ['fallbackhosts', 'fallbackHosts'],
    ['queueMesages', 'queueMessages'],
    ['token_details', 'tokenDetails'],
  ] as const)
    it(`of a client: "${name}" is a warning that names it, and "${meant}"`, () => {
      expect(logged({ [name]: 1 })).to.deep.equal([
        ['warn', `There is no option "${name}": write "${meant}".`],
      ]);
    });

  it('of a client: what is like none is to be left out, and its value is not told', () => {
    expect(logged({ secretThing: 'classified' })).to.deep.equal([
      ['warn', 'There is no option "secretThing": leave it out.'],
    ]);
  });

  describe("of Ably's own client, or of createClient, lead to their counterpart:", () => {
    const guide: Readonly<Record<string, string>> = {
      environment: 'write "endpoint"',
      host: 'write "endpoint"',
      realtimeHost: 'write "endpoint"',
      restHost: 'write "endpoint"',
      useBinaryProtocol: 'leave it out for JSON, or write "codec: msgpack()", of "rx-realtime/msgpack"',
      logLevel: 'write "log", a function',
      logHandler: 'write "log", a function',
      plugins: 'write "vcdiff" for its plugin, the others are here',
      transports: 'WebSocket is the only one',
      tokenParams: 'write "defaultTokenParams"',
      closeOnUnload: 'pages close when they go, unless they "recover"',
      auth: 'write its options here',
      apiKey: 'write "key"',
    };
    for (const [name, advice] of Object.entries(guide))
      it(name, () => {
        expect(logged({ [name]: true })).to.deep.equal([
          ['warn', `There is no option "${name}": ${advice}.`],
        ]);
      });

    it('all that its types name are known here, or in the table', () => {
      const text = readFileSync('node_modules/ably/ably.d.ts', 'utf8');
      const namesOf = (type: string): readonly string[] => {
        const [, body = ''] =
          new RegExp(`^export interface ${type}\\b[^{]*{$(.*?)^}$`, 'ms').exec(text) ?? [];
        return [...body.matchAll(/^ {2}(\w+)\??[:(]/gm)].map(([, name = '']) => name);
      };
      const names = [...namesOf('ClientOptions'), ...namesOf('AuthOptions')];
      expect(names.length).to.be.greaterThan(45);
      const options = { ...Object.fromEntries(names.map((name) => [name, undefined])), token: 'app.token' };
      const left = logged(options).filter((event) => String(event).includes('leave it out.'));
      expect(left).to.deep.equal([]);
    });
  });

  it('of a channel: are warnings as well', () => {
    expect(logged({}, { parms: { rewind: 1 }, modes: ['subscribe'], ciphr: null })).to.deep.equal([
      ['warn', 'There is no option "parms": write "params".'],
      ['warn', 'There is no option "ciphr": write "cipher".'],
    ]);
  });

  it('every option that there is goes without a word, whatever the others are', () => {
    const all = {
      ...{ token: 'app.token', tokenDetails: undefined, authCallback: undefined, authUrl: undefined },
      ...{ authMethod: undefined, authHeaders: undefined, authParams: undefined, queryTime: undefined },
      ...{ useTokenAuth: undefined, clientId: undefined, defaultTokenParams: undefined },
      ...{ fallbackHosts: undefined, port: 80, tlsPort: 443, echoMessages: true, queueMessages: true },
      ...{ strictMode: false, connectivityCheckUrl: undefined, recover: undefined, transportParams: {} },
      ...{ disconnectedRetryTimeout: 1, suspendedRetryTimeout: 1, channelRetryTimeout: 1 },
      ...{ realtimeRequestTimeout: 1, httpRequestTimeout: 1, httpMaxRetryCount: 1 },
      ...{ httpMaxRetryDuration: 1, maxMessageSize: 1, autoConnect: false, detachGrace: false },
      ...{ queue: {}, vcdiff: undefined, fetch: undefined, lifecycle$: undefined, jitter: 'full' },
      ...{ scheduler: undefined, random: undefined },
    };
    const channel = { params: {}, modes: [], cipher: null, attachOnSubscribe: true, schemas: {} };
    expect(logged(all, channel)).to.deep.equal([]);
    expect(logged({ tls: false }, {})).to.deep.equal([]);
  });

  it('are those that no table names, in their order; inherited ones are none', () => {
    const seen: unknown[] = [];
    const given = Object.create(
      { inherited: 1 },
      { four: { enumerable: true }, one: { enumerable: true } },
    ) as object;
    warnUnknown(Object.assign(given, { three: 3, tow: 2 }), [{ one: 1 }, { two: 2, too: 2 }], (...event) =>
      seen.push(event),
    );
    expect(seen).to.deep.equal([
      ['warn', { message: 'There is no option "four": leave it out.' }],
      ['warn', { message: 'There is no option "three": leave it out.' }],
      ['warn', { message: 'There is no option "tow": write "too".' }],
    ]);
  });
});

describe('fields that there are not', () => {
  const given: readonly (readonly [
    verb: string,
    text: string,
    call: (channel: RealtimeChannel) => unknown,
  ])[] = [
    ['publish', '"nme" in a message: write "name"', (channel) => channel.publish({ nme: 'a' } as never)],
    ['publish', '"dta" in a message: write "data"', (channel) => channel.publish([{}, { dta: 1 }] as never)],
    [
      'publish, its options',
      '"signl" in the options of a publish: write "signal"',
      (channel) => channel.publish({}, { signl: 1 } as never),
    ],
    [
      'updateMessage',
      '"datas" in a message: write "data"',
      (channel) => channel.updateMessage({ serial: 's', datas: 1 } as never),
    ],
    [
      'deleteMessage, its operation',
      '"descripton" in an operation: write "description"',
      (channel) => channel.deleteMessage({ serial: 's' }, { descripton: '' } as never),
    ],
    [
      'history',
      '"lmit" in the params of a history: write "limit"',
      (channel) => channel.history({ lmit: 1 } as never).subscribe({ error: () => undefined }),
    ],
    [
      'presence.history',
      '"begin" in the params of a history: leave it out',
      (channel) => channel.presence.history({ begin: 1 } as never).subscribe({ error: () => undefined }),
    ],
    [
      'presence.enter',
      '"extra" in the options of presence: write "extras"',
      (channel) => channel.presence.enter('a', { extra: 1 } as never),
    ],
    [
      'presence.get',
      '"waitForSnyc" in the options of presence: write "waitForSync"',
      (channel) => channel.presence.get({ waitForSnyc: false } as never),
    ],
    [
      'presence.hold',
      '"client_ids" in the options of presence: write "clientId"',
      (channel) => channel.presence.hold(undefined, { client_ids: '' } as never),
    ],
    [
      'presence.events',
      '"actions" in the options of presence: write "action"',
      (channel) => channel.presence.events({ actions: ['enter'] } as never),
    ],
    [
      'annotations.publish',
      '"kind" in an annotation: leave it out',
      (channel) => channel.annotations.publish('s', { type: 'a:b', kind: 1 } as never),
    ],
    [
      'messages',
      '"reftype" in a message filter: write "refType"',
      (channel) => channel.messages({ reftype: 'reply' } as never),
    ],
    [
      'messages, its options',
      '"histroy" in the options of messages(): write "history"',
      (channel) => channel.messages('a', { histroy: 5 } as never),
    ],
    [
      'stream',
      '"bufer" in the options of a stream: write "buffer"',
      (channel) => channel.stream({ bufer: 5 } as never),
    ],
    [
      'publishTo',
      '"concurency" in the options of a stream of publishes: write "concurrency"',
      (channel) => publishTo(channel, 'a', { concurency: 5 } as never),
    ],
  ];
  for (const [verb, text, call] of given)
    for (const codec of codecs)
      it(`of ${verb}: are a warning, once a client (${codec.format})`, () => {
        const seen: string[] = [];
        const { client } = fakeAbly(codec, {
          clientId: 'me',
          log: (_, { message }) => void (message.includes('field') && seen.push(message)),
        });
        for (const channel of [client.channel('a'), client.channel('a'), client.channel('b')]) call(channel);
        void client.dispose();
        expect(seen).to.deep.equal([`There is no field ${text}.`]);
      });

  it('of publish: none of a received message, a name and a payload, or a class is one', () => {
    const seen: string[] = [];
    const { client } = fakeAbly(codecs[0]!, { log: (_, { message }) => void seen.push(message) });
    const channel = client.channel('a');
    const received = Message.fromEncoded({ id: 'i', name: 'n', data: 'd', serial: 's' });
    class Sent {
      name = 'n';
      toText = (): string => this.name;
      inherited(): string {
        return this.name;
      }
    }
    void channel.publish(received);
    void channel.publish('nme', 'a');
    void channel.publish([]);
    void channel.publish(null as never);
    expect(seen.filter((text) => text.includes('field'))).to.deep.equal([]);
    void channel.publish(new Sent() as never);
    expect(seen.filter((text) => text.includes('field'))).to.deep.equal([
      'There is no field "toText" in a message: leave it out.',
    ]);
    void client.dispose();
  });

  it('AO1: of AuthOptions of authorize() and requestToken(): are a warning', async () => {
    const seen: string[] = [];
    const { client } = fakeAbly(codecs[0]!, { log: (_, { message }) => void seen.push(message) });
    const options = { authCallback: () => 'token', queryTimes: true };
    expect(await client.auth.requestToken(null, options)).to.deep.equal({ token: 'token' });
    void client.auth.authorize(null, options);
    expect(seen.filter((text) => text.includes('field'))).to.deep.equal([
      'There is no field "queryTimes" in authOptions: write "queryTime".',
    ]);
    void client.dispose();
  });

  it('TK1: of TokenParams: are an error, for the token would permit more', async () => {
    const { client } = fakeAbly(codecs[0]!, { authCallback: () => 'token', log: () => undefined });
    const { auth } = client;
    const params = { capabilty: { a: ['subscribe'] } } as never;
    const text = 'There is no field "capabilty" in tokenParams: write "capability".';
    for (const asked of [
      auth.authorize(params),
      auth.requestToken(params),
      auth.createTokenRequest(params),
    ]) {
      const error = await rejectionOf(asked);
      expect([codesOf(error), (error as Error).message]).to.deep.equal([
        { code: 40000, statusCode: 400 },
        text,
      ]);
    }
    expect(() => fakeAbly(codecs[0]!, { defaultTokenParams: { tll: 1 } as never })).to.throw(
      'There is no field "tll" in defaultTokenParams: write "ttl".',
    );
    await client.dispose();
  });

  it('RSA17: of the options of revokeTokens(): are an error, for it cannot be taken back', async () => {
    const { client } = fakeAbly(codecs[0]!, { log: () => undefined });
    const target = { type: 'clientId', value: 'a' };
    const error = await rejectionOf(client.auth.revokeTokens(target, { issuedBefor: 1 } as never));
    expect((error as Error).message).to.equal(
      'There is no field "issuedBefor" in the options of revokeTokens(): write "issuedBefore".',
    );
    await client.dispose();
  });

  it('of the option "queue": are a warning', () => {
    const seen: string[] = [];
    const queue = { maxMesages: 5 } as never;
    const { client } = fakeAbly(codecs[0]!, { queue, log: (_, { message }) => void seen.push(message) });
    void client.channel('a').publish('a');
    void client.dispose();
    expect(seen).to.deep.include(
      'There is no field "maxMesages" in the option "queue": write "maxMessages".',
    );
  });

  it('AO1: of tokenAuth(): are a warning', () => {
    const seen: string[] = [];
    const auth = tokenAuth({ authCallback: () => 'token', authUrll: 'x' } as never);
    const client = createClient({ auth, log: (_, { message }) => void seen.push(message) });
    expect(seen).to.deep.equal(['There is no option "authUrll": write "authUrl".']);
    void client.dispose();
  });

  it('of the option "queue" of createClient: are a warning, with the first publish', async () => {
    const seen: string[] = [];
    const queue = { maxMesages: 5 } as never;
    const { key, webSocketCtor } = inMemory();
    const client = createClient({
      key,
      webSocketCtor,
      queue,
      log: (_, { message }) => void seen.push(message),
    });
    expect(seen).to.deep.equal([]);
    await publish(client.channel('a'), 'n', 'd');
    expect(seen).to.include('There is no field "maxMesages" in the option "queue": write "maxMessages".');
    await client.dispose();
  });

  it('RSA7b: a clientId that is given to tokenAuth() is a warning that names createClient()', () => {
    const seen: string[] = [];
    const auth = tokenAuth({ authCallback: () => 'token', clientId: 'ann' } as never);
    const client = createClient({ auth, log: (_, { message }) => void seen.push(message) });
    expect(seen).to.deep.equal(['There is no option "clientId": give it to createClient().']);
    void client.dispose();
  });

  it('RTN16, RTN17: of fallbacks() and recovery() are a warning', () => {
    const seen: string[] = [];
    const features = [fallbacks({ falbackHosts: [] } as never), recovery({ recovr: 'x' } as never)];
    const log = (_: LogLevel, { message }: LogEvent): void => void seen.push(message);
    const client = createClient({ key: 'a.b:c', features, log });
    expect(seen).to.deep.equal([
      'There is no option "falbackHosts": write "fallbackHosts".',
      'There is no option "recovr": write "recover".',
    ]);
    void client.dispose();
  });
});
