import { expect } from 'chai';
import { addressOf } from '../../../lib/cli/ably/address.js';
import { accessOf, type SessionValues } from '../../../lib/cli/ably/session.js';
import { UsageError } from '../../../lib/cli/exit.js';
import { primaryHost } from '../../../lib/ably/endpoint/hosts.js';

const values = (given: Partial<SessionValues>): SessionValues => ({ json: false, verbose: false, ...given });

describe('cli: which server is asked', () => {
  const local = { tls: false, isLocal: true };
  const addresses: readonly (readonly [typed: string, made: object])[] = [
    ['eu', { endpoint: 'eu' }],
    ['nonprod:sandbox', { endpoint: 'nonprod:sandbox' }],
    ['ably.example.com', { endpoint: 'ably.example.com' }],
    ['ably.example.com:8443', { endpoint: 'ably.example.com', tlsPort: 8443 }],
    ['localhost:8080', { endpoint: 'localhost', port: 8080, ...local }],
    ['127.0.0.1:8080', { endpoint: '127.0.0.1', port: 8080, ...local }],
    ['[::1]:8080', { endpoint: '[::1]', port: 8080, ...local }],
    ['http://127.0.0.1:8080', { endpoint: '127.0.0.1', port: 8080, ...local }],
    ['ws://localhost:8080/', { endpoint: 'localhost', port: 8080, ...local }],
    ['https://localhost:8443', { endpoint: 'localhost', tlsPort: 8443, isLocal: true }],
    ['http://example.com', { endpoint: 'example.com', tls: false }],
    ['https://example.com', { endpoint: 'example.com' }],
  ];
  for (const [typed, made] of addresses)
    it(`reads the endpoint ${typed}`, () => {
      expect(addressOf(typed)).deep.equal(made);
      expect(primaryHost((made as { endpoint: string }).endpoint)).a('string');
    });

  for (const typed of ['http://', 'https://a/path', 'http://user:hush@example.com', 'http://a:b:c'])
    it(`refuses the endpoint ${typed}, without repeating it`, () => {
      expect(() => addressOf(typed)).throws(UsageError, /^(?!.*hush).*endpoint is not valid/);
    });

  it('refuses a port that is none', () => {
    expect(() => addressOf('localhost:99999')).throws(UsageError, /from 1 to 65535/);
  });
});

describe('cli: credentials', () => {
  const emulator = { endpoint: '127.0.0.1', tls: false, port: 8080, isLocal: true };
  const cases: readonly (readonly [
    title: string,
    given: Partial<SessionValues>,
    env: Readonly<Record<string, string>>,
    made: object,
  ])[] = [
    ['are those of the flags', { key: 'a.b:c' }, { ABLY_API_KEY: 'd.e:f' }, { key: 'a.b:c' }],
    ['are a token', { token: 't' }, { ABLY_API_KEY: 'd.e:f' }, { token: 't' }],
    ['are those of the environment', {}, { ABLY_API_KEY: 'd.e:f', ABLY_TOKEN: 't' }, { key: 'd.e:f' }],
    ['are the token of the environment', {}, { ABLY_TOKEN: 't', ABLY_API_KEY: '' }, { token: 't' }],
    [
      'go where the environment says',
      {},
      { ABLY_TOKEN: 't', ABLY_ENDPOINT: 'eu' },
      { token: 't', endpoint: 'eu' },
    ],
    [
      'of the environment do not go to the emulator',
      { emulator: '8080' },
      { ABLY_API_KEY: 'd.e:f', ABLY_ENDPOINT: 'eu' },
      { ...emulator, key: 'app.key:secret' },
    ],
    ['of a flag do', { emulator: '8080', token: 't' }, {}, { ...emulator, token: 't' }],
  ];
  for (const [title, given, env, made] of cases)
    it(title, () => {
      expect(accessOf(values(given), env)).deep.equal(made);
    });

  it('are missing, and the error says which there could be', () => {
    expect(() => accessOf(values({}), {})).throws(UsageError, /--key or --token.*ABLY_API_KEY.*--emulator/);
  });

  it('are given once', () => {
    expect(() => accessOf(values({ key: 'a.b:hush', token: 'hush' }), {})).throws(
      UsageError,
      /^(?!.*hush).*Both/,
    );
    expect(() => accessOf(values({ emulator: '1', endpoint: 'eu' }), {})).throws(
      UsageError,
      /Both --emulator/,
    );
  });
});
