import { expect } from 'chai';
import { spy } from 'sinon';
import { TestScheduler } from 'rxjs/testing';
import { json } from '../../../lib/codec/json.js';
import { msgpack } from '../../../lib/codec/msgpack.js';
import { AblyClient } from '../../../lib/ably/client/client.js';
import type { ClientOptions, CoreOptions } from '../../../lib/ably/client/options.js';
import { coreValidators, settingsOf } from '../../../lib/ably/client/settings.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { Log } from '../../../lib/base/log.js';
import { systemRandom, systemScheduler } from '../../../lib/rx/clock.js';
import { platform } from '../../../lib/socket/platform.js';
import { fakeNetwork } from '../../support/fake-socket.js';
import { secret } from '../../support/secrets.js';

const key = secret('app.id:hushhush');
const made = (options: object = {}) => settingsOf({ key, ...options } as CoreOptions, platform);
/** Makes a whole client of the options, each part of which makes its own whole, and disposes of it. */
const makeClient = (options: object): void =>
  void new AblyClient(options as ClientOptions, platform).dispose();
/** The error that the options make; fails where they make none. */
function refusal(options: object): ErrorInfo {
  try {
    makeClient(options);
  } catch (error) {
    expect(error).to.be.instanceOf(ErrorInfo);
    return error as ErrorInfo;
  }
  return expect.fail('the options were accepted');
}

