import { expect } from 'chai';
import type { End } from '../../../lib/connection/state.js';
import { interpret, interpretEnd } from '../../../lib/ably/transport/interpret.js';
import { sessionOf } from '../../../lib/ably/transport/session.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';

/** An outcome with its error as code and status. */
const plain = (outcome: object | undefined) =>
  outcome && 'error' in outcome && outcome.error instanceof ErrorInfo
    ? { ...outcome, error: [outcome.error.code, outcome.error.statusCode] }
    : outcome;

describe('interpret', () => {
  const error = (code: number, statusCode?: number) => ({
    code,
    message: 'm',
    ...(statusCode && { statusCode }),
  });
  const connected: ProtocolMessage = { action: Action.connected, connectionId: 'c' };
  const table: readonly (readonly [title: string, frame: ProtocolMessage, outcome: object | undefined])[] = [
    ['RTN6: CONNECTED opens a session', connected, { type: 'ready', session: sessionOf(connected, 7) }],
    ['RTN12a: CLOSED ends the connection', { action: Action.closed }, { type: 'ended' }],
    [
      'RTN15h3: DISCONNECTED drops the connection',
      { action: Action.disconnected, error: error(80003, 400) },
      { type: 'dropped', error: [80003, 400], next: 'now' },
    ],
    [
      '80016: DISCONNECTED because another transport has the connection forsakes the session',
      { action: Action.disconnected, error: error(80016, 400) },
      { type: 'dropped', error: [80016, 400], next: 'now', anew: true },
    ],
    [
      'RTN15h: DISCONNECTED without an error drops the connection',
      { action: Action.disconnected },
      { type: 'dropped', error: [80003, 400], next: 'now' },
    ],
    [
      'RTN17f1: DISCONNECTED with status 500 sends the client to another host',
      { action: Action.disconnected, error: error(50000, 500) },
      { type: 'dropped', error: [50000, 500], next: 'other host' },
    ],
    [
      'RTN17f1: DISCONNECTED with status 504 sends the client to another host',
      { action: Action.disconnected, error: error(50004, 504) },
      { type: 'dropped', error: [50004, 504], next: 'other host' },
    ],
    [
      'RTN17f1: DISCONNECTED with status 505 does not',
      { action: Action.disconnected, error: error(50005, 505) },
      { type: 'dropped', error: [50005, 505], next: 'now' },
    ],
    [
      'RTN15h2: DISCONNECTED with a token error asks for another token',
      { action: Action.disconnected, error: error(40142, 401) },
      { type: 'unauthorized', error: [40142, 401], final: false },
    ],
    [
      'RTN14g, RTN15j: ERROR refuses the connection',
      { action: Action.error, error: error(40400, 404) },
      { type: 'refused', error: [40400, 404] },
    ],
    [
      'RTN14b, RTN15j: ERROR with a token error is final for an open connection',
      { action: Action.error, error: error(40140, 401) },
      { type: 'unauthorized', error: [40140, 401], final: true },
    ],
    [
      'RTN14g: ERROR without an error refuses the connection',
      { action: Action.error },
      { type: 'refused', error: [80003, 400] },
    ],
    [
      'RTL14: ERROR of a channel means nothing',
      { action: Action.error, channel: 'a', error: error(1) },
      undefined,
    ],
    ...[Action.message, Action.ack, Action.attached, Action.heartbeat, Action.auth].map(
      (action) => [`action ${action} means nothing`, { action } as ProtocolMessage, undefined] as const,
    ),
  ];
  for (const [title, frame, outcome] of table)
    it(title, () => {
      expect(plain(interpret(frame, 7))).to.deep.equal(outcome);
    });

  it('80003: an end without a reason says so', () => {
    for (const action of [Action.disconnected, Action.error])
      expect(interpret({ action }, 7)).to.have.nested.property('error.code', 80003);
  });
});

describe('interpretEnd', () => {
  const table: readonly (readonly [title: string, end: End, outcome: object])[] = [
    [
      'RTN15a, RTN17f: a socket that closed drops the connection, and another host may do better',
      { type: 'closed', code: 1006, reason: '' },
      { type: 'dropped', error: [80003, 400], next: 'other host' },
    ],
    [
      'RSA4c: an answer without a token that asks for a rest has the next attempt wait for it',
      {
        type: 'dial failed',
        cause: new ErrorInfo('no', {
          ...{ code: 80019, statusCode: 401, cause: new ErrorInfo('no', { code: 42900, retryAfter: 5000 }) },
        }),
      },
      { type: 'dropped', error: [80019, 401], next: 'now', restFor: 5000 },
    ],
    [
      'RTN14c: an attempt that timed out is error 80014, and another host may do better',
      { type: 'timed out', after: 10 },
      { type: 'dropped', error: [80014, 504], next: 'other host' },
    ],
    [
      'RTN23a: silence drops the connection with status 408, and another host may do better',
      { type: 'idle', after: 10 },
      { type: 'dropped', error: [80003, 408], next: 'other host' },
    ],
    [
      'RTN20a: a lost network drops the connection, and the next attempt waits',
      { type: 'offline' },
      { type: 'dropped', error: [80003, 400], next: 'wait' },
    ],
    [
      'RTN14d: a failed dial drops the connection, whatever the host',
      { type: 'dial failed', cause: new Error('x') },
      { type: 'dropped', error: [80000, 400], next: 'now' },
    ],
    [
      'RSA4c: a failed dial keeps an ErrorInfo as it is',
      { type: 'dial failed', cause: new ErrorInfo('no', { code: 80019, statusCode: 401 }) },
      { type: 'dropped', error: [80019, 401], next: 'now' },
    ],
    ...([40102, 40171] as const).map(
      (code) =>
        [
          `RSA4a2, RSA15c: ${code} refuses the connection`,
          { type: 'dial failed', cause: new ErrorInfo('no', { code }) },
          { type: 'refused', error: [code, 401] },
        ] as const,
    ),
    [
      'RSA4d: status 403 refuses the connection',
      { type: 'dial failed', cause: new ErrorInfo('no', { code: 80019, statusCode: 403 }) },
      { type: 'refused', error: [80019, 403] },
    ],
  ];
  for (const [title, end, outcome] of table)
    it(title, () => {
      expect(plain(interpretEnd(end))).to.deep.equal(outcome);
    });

  it('says how the connection ended, with the reason where there is one', () => {
    const messageOf = (end: End) => (interpretEnd(end) as { error: Error }).error.message;
    expect(messageOf({ type: 'closed', code: 1006, reason: 'gone' })).to.include('code 1006 (gone)');
    expect(messageOf({ type: 'closed', code: 1006, reason: '' })).to.include('code 1006.');
    const failed = { type: 'closed', code: 1006, reason: 'no route' } as const;
    expect(messageOf(failed)).to.match(/^The connection was lost: .* reconnects by itself\.$/);
    expect(messageOf({ ...failed, unopened: true })).to.equal(
      'There is no connection: the socket closed with code 1006 (no route). The client goes on trying.',
    );
    expect(messageOf({ type: 'timed out', after: 7 })).to.include('7 ms');
    expect(messageOf({ type: 'idle', after: 8 })).to.include('8 ms');
    expect(messageOf({ type: 'offline' })).to.equal(
      'There is no connection: the system reports that there is no network. The client goes on trying.',
    );
  });
});
