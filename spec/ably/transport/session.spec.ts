import { expect } from 'chai';
import { mergedSession, sessionOf as sessionFrom } from '../../../lib/ably/transport/session.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { ConnectionDetails, ProtocolMessage } from '../../../lib/ably/wire/frames.js';

const ttl = 90_000;
const sessionOf = (frame: ProtocolMessage) => sessionFrom(frame, ttl);

const connected = (connectionDetails?: ConnectionDetails, rest: Partial<ProtocolMessage> = {}) => ({
  action: Action.connected,
  connectionId: 'c',
  ...(connectionDetails && { connectionDetails }),
  ...rest,
});

describe('sessionOf', () => {
  it('RTN21, RTN8, RTN9: takes id, key and details of CONNECTED', () => {
    const details = {
      connectionKey: 'k',
      maxIdleInterval: 15_000,
      connectionStateTtl: 60_000,
      clientId: 'ann',
    };
    expect(sessionOf(connected(details))).to.deep.equal({
      idleAfter: 15_000,
      keepFor: 60_000,
      warning: undefined,
      extra: { id: 'c', key: 'k', details },
    });
  });

  it('DF1a, CD2h: has the ttl of the options, and defaults, for all that CONNECTED leaves out', () => {
    expect(sessionOf({ action: Action.connected })).to.deep.equal({
      idleAfter: undefined,
      keepFor: ttl,
      warning: undefined,
      extra: { id: '', key: '', details: {} },
    });
  });

  it('RTF1: takes numbers that are not positive, and what is no number, for missing', () => {
    for (const odd of [0, -1, NaN, '15000', null]) {
      const details = { maxIdleInterval: odd, connectionStateTtl: odd } as ConnectionDetails;
      expect(sessionOf(connected(details)), String(odd)).to.include({
        idleAfter: undefined,
        keepFor: ttl,
      });
    }
  });

  it('RTF1: refuses "connectionDetails" that are no object, whole', () => {
    for (const odd of ['connectionKey', 7, true])
      expect(() => sessionOf(connected(odd as never))).to.throw(TypeError, /"connectionDetails"/);
  });

  it('RTN15c7: keeps the error of CONNECTED as a warning', () => {
    const { warning } = sessionOf(connected({}, { error: { code: 80008, message: 'expired' } }));
    expect(warning).to.deep.include({ code: 80008, message: 'expired' });
  });
});

describe('mergedSession', () => {
  const before = sessionOf(
    connected({ connectionKey: 'k', maxIdleInterval: 10, connectionStateTtl: 20, clientId: 'ann' }),
  );

  it('RTN24: keeps all that the later CONNECTED leaves out', () => {
    expect(mergedSession(before, sessionOf({ action: Action.connected }))).to.deep.equal(before);
    const nothing = { maxIdleInterval: null, connectionStateTtl: null, clientId: null };
    const empty = sessionOf(connected(nothing as unknown as ConnectionDetails));
    expect(mergedSession(before, empty)).to.deep.equal(before);
  });

  it('RTN21: takes all that the later CONNECTED says', () => {
    const details = { connectionKey: 'k2', maxIdleInterval: 11, connectionStateTtl: 21, clientId: 'bob' };
    const now = sessionOf(connected(details, { connectionId: 'c2', error: { code: 1, message: 'm' } }));
    expect(mergedSession(before, now)).to.deep.equal(now);
  });

  it('CD2h: a maxIdleInterval of 0 ends the promise', () => {
    const merged = mergedSession(before, sessionOf(connected({ maxIdleInterval: 0 })));
    expect(merged.idleAfter).to.equal(undefined);
    expect(merged.extra.details).to.deep.include({ maxIdleInterval: 0, clientId: 'ann' });
  });

  it('RTN16: a session that the server has confirmed is recovered no longer', () => {
    const recovered = { ...before, extra: { ...before.extra, recovered: true as const } };
    expect(mergedSession(recovered, before).extra).to.not.have.property('recovered');
  });
});
