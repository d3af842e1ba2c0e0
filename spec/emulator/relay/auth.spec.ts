import { expect } from 'chai';
import type { SchedulerLike } from 'rxjs';
import { createRelay, type RelayEmulator, type RelayOptions } from '../../../lib/emulator/index.js';
import { virtually } from '../../support/virtual-time.js';
import { connectTo, type How, keyOwner } from './fake-relay-client.js';

const owner = keyOwner(new Uint8Array(32).fill(7));
const stranger = keyOwner(new Uint8Array(32).fill(8));
const project = '0123456789abcdef0123456789abcdef';

describe('relay emulator: admission', () => {
  let relay: RelayEmulator;
  afterEach(() => relay.dispose());

  /** What HTTP says to an upgrade, and what the close says to those who ask for it so. */
  const turnedAway = (options: RelayOptions, { params = {}, headers = {} }: How): unknown => {
    relay = createRelay({ scheduler: clock, pingInterval: 0, ...options });
    const admission = relay.admit({ params: new URLSearchParams(params), headers });
    const told = { params: { ...params, useOnCloseEvent: 'true' }, headers };
    expect(relay.admit({ params: new URLSearchParams(told.params), headers })).equal('open');
    const { end } = connectTo(relay, told);
    if (typeof admission === 'string') return [admission, end];
    return [
      admission.status,
      new TextDecoder().decode(admission.body) === end?.reason,
      end?.code,
      end?.reason,
    ];
  };
  const clock: SchedulerLike = { now: () => 1_000_000, schedule: () => expect.fail('nothing is timed here') };
  const now = 1000; // seconds

  it('knows a client by the did:key that its JWT proves, as a parameter or as a Bearer token', () => {
    relay = createRelay({ pingInterval: 0 });
    const seconds = Math.floor(Date.now() / 1000);
    const jwt = owner.jwt({ iat: seconds, exp: seconds + 60 });
    connectTo(relay, { params: { auth: jwt, projectId: project, ua: 'wc-2/x' } });
    connectTo(relay, { headers: { authorization: `Bearer ${jwt}` } });
    expect(relay.connections.map(({ clientId, projectId }) => [clientId, projectId])).deep.equal([
      [owner.did, project],
      [owner.did, undefined],
    ]);
    expect(relay.connections[0]?.params.get('ua')).equal('wc-2/x');
    expect(relay.clients.map(({ id }) => id)).deep.equal([owner.did]);
  });

  it('lets in the client of the test vector of the specification', () => {
    const seed = '58e0254c211b858ef7896b00e3f36beeb13d568d47c6031c4218b87718061295';
    const iat = 1_656_910_097;
    const auth = keyOwner(Uint8Array.from(Buffer.from(seed, 'hex'))).jwt({
      sub: 'c479fe5dc464e771e78b193d239a65b58d278cad1c34bfb0b5716e5bb514928e',
      aud: 'wss://relay.walletconnect.com',
      iat,
      exp: iat + 86_400,
    });
    expect(auth).match(
      /\.bAKl1swvwqqV_FgwvD4Bx3Yp987B9gTpZctyBviA-EkAuWc8iI8SyokOjkv9GJESgid4U8Tf2foCgrQp2qrxBA$/,
    );
    relay = createRelay({ scheduler: { ...clock, now: () => iat * 1000 }, pingInterval: 0 });
    connectTo(relay, { params: { auth } });
    expect(relay.clients[0]?.id).equal('did:key:z6MkodHZwneVRShtaLf8JKYkxpDGp1vGZnpGmdBpX8M2exxH');
  });

  const jwts: readonly [what: string, jwt: string, reason: RegExp][] = [
    ['no JWT', '', /^JWT is missing/],
    ['no three parts', 'abc', /not a JSON object in base64url/],
    ['four parts', `${owner.jwt({ exp: now })}.x`, /header/],
    ['another algorithm', owner.jwt({ exp: now }, { alg: 'none' }), /header/],
    ['another type', owner.jwt({ exp: now }, { typ: 'JWE' }), /header/],
    ['a signature of somebody else', owner.jwt({ iss: stranger.did, exp: now }), /signature is wrong/],
    ['a signature of something else', owner.jwt({ exp: now }).replace(/\.\w{4}/, '.eyJh'), /./],
    ['a signature that is none', owner.jwt({ exp: now }).replace(/[^.]+$/, 'AAAA'), /signature is wrong/],
    ['padding', `${owner.jwt({ exp: now })}==`, /signature is wrong/],
    ['an issuer that is no did:key', owner.jwt({ iss: 'did:web:a', exp: now }), /not a did:key/],
    ['a did:key that is no base58', owner.jwt({ iss: 'did:key:z6Mk0', exp: now }), /not a did:key/],
    [
      'a did:key of another curve',
      owner.jwt({ iss: 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme', exp: now }),
      /not a did:key/,
    ],
    ['no issuer', owner.jwt({ iss: undefined, exp: now }), /no `iss`/],
    ['no subject', owner.jwt({ sub: '', exp: now }), /no `sub`/],
    ['no audience', owner.jwt({ aud: undefined, exp: now }), /no `aud`/],
    ['no times', owner.jwt({ exp: undefined }), /not a number of seconds/],
    ['an end more than 120 s ago', owner.jwt({ exp: now - 121 }), /has expired/],
    ['a beginning in more than 120 s', owner.jwt({ iat: now + 121, exp: now + 999 }), /in the future/],
  ];
  for (const [what, jwt, reason] of jwts) {
    it(`turns away a JWT with ${what}: 401, or a close with 3000 and the reason`, () => {
      const [status, same, code, told] = turnedAway({}, { params: jwt ? { auth: jwt } : {} }) as unknown[];
      expect([status, same, code]).deep.equal([401, true, 3000]);
      expect(told).match(reason);
      expect(String(told).length).most(123);
    });
  }

  it(
    'bears clocks that are 120 s off',
    virtually(({ act }) => {
      relay = createRelay({ pingInterval: 0 });
      act('1000s x', {
        x: () => {
          for (const claims of [{ exp: now - 119 }, { iat: now + 120, exp: now + 200 }])
            connectTo(relay, { params: { auth: owner.jwt(claims) } });
          expect(relay.connections).length(2);
        },
      });
    }),
  );

  it('takes a JWT for this relay only, where it knows its names', () => {
    const auth = owner.jwt({ exp: now, aud: 'wss://other' });
    expect(turnedAway({ audience: ['wss://relay'] }, { params: { auth } })).include(3000);
    expect(turnedAway({ audience: ['wss://relay', 'wss://other'] }, { params: { auth } })).deep.equal([
      'open',
      undefined,
    ]);
  });

  const auth = owner.jwt({ exp: now });
  it('knows projects, where it was told of some', () => {
    const projects = [project];
    const reason = (how: Readonly<Record<string, string>>): unknown =>
      turnedAway({ projects }, { params: { auth, ...how } });
    expect(reason({})).deep.equal([401, true, 3000, 'Project ID is missing: give the parameter projectId.']);
    expect(reason({ projectId: 'f'.repeat(32) })).deep.equal([
      401,
      true,
      3000,
      'Project not found: use one of the option `projects`.',
    ]);
    expect(reason({ projectId: project })).deep.equal(['open', undefined]);
  });

  it('knows origins, where it was told of some; localhost is always one', () => {
    const from = (origin?: string): unknown =>
      turnedAway(
        { origins: ['https://app.example'] },
        { params: { auth }, headers: origin ? { origin } : {} },
      );
    for (const origin of [
      'https://evil.example',
      'http://localhost.evil.example',
      'http://127.0.0.1:80.evil',
    ])
      expect(from(origin)).deep.equal([
        403,
        true,
        3000,
        'Origin not allowed: use one of the option `origins`.',
      ]);
    const local = ['http://localhost:4200', 'http://127.0.0.1', 'https://[::1]:8443'];
    for (const origin of [undefined, 'https://app.example', ...local])
      expect(from(origin)).deep.equal(['open', undefined]);
  });

  it('trusts the JWT, the parameter clientId, or a random name per socket, where JWTs are not checked', () => {
    relay = createRelay({ checkJwt: false });
    const expired = owner.jwt({ exp: -1 }).replace(/.$/, '');
    const hows: readonly How[] = [
      { params: { auth: expired } },
      { params: { auth: 'x', clientId: 'ann' } },
      {},
      {},
    ];
    for (const how of hows) connectTo(relay, how);
    const ids = relay.connections.map(({ clientId }) => clientId);
    expect(ids.slice(0, 2)).deep.equal([owner.did, 'ann']);
    expect(new Set(ids).size).equal(4);
  });
});
