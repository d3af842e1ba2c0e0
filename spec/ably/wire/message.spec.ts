import { expect } from 'chai';
import sinon from 'sinon';
import { json } from '../../../lib/codec/json.js';
import { msgpack } from '../../../lib/codec/msgpack.js';
import { encodeData } from '../../../lib/ably/wire/encodings.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { ProtocolMessage, WireMessage } from '../../../lib/ably/wire/frames.js';
import { Message, messageOf } from '../../../lib/ably/wire/message.js';
import { aes } from '../../../lib/crypto/index.js';
import { thrownBy } from '../../support/thrown.js';

const frame: ProtocolMessage = { action: 15, id: 'frame', connectionId: 'conn', timestamp: 7 };

for (const codec of [json, msgpack()])
  describe(`messageOf over ${codec.format}`, () => {
    /** The message as it is after its frame has travelled. */
    const received = (wire: WireMessage, around: object = frame, report = sinon.spy()) => {
      const arrived = codec.decode(codec.encode({ ...around, messages: [{}, wire] })) as ProtocolMessage;
      return messageOf(arrived.messages![1]!, arrived, 1, report);
    };

    it('TM1, TM2b, TM2d, TM2e, TM2g, TM2i, TM2j, TM2s3, TM2s4, TM2s5: has every field that travelled', () => {
      const wire = {
        id: 'i',
        name: 'n',
        data: 'd',
        clientId: 'c',
        connectionId: 'k',
        timestamp: 1_700_000_000_000,
        extras: { headers: { a: 'b' } },
        action: 1,
        serial: 's',
        version: { serial: 'v', timestamp: 2, clientId: 'e', description: 'why', metadata: { m: '1' } },
        annotations: { summary: { 'reaction:distinct.v1': { a: 1 } } },
      };
      expect(received(wire)).to.deep.equal({ ...wire, encoding: undefined, action: 'message.update' });
    });

    it('TM2a, TM2c, TM2f: takes id, connectionId and timestamp of the frame where it has none', () => {
      expect(received({})).to.deep.equal({
        id: 'frame:1',
        name: undefined,
        data: undefined,
        encoding: undefined,
        clientId: undefined,
        connectionId: 'conn',
        timestamp: 7,
        extras: undefined,
        action: 'message.create',
        serial: undefined,
        version: { timestamp: 7 },
        annotations: { summary: {} },
      });
    });

    it('has no id where nobody has one', () => {
      expect(received({}, { action: 15 })).to.deep.include({
        id: undefined,
        connectionId: undefined,
        timestamp: undefined,
      });
    });

    it('RTF1: takes null for absent', () => {
      const nulls = { id: null, name: null, data: null, clientId: null, connectionId: null, timestamp: null };
      const more = {
        extras: null,
        action: null,
        serial: null,
        version: null,
        annotations: null,
        encoding: null,
      };
      expect(received({ ...nulls, ...more } as unknown as WireMessage)).to.deep.equal(received({}));
    });

    it('TM2s1, TM2s2: fills in the version where the wire has none, or part of one', () => {
      expect(received({ serial: 's', timestamp: 1 }).version).to.deep.equal({ serial: 's', timestamp: 1 });
      expect(received({ serial: 's', timestamp: 1, version: { clientId: 'c' } }).version).to.deep.equal({
        serial: 's',
        timestamp: 1,
        clientId: 'c',
      });
      expect(received({ serial: 's', version: { serial: 'v' } }).version).to.deep.equal({
        serial: 'v',
        timestamp: 7,
      });
      expect(received({}, { action: 15 }).version).to.deep.equal({});
    });

    it('TM2s: keeps a version that lacks nothing as it is, without a copy', () => {
      const version = { serial: 'v', timestamp: 2, clientId: 'e' };
      const frame = { action: 15 } as const;
      expect(messageOf({ serial: 's', version }, frame, 0, () => undefined).version).to.equal(version);
    });

    it('TM2s1, TM2s2: fills in what is null in a version', () => {
      const version = { serial: null, timestamp: null } as never;
      expect(received({ serial: 's', timestamp: 1, version }).version).to.deep.equal({
        serial: 's',
        timestamp: 1,
      });
    });

    it('TM2u, TM8a: has an empty summary where the wire has none', () => {
      for (const annotations of [undefined, {}])
        expect(received({ ...(annotations && { annotations }) }).annotations).to.deep.equal({ summary: {} });
    });

    it('TM8a1, TM7a: leaves a summary as it came, whatever its type is', () => {
      const summary = {
        'some-type:of-tomorrow.v9': { whatever: [{ deep: 1 }], count: 3 },
        'reaction:flag.v1': { total: 1, clientIds: ['c'], clipped: false },
        bare: 7,
      };
      expect(received({ annotations: { summary } }).annotations).to.deep.equal({ summary });
    });

    it('TM2u: one message cannot write into the summary of another', () => {
      const { annotations } = received({});
      expect(() => Object.assign(annotations.summary, { a: 1 })).to.throw(TypeError);
      expect(received({}).annotations).to.deep.equal({ summary: {} });
    });

    it('TM2j, TM5: names the action; RTF1: one it does not know is unknown', () => {
      const names = [0, 1, 2, 3, 4, 5, 6, -1, 1.5].map((action) => received({ action }).action);
      expect(names).to.deep.equal([
        'message.create',
        'message.update',
        'message.delete',
        'meta',
        'message.summary',
        'message.append',
        'unknown',
        'unknown',
        'unknown',
      ]);
    });

    it('RSL6a: decodes its data, and keeps falsy ones', () => {
      expect(received({ data: '{"a":1}', encoding: 'json' })).to.deep.include({
        data: { a: 1 },
        encoding: undefined,
      });
      expect(received({ data: 'null', encoding: 'json' }).data).to.equal(null);
      expect(received({ data: '' }).data).to.equal('');
    });

    it('TM2e, RSL6b: is delivered as far as it could be decoded, and reported once', () => {
      const report = sinon.spy();
      const message = received({ data: 'AQI=', encoding: 'cipher+aes-256-cbc/base64' }, frame, report);
      expect(message).to.deep.include({ data: new Uint8Array([1, 2]), encoding: 'cipher+aes-256-cbc' });
      expect(message.data).to.equal(message.data);
      expect(report.args.map(([error]) => (error as { code: number }).code)).to.deep.equal([40013]);
    });

    it('RSL6b: an encoding that is no string is one that cannot be undone, and throws nothing', () => {
      for (const encoding of [7, true, {}, ['json']]) {
        const report = sinon.spy();
        const message = received({ data: 'd', encoding: encoding as never }, frame, report);
        expect(message).to.deep.include({ data: 'd', encoding: `of type ${typeof encoding}` });
        expect(report.callCount).to.equal(1);
      }
    });

    it('is a plain object: it can be spread, cloned and stored', () => {
      const message = received({ name: 'n', data: '{"a":1}', encoding: 'json' });
      expect({ ...message }).to.deep.equal(message);
      expect(structuredClone(message)).to.deep.equal(message);
      expect(JSON.parse(JSON.stringify(message))).to.deep.include({
        name: 'n',
        data: { a: 1 },
        id: 'frame:1',
      });
    });
  });

