import { expect } from 'chai';
import { type Observable, of, Subject, throwError } from 'rxjs';
import type { Attempt, Outcome } from '../../../lib/connection/state.js';
import {
  type Credentials,
  type CredentialsSource,
  keyCredentials,
} from '../../../lib/ably/auth/credentials.js';
import { ablyProtocol } from '../../../lib/ably/transport/protocol.js';
import { type AblySession, sessionOf } from '../../../lib/ably/transport/session.js';
import type { TransportSettings } from '../../../lib/ably/transport/url.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import { json } from '../../../lib/codec/json.js';
import { secret as secretOf } from '../../support/secrets.js';

const attempt: Attempt<AblySession> = { host: 'main', resume: undefined };
const secret = 'a-secret-token';

interface Options {
  readonly clientId?: string;
  readonly source?: Partial<CredentialsSource>;
  readonly check?: () => Observable<unknown>;
}

/** The protocol, and the calls that it made to its source of credentials. */
function build({ clientId, source, check }: Options = {}) {
  const calls: unknown[] = [];
  const credentials$: Observable<Credentials> = of({ type: 'token', token: secret });
  const settings: TransportSettings & { readonly connectionStateTtl: number } = {
    connectionStateTtl: 120_000,
    platform: { headers: true, pings: true, agent: '' },
    tls: true,
    port: 443,
    codec: json,
    echoMessages: true,
    clientId,
    transportParams: {},
  };
  const protocol = ablyProtocol(
    settings,
    {
      credentials$,
      usesTokens: true,
      token: null,
      presented: (token) => calls.push(['shows', token]),
      rejected: ({ code }) => {
        calls.push(['rejected', code]);
        return undefined;
      },
      failure: () => new ErrorInfo('Not to be had.', { code: 80019, statusCode: 401 }),
      ...source,
    },
    check,
  );
  const frames: ProtocolMessage[] = [];
  const read = (frame: unknown): Outcome<AblySession> | undefined =>
    protocol.read(JSON.stringify(frame), (received) => frames.push(received));
  const dial = (given = attempt) => {
    const seen: unknown[] = [];
    protocol.address(given).subscribe({
      next: ({ url }) => seen.push(new URL(url).host),
      error: (error: unknown) => {
        const { code, statusCode } = error as ErrorInfo;
        seen.push([code, statusCode]);
      },
    });
    return seen;
  };
  return { protocol, frames, read, dial, calls };
}

/** An outcome with its error as code and status. */
const plain = (outcome: Outcome<AblySession> | undefined) =>
  outcome && 'error' in outcome && outcome.error instanceof ErrorInfo
    ? [outcome.type, outcome.error.code]
    : outcome?.type;

