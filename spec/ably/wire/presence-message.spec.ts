import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { ProtocolMessage, WireMessage } from '../../../lib/ably/wire/frames.js';
import { sizeOf } from '../../../lib/ably/wire/outgoing.js';
import {
  encodePresence,
  PresenceMessage,
  presenceOf,
  withAction,
} from '../../../lib/ably/wire/presence-message.js';
import { aes } from '../../../lib/crypto/index.js';
import { codesOf, thrownBy } from '../../support/thrown.js';

const read = (wire: WireMessage, frame: Partial<ProtocolMessage> = {}, index = 0): PresenceMessage =>
  presenceOf(wire, { action: Action.presence, ...frame }, { index, report: () => undefined });
const cipher = aes({ key: new Uint8Array(32).fill(1) });

describe('a presence message', () => {
  it('TP1, TP3, TP3c: is a plain object with all that is to be known', () => {
    const given = {
      id: 'c:1:0',
      clientId: 'ann',
      connectionId: 'c',
      data: 'd',
      extras: { a: [1] },
      timestamp: 5,
    };
    expect(read({ action: 2, ...given })).to.deep.equal({
      ...{ action: 'enter', encoding: undefined, memberKey: 'c:ann' },
      ...given,
    });
    expect(Object.getPrototypeOf(read({}))).to.equal(Object.prototype);
  });

  it('TP2, TP3b: has its action by the number on the wire; one that is not known yet is unknown (RTF1)', () => {
    const actions = [0, 1, 2, 3, 4, 5, -1].map((action) => read({ action }).action);
    expect(actions).to.deep.equal(['absent', 'present', 'enter', 'leave', 'update', 'unknown', 'unknown']);
    expect(read({}).action).to.equal('absent');
  });

  it('TP3a: is named after its frame and its place in it, where it has no id', () => {
    expect(read({}, { id: 'c:7' }, 3).id).to.equal('c:7:3');
    expect(read({ id: 'own' }, { id: 'c:7' }, 3).id).to.equal('own');
    expect(read({}).id).to.equal(undefined);
  });

  it('TP3d, TP3g: has the connection and the time of its frame, where it has none', () => {
    const frame = { connectionId: 'frame', timestamp: 1 };
    expect(read({}, frame)).to.include({ connectionId: 'frame', timestamp: 1 });
    expect(read({ connectionId: 'own', timestamp: 2 }, frame)).to.include({
      connectionId: 'own',
      timestamp: 2,
    });
  });

  it('TP3h: tells members of one clientId on two connections apart by its memberKey', () => {
    expect(read({ clientId: 'ann', connectionId: 'c' }).memberKey).to.equal('c:ann');
    expect(read({ clientId: 'ann' }, { connectionId: 'd' }).memberKey).to.equal('d:ann');
    expect(read({}).memberKey).to.equal(':');
  });

  it('TP3, RTF1: takes null for nothing', () => {
    const nothing = {
      id: null,
      clientId: null,
      connectionId: null,
      data: null,
      extras: null,
      timestamp: null,
    };
    expect(read({ action: 1, ...nothing } as never)).to.deep.equal({ ...read({ action: 1 }) });
  });

  it('TP3e, TP3f, RSL6b: is decoded as far as can be, and says so where that is not far enough', () => {
    const errors: ErrorInfo[] = [];
    const reading = { index: 0, report: (error: ErrorInfo) => errors.push(error) };
    const frame = { action: Action.presence };
    const wire = { data: 'WzFd', encoding: 'json/odd/base64' };
    const message = presenceOf(wire, frame, reading);
    expect(message).to.deep.include({ data: new TextEncoder().encode('[1]'), encoding: 'json/odd' });
    expect(errors.map(({ code }) => code)).to.deep.equal([40013]);
    expect(presenceOf({ data: '[1]', encoding: 'json' }, frame, reading).data).to.deep.equal([1]);
    expect(errors).to.have.length(1);
  });

  it('TP3e: has bytes that are its own', () => {
    const bytes = Buffer.from([1, 2]);
    const { data } = read({ data: bytes });
    expect(data).to.deep.equal(new Uint8Array([1, 2]));
    expect((data as Uint8Array).buffer).to.not.equal(bytes.buffer);
  });

  it('TP4: is read from what came another way, alone or several, and decrypted', () => {
    const wire = encodePresence(
      { action: 'enter', clientId: 'ann', data: { a: 1 } },
      { binary: false, cipher },
    );
    expect(wire).to.include({ encoding: 'json/utf-8/cipher+aes-256-cbc/base64' });
    const encoded = { ...wire, id: 'c:0:0', connectionId: 'c', timestamp: 1 };
    const expected = {
      ...{ id: 'c:0:0', action: 'enter', clientId: 'ann', connectionId: 'c', data: { a: 1 }, timestamp: 1 },
      ...{ encoding: undefined, extras: undefined, memberKey: 'c:ann' },
    };
    expect(PresenceMessage.fromEncoded(encoded, { cipher })).to.deep.equal(expected);
    expect(PresenceMessage.fromEncodedArray([encoded], { cipher })).to.deep.equal([expected]);
    expect(PresenceMessage.fromEncoded(encoded)).to.include({ encoding: 'json/utf-8/cipher+aes-256-cbc' });
    expect(PresenceMessage.fromEncoded(encoded, { cipher: null }).data).to.be.instanceOf(Uint8Array);
    expect(PresenceMessage.fromEncoded({ action: 1 })).to.include({ action: 'present', memberKey: ':' });
  });

  it('TP4: refuses what is no object, and what is no list', () => {
    for (const wrong of [null, 'text', [], 7])
      expect(codesOf(thrownBy(() => PresenceMessage.fromEncoded(wrong as never)))).to.include({
        code: 40013,
      });
    expect(codesOf(thrownBy(() => PresenceMessage.fromEncodedArray({} as never)))).to.include({
      code: 40013,
    });
  });

  it('RTP2d2: keeps all but its action where another is given', () => {
    const message = read({
      action: 2,
      id: 'c:1:0',
      clientId: 'a',
      connectionId: 'c',
      data: 1,
      extras: 2,
      timestamp: 3,
    });
    const odd = { ...message, encoding: 'odd' };
    expect(withAction(odd, 'present')).to.deep.equal({ ...odd, action: 'present' });
  });
});