describe('Message.fromEncoded and fromEncodedArray', () => {
  const iv = (): Uint8Array => new Uint8Array(16).fill(3);
  const cipher = aes({ key: new Uint8Array(32).fill(1), iv }); // by chance, one wrong key in 256 goes unnoticed
  const another = aes({ key: new Uint8Array(32).fill(2) });

  it('TM3: decodes a message that came another way', () => {
    const wire = { id: 'i', name: 'n', data: 'eyJhIjoxfQ==', encoding: 'json/utf-8/base64', timestamp: 1 };
    expect(Message.fromEncoded(wire)).to.deep.equal(
      messageOf(wire, { action: 15 }, 0, sinon.stub().throws()),
    );
    expect(Message.fromEncoded(wire)).to.deep.include({
      data: { a: 1 },
      encoding: undefined,
      id: 'i',
      name: 'n',
    });
  });

  it('TM3: decrypts with the cipher that it is given', () => {
    for (const data of ['text', { a: 1 }, new Uint8Array([1, 2])])
      for (const binary of [true, false])
        expect(Message.fromEncoded(encodeData(data, binary, cipher), { cipher })).to.deep.include({
          data,
          encoding: undefined,
        });
  });

  it('TM3, RSL6b: leaves what it cannot undo in the encoding', () => {
    const wire = encodeData('text', false, cipher);
    for (const options of [undefined, {}, { cipher: null }, { cipher: another }]) {
      const { data, encoding } = Message.fromEncoded(wire, options);
      expect(encoding).to.equal('utf-8/cipher+aes-256-cbc');
      expect(data).to.deep.equal(new Uint8Array(Buffer.from(String(wire.data), 'base64')));
    }
  });

  it('TM3: decodes several, in their order', () => {
    const wires = ['a', 'b'].map((data) => encodeData(data, false, cipher));
    expect(Message.fromEncodedArray(wires, { cipher }).map(({ data }) => data)).to.deep.equal(['a', 'b']);
    expect(Message.fromEncodedArray([])).to.deep.equal([]);
  });

  it('TM3: takes null for options that are left out', () => {
    expect(Message.fromEncoded({ data: 'x' }, null).data).to.equal('x');
    expect(Message.fromEncodedArray([{ data: 'x' }], null)).to.have.length(1);
  });
  it('TM3: refuses what is no message, and says what to give instead', () => {
    const wrong = ['{"data":"a"}', null, undefined, 7, []] as unknown as object[];
    for (const given of wrong) {
      const error = thrownBy(() => Message.fromEncoded(given));
      expect(error).to.be.instanceOf(ErrorInfo).and.to.have.property('code', 40013);
      expect(String(error)).to.contain('JSON.parse()');
    }
    for (const given of ['[]', null, {}, [null], ['a']] as unknown as object[][])
      expect(thrownBy(() => Message.fromEncodedArray(given))).to.have.property('code', 40013);
  });
});