describe('ablyProtocol', () => {
  describe('read', () => {
    it('RTF1: delivers frames that mean nothing to the connection, also of unknown actions and with unknown fields', () => {
      const { read, frames } = build();
      const given = [
        { action: Action.message, channel: 'a', messages: [] },
        { action: Action.ack, msgSerial: 1 },
        { action: 99, odd: true },
        { action: Action.error, channel: 'a' },
      ];
      expect(given.map(read)).to.deep.equal(Array(4).fill(undefined));
      expect(frames).to.deep.equal(given);
    });

    it('returns the outcome of a frame for the connection, and does not deliver it', () => {
      const { read, frames } = build();
      const connected = { action: Action.connected, connectionId: 'c' };
      expect(read(connected)).to.deep.equal({
        type: 'ready',
        session: sessionOf(connected as ProtocolMessage, 120_000),
      });
      expect(read({ action: Action.closed })).to.deep.equal({ type: 'ended' });
      expect(frames).to.deep.equal([]);
    });

    it('RTF1: throws on what is no object with a number as its action', () => {
      const { read, frames } = build();
      for (const odd of [null, 1, 'text', [], {}, { action: '15' }, { action: null }])
        expect(() => read(odd), JSON.stringify(odd)).to.throw(TypeError, 'action');
      expect(frames).to.deep.equal([]);
    });
  });

  describe('clientId', () => {
    const connected = (clientId?: string | null) => ({
      action: Action.connected,
      connectionDetails: { clientId },
    });
    it('RSA15b: accepts the own clientId, a wildcard, and none', () => {
      for (const clientId of ['ann', '*', null, undefined])
        expect(build({ clientId: 'ann' }).read(connected(clientId))?.type).to.equal('ready');
    });
    it('RSA15a, RSA15c: refuses another clientId with 40102', () => {
      expect(plain(build({ clientId: 'ann' }).read(connected('bob')))).to.deep.equal(['refused', 40102]);
    });
    it('RSA7b2: accepts any clientId without one of its own', () => {
      expect(build().read(connected('bob'))?.type).to.equal('ready');
    });
  });

  describe('rejected credentials', () => {
    const rejected = {
      action: Action.disconnected,
      error: { code: 40142, statusCode: 401, message: 'expired' },
    };
    it('RTN14b, RSA16d: are renewed where they can be, and reported', () => {
      const { read, calls } = build();
      expect(plain(read(rejected))).to.deep.equal(['unauthorized', 40142]);
      expect(calls).to.deep.equal([['rejected', 40142]]);
    });
    it('RSA4a2, RTN15h1: refuse the connection with the error of their source where they cannot be replaced', () => {
      const final = new ErrorInfo('There is no other.', { code: 40171 });
      const { read } = build({ source: { rejected: () => final } });
      expect(read(rejected)).to.deep.equal({ type: 'refused', error: final });
    });
    it('RTN14g: refuse the connection as they are where a key is used', () => {
      const { read } = build({ source: keyCredentials(secretOf('app.id:secret')) });
      expect(plain(read(rejected))).to.deep.equal(['refused', 40142]);
    });
  });

  describe('address', () => {
    it('RTN2e: emits an address with the credentials, and tells which token it shows', () => {
      const { dial, calls } = build();
      expect(dial()).to.deep.equal(['main']);
      expect(calls).to.deep.equal([['shows', secret]]);
    });
    it('tells nothing where a key is shown', () => {
      const { dial, calls } = build({
        source: { credentials$: of({ type: 'key', name: 'a.b', secret: 'c' }) },
      });
      expect(dial()).to.deep.equal(['main']);
      expect(calls).to.deep.equal([]);
    });
    it('RSA4c: errors with 80019 where no credentials can be had', () => {
      const { dial } = build({ source: { credentials$: throwError(() => new Error('no')) } });
      expect(dial()).to.deep.equal([[80019, 401]]);
    });
    it('RTN17j: waits for the network check before another host, and only then', () => {
      const network = new Subject<unknown>();
      const { dial, calls } = build({ check: () => network });
      expect(dial()).to.deep.equal(['main']);
      const seen = dial({ ...attempt, host: 'a', checkNetwork: true });
      expect(seen).to.deep.equal([]);
      expect(calls).to.have.length(1);
      network.next(undefined);
      expect(seen).to.deep.equal(['a']);
    });
    it('RTN17j: errors with the error of the network check', () => {
      const { dial } = build({ check: () => throwError(() => new ErrorInfo('no network', { code: 80003 })) });
      expect(dial({ ...attempt, checkNetwork: true })).to.deep.equal([[80003, 400]]);
    });
    it('dials another host at once without a network check', () => {
      expect(build().dial({ ...attempt, checkNetwork: true })).to.deep.equal(['main']);
    });
  });

  it('ended: leaves secrets of the URL dialled last out of the error', () => {
    const { protocol, dial } = build();
    const end = { type: 'closed', code: 1006, reason: `cannot open ${secret}` } as const;
    const messageOf = () => (protocol.ended(end) as { error: Error }).error.message;
    expect(messageOf()).to.include(secret);
    dial();
    expect(messageOf()).to.not.include(secret);
    expect(messageOf()).to.include('cannot open …');
  });

  it('RTN6, RTN12a: an open socket means nothing yet, and CLOSE is sent before hanging up', () => {
    const { protocol } = build();
    expect(protocol.opened).to.equal(undefined);
    expect(protocol.closeFrame).to.deep.equal({ action: Action.close });
  });

  describe('continues', () => {
    const { protocol } = build();
    const session = (id: string, error?: object, recovered?: true) => {
      const { extra, ...rest } = sessionOf(
        {
          action: Action.connected,
          connectionId: id,
          ...(error && { error }),
        },
        120_000,
      );
      return { ...rest, extra: { ...extra, ...(recovered && { recovered }) } };
    };
    it('RTN15c6, RTN15c7: a session continues where its id is the same, with an error or without', () => {
      expect(protocol.continues(session('a'), session('a'))).to.equal(true);
      expect(protocol.continues(session('a'), session('a', { code: 1 }))).to.equal(true);
      expect(protocol.continues(session('a'), session('b'))).to.equal(false);
    });
    it('RTN16l: a recovered session continues where there was no error, whatever its id', () => {
      expect(protocol.continues(session('', undefined, true), session('b'))).to.equal(true);
      expect(protocol.continues(session('', undefined, true), session('b', { code: 1 }))).to.equal(false);
    });
  });
});