describe('an outgoing presence message', () => {
  for (const binary of [false, true])
    it(`TP2, RTP8c, RTP8e: travels with what it was given, and nothing else, ${binary ? 'binary' : 'text'}`, () => {
      expect(encodePresence({ action: 'enter' }, { binary })).to.deep.equal({ action: 2 });
      expect(
        encodePresence({ action: 'enter', clientId: 'a', data: 'half \ud83d' }, { binary }),
      ).to.deep.equal({ action: 2, clientId: 'a', data: 'half \ufffd' });
      expect(encodePresence({ action: 'leave', data: 'd' }, { binary })).to.deep.equal({
        action: 3,
        data: 'd',
      });
      expect(encodePresence({ action: 'update', clientId: 'a', data: null }, { binary })).to.deep.equal({
        action: 4,
        clientId: 'a',
      });
      const bytes = new Uint8Array([1, 2]);
      expect(encodePresence({ action: 'enter', data: bytes }, { binary })).to.deep.equal(
        binary ? { action: 2, data: bytes } : { action: 2, data: 'AQI=', encoding: 'base64' },
      );
      expect(encodePresence({ action: 'enter', data: { a: 1 }, extras: { b: 2 } }, { binary })).to.deep.equal(
        {
          ...{ action: 2, data: '{"a":1}', encoding: 'json', extras: { b: 2 } },
        },
      );
    });

  it('RTP8e, TP3i: travels as it was when it was given, whatever happens to it afterwards', () => {
    const extras = { headers: { a: 'b' } };
    const wire = encodePresence({ action: 'enter', extras }, { binary: false });
    extras.headers.a = 'other';
    expect(wire.extras).to.deep.equal({ headers: { a: 'b' } });
    expect(encodePresence({ action: 'enter', extras: null }, { binary: false })).to.deep.equal({ action: 2 });
  });

  it('RSL4a: is refused with data of another kind', () => {
    const given = thrownBy(() => encodePresence({ action: 'enter', data: 7 }, { binary: false }));
    expect(codesOf(given)).to.deep.equal({ code: 40013, statusCode: 400 });
  });

  it('RTP14a, RTP15a: is refused for nobody and for everybody', () => {
    for (const clientId of ['', '*', null, 7])
      expect(
        codesOf(
          thrownBy(() => encodePresence({ action: 'enter', clientId: clientId as never }, { binary: false })),
        ),
      ).to.deep.equal({ code: 40012, statusCode: 400 });
  });

  it('TP5, TM6: counts its data, its clientId and its extras', () => {
    const size = (data: unknown, binary = false): number =>
      sizeOf(encodePresence({ action: 'enter', clientId: 'four', data, extras: { a: 1 } }, { binary }));
    expect([
      size('abc'),
      size({ a: 1 }),
      size(new Uint8Array(5)),
      size(new Uint8Array(5), true),
    ]).to.deep.equal([...[4 + 7 + 3, 4 + 7 + 7, 4 + 7 + 5, 4 + 7 + 5]]);
    expect(sizeOf(encodePresence({ action: 'leave' }, { binary: false }))).to.equal(0);
  });
});
