import { expect } from 'chai';
import { recoveredSession, recovery, recoveryIn } from '../../../lib/ably/client/recovery.js';
import type { LogEvent, LogLevel } from '../../../lib/base/log.js';
import { RealtimeClient } from '../../../lib/index.js';
import { codesOf, thrownBy } from '../../support/thrown.js';

const key = { connectionKey: 'key', msgSerial: 0, channelSerials: { a: 's' } };

/** Reads a recovery key, together with what is logged of it. */
function reading(text: string) {
  const logged: unknown[] = [];
  const log = (level: LogLevel, { error }: LogEvent): void => void logged.push([level, codesOf(error)]);
  return { read: recoveryIn(text, { log }), logged };
}

describe('a recovery key', () => {
  it('RTN16: is read with fields that a later version adds, and nothing is logged', () => {
    for (const text of [JSON.stringify(key), JSON.stringify({ ...key, channelSerials: {}, more: 1 })])
      expect(reading(text)).to.deep.equal({ read: JSON.parse(text) as unknown, logged: [] });
  });

  for (const [name, text] of [
    ['no JSON', '{'],
    ['no object', '[]'],
    ['without a key', JSON.stringify({ ...key, connectionKey: '' })],
    ['with half a serial', JSON.stringify({ ...key, msgSerial: 0.5 })],
    ['with a serial below 0', JSON.stringify({ ...key, msgSerial: -1 })],
    ['with a serial as text', JSON.stringify({ ...key, msgSerial: '1' })],
    ['without channels', JSON.stringify({ ...key, channelSerials: null })],
    ['with a channel that has no text', JSON.stringify({ ...key, channelSerials: { a: 's', b: 1 } })],
  ] as const)
    it(`RTN16f1: ${name}, is logged as 40000 and begins anew`, () => {
      expect(reading(text)).to.deep.equal({
        read: undefined,
        logged: [['error', { code: 40000, statusCode: 400 }]],
      });
    });

  it('RTN16k, RTN8a: becomes a session without an id, kept as long as the client says', () => {
    const session = recoveredSession(key, 7);
    const extra = { id: '', key: 'key', details: {}, recovered: true };
    expect(session).to.deep.equal({ idleAfter: undefined, keepFor: 7, warning: undefined, extra });
    expect(recoveredSession({ ...key, tentative: true }, 7).extra).to.deep.equal({
      ...extra,
      tentative: true,
    });
  });

  for (const thrown of [new Error('no key'), new TypeError('callback is no function')])
    it(`RTC1c: a function that throws a ${thrown.name} is named, with its own words`, () => {
      const recover = (): never => {
        throw thrown;
      };
      const error = thrownBy(() => new RealtimeClient({ key: 'a.b:c', recover }));
      expect(codesOf(error)).to.deep.equal({ code: 40000, statusCode: 400 });
      expect((error as Error).message).to.equal(
        `The function of the option "recover" threw: ${thrown.message}`,
      );
    });

  it('RTC1c: an option that is wrong is named before there is a client', () => {
    for (const options of [{ recover: 7 }, { recover: {} }, { recoverName: '' }]) {
      const error = thrownBy(() => recovery(options as never));
      expect(codesOf(error)).to.deep.equal({ code: 40000, statusCode: 400 });
      expect(String(error)).to.contain(`"${Object.keys(options)[0]}"`);
    }
  });
});