describe('settingsOf', () => {
  it('TO3: has the defaults of the specification', () => {
    const { log, ...settings } = made();
    expect(log).to.be.a('function');
    expect(settings).to.deep.include({
      clientId: undefined,
      port: 443, // TO3k5
      tls: true, // TO3d
      echoMessages: true, // TO3h
      transportParams: {},
      disconnectedRetryTimeout: 15_000, // TO3l1
      suspendedRetryTimeout: 30_000, // TO3l2
      channelRetryTimeout: 15_000, // TO3l7
      connectionStateTtl: 120_000, // DF1a
      realtimeRequestTimeout: 10_000, // TO3l11
      autoConnect: 'onDemand',
      detachGrace: 2500,
      codec: json,
      platform,
      scheduler: systemScheduler,
      random: systemRandom,
    });
    expect(settings).to.deep.include({ host: 'main.realtime.ably.net', jitter: 'spec' });
  });

  it('TO3: takes over what is given, also what is falsy', () => {
    const scheduler = new TestScheduler(() => undefined);
    const [codec, random] = [msgpack(), () => 0];
    const given = {
      clientId: 'me',
      echoMessages: false,
      disconnectedRetryTimeout: 1,
      suspendedRetryTimeout: 2,
      channelRetryTimeout: 3,
      connectionStateTtl: 5,
      realtimeRequestTimeout: 4,
      autoConnect: false,
      detachGrace: 0,
      codec,
      scheduler,
      random,
    };
    expect(made(given)).to.deep.include(given);
    const log = spy();
    made({ log }).log('info', { message: 'm' });
    expect(log.args).to.deep.equal([['info', { message: 'm' }]]);
    expect(made({ detachGrace: false, autoConnect: true })).to.deep.include({
      detachGrace: false,
      autoConnect: true,
    });
  });

  it('takes null for an option that is left out', () => {
    const plain = (options: object = {}): object => ({ ...made(options), log: undefined });
    for (const name in coreValidators) expect(plain({ [name]: null }), name).to.deep.equal(plain());
  });

  it('TO3k4, TO3k5: warns of a port that is not dialled, and of none that is', () => {
    const log = spy<Log>(() => undefined);
    for (const options of [{ port: 8080 }, { tlsPort: 8443, tls: false }]) made({ ...options, log });
    for (const fine of [{ port: 8080, tls: false }, { tlsPort: 8443 }, { port: 8080, tlsPort: 8443 }, {}])
      made({ ...fine, log });
    expect(log.args).to.deep.equal([
      [
        'warn',
        {
          message:
            'The option "port" is for connections without TLS, and port 443 is dialled. Set "tls" to false, or "tlsPort".',
        },
      ],
      [
        'warn',
        {
          message:
            'The option "tlsPort" is for connections with TLS, and port 80 is dialled. Set "tls" to true, or "port".',
        },
      ],
    ]);
  });

  it('TO3k4, TO3k5: takes port without TLS, tlsPort with it', () => {
    const ports = { port: 8080, tlsPort: 8443, endpoint: 'localhost' };
    expect(made(ports).port).to.equal(8443);
    expect(made({ ...ports, tls: false }).port).to.equal(8080);
    expect(made({ endpoint: 'localhost', tls: false }).port).to.equal(80);
  });

  it('RTC1f: makes texts of transportParams', () => {
    expect(made({ transportParams: { a: 1, b: true, c: 'x' } }).transportParams).to.deep.equal({
      a: '1',
      b: 'true',
      c: 'x',
    });
  });

  it("a WebSocket class of the user's own can send no headers and hear no pings", () => {
    const { ctor } = fakeNetwork();
    expect(made({ webSocketCtor: ctor }).platform).to.deep.include({
      headers: false,
      pings: false,
      agent: platform.agent,
    });
  });

  it('leaves the options as they were', () => {
    const options = Object.freeze({
      key,
      queue: Object.freeze({ maxMessages: 1 }),
      transportParams: Object.freeze({ a: 1 }),
    });
    expect(() => {
      makeClient(options);
    }).to.not.throw();
  });

  describe('names the option that is wrong', () => {
    const text = [7, '', {}, true];
    const time = [-1, NaN, Infinity, 2 ** 31, '1000', {}];
    const bool = ['yes', 1, {}];
    const fn = [1, 'x', {}];
    const wrong: Readonly<Record<string, readonly unknown[]>> = {
      key: text,
      token: text,
      clientId: text,
      endpoint: text,
      fallbackHosts: ['a.example.com', [7], [''], 7, {}],
      port: time,
      tlsPort: time,
      tls: bool,
      echoMessages: bool,
      queueMessages: bool,
      transportParams: ['a=b', 7, [1]],
      disconnectedRetryTimeout: time,
      suspendedRetryTimeout: time,
      channelRetryTimeout: time,
      connectionStateTtl: time,
      realtimeRequestTimeout: time,
      maxMessageSize: time,
      autoConnect: ['yes', 1, 'ondemand'],
      detachGrace: [...time, true],
      codec: ['msgpack', () => json, {}],
      webSocketCtor: ['x', {}],
      scheduler: [1, () => 1, {}],
      random: fn,
      log: ['warn', 1, {}],
    };
    for (const [option, values] of Object.entries(wrong))
      it(option, () => {
        const tls = option === 'port' ? { tls: false, endpoint: 'localhost' } : {};
        for (const value of values) {
          const error = refusal({ key, ...tls, [option]: value });
          expect(error.message, String(value)).to.contain(`"${option}"`);
          expect(error.statusCode, String(value)).to.equal(400);
          expect(Math.floor(error.code / 100), String(value)).to.equal(400);
        }
      });

    it('an endpoint that is no host name and no routing policy id, a port that is none', () => {
      for (const endpoint of ['localhost:3000', 'https://a.b', 'a.b/c', 'a b', 'nonprod:', 'x:y'])
        expect(refusal({ key, endpoint }).message, endpoint).to.contain('"endpoint"');
      for (const endpoint of [
        'localhost',
        '127.0.0.1',
        '::1',
        '[::1]',
        'a-b.example',
        'acme',
        'nonprod:acme',
      ])
        expect(made({ endpoint }).host, endpoint).to.contain(endpoint.split(':').at(-1)?.replace(']', ''));
      expect(refusal({ key, tlsPort: 70_000 }).message).to.contain('"tlsPort"');
    });

    for (const option of ['maxMessages', 'maxBytes'])
      it(`queue.${option}`, () => {
        for (const value of [-1, NaN, '1', {}])
          expect(refusal({ key, queue: { [option]: value } }).message).to.contain(`"queue.${option}"`);
      });
  });

  describe('credentials', () => {
    const warning = 'plain key The key travels without TLS. That is allowed to loopback addresses only.';
    const loggedBy = (options: object): readonly string[] => {
      const warnings: string[] = [];
      const log: Log = (level, { message, about = '' }) =>
        level === 'warn' && warnings.push(`${about} ${message}`);
      makeClient({ ...options, log });
      return warnings;
    };

    it('names the options that would do when there is nothing to prove oneself with', () => {
      const error = refusal({});
      expect(error).to.have.property('code', 40106);
      expect(error.message).to.contain('"key"').and.to.contain('"token"');
    });

    it('RSA7c: refuses "*" as clientId with 40012', () => {
      expect(refusal({ key, clientId: '*' })).to.have.property('code', 40012);
    });

    it('RSA1: refuses a key without TLS with 40103, but for this machine', () => {
      for (const endpoint of [undefined, 'acme', 'example.com', '127.0.0.1.example.com'])
        expect(refusal({ key, tls: false, ...(endpoint && { endpoint }) }), endpoint).to.deep.include({
          code: 40103,
          statusCode: 401,
        });
      for (const endpoint of ['localhost', '127.0.0.1', '::1'])
        expect(loggedBy({ key, tls: false, endpoint }), endpoint).to.deep.equal([warning]);
    });

    it('RSA1: a fallback host elsewhere is elsewhere', () => {
      const fallbackHosts = ['example.com'];
      expect(refusal({ key, tls: false, endpoint: 'localhost', fallbackHosts })).to.have.property(
        'code',
        40103,
      );
      expect(
        loggedBy({ key, tls: false, endpoint: 'localhost', fallbackHosts: ['127.0.0.1'] }),
      ).to.deep.equal([warning]);
    });

    it('RSA1: lets a token go without TLS', () => {
      expect(loggedBy({ authUrl: 'http://localhost', tls: false })).to.deep.equal([]);
      expect(loggedBy({ token: 't', tls: false }).join()).to.not.contain('key travels');
    });

    it('no error repeats a key or a token', () => {
      const secrets = [
        { key: 'hushhush' },
        { key: 'app:hushhush' },
        { key: ['hushhush'] },
        { token: { token: ['hushhush'] } },
        { key, tls: false },
        { key, clientId: '*' },
        { token: 'hushhush', port: 'x', tls: false },
        { key, log: 1 },
      ];
      for (const options of secrets) {
        const error = refusal(options);
        const all = [String(error), error.stack, JSON.stringify(error), String(error.cause)].join();
        expect(all).to.not.contain('hushhush');
      }
    });
  });
});
