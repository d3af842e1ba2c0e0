import { expect } from 'chai';
import type { WireAnnotation } from '../../../lib/ably/wire/frames.js';
import sinon from 'sinon';
import {
  Annotation,
  annotationOf,
  encodeAnnotation,
  sizeOfAnnotation,
} from '../../../lib/ably/wire/annotation.js';
import { deciphering, encodeData } from '../../../lib/ably/wire/encodings.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import { aes, generateRandomKey } from '../../../lib/crypto/index.js';
import { codecs } from '../../support/fake-ably.js';
import { thrownBy } from '../../support/thrown.js';

const around = { action: 21, id: 'frame', timestamp: 7 };
const bytes = new Uint8Array([1, 2, 255]);
const cipher = aes({ key: generateRandomKey() });

for (const codec of codecs)
  describe(`annotations over ${codec.format}`, () => {
    const { binary } = codec;
    /** The annotation as it is after its frame has travelled. */
    const received = (wire: WireAnnotation, report = sinon.spy()): Annotation => {
      const arrived = codec.decode(
        codec.encode({ ...around, annotations: [{}, wire] } as never),
      ) as ProtocolMessage;
      const annotation = arrived.annotations?.[1] ?? {};
      return annotationOf(annotation, arrived, { index: 1, report, undo: deciphering(cipher) });
    };
    const to = { messageSerial: 'm', action: 'annotation.create', binary, cipher: undefined } as const;

    it('TAN2f1: bytes are bytes of their own, as those of messages are', () => {
      const frame = Buffer.from([0, 1, 2]);
      const { data } = annotationOf({ data: frame.subarray(1) }, around, { index: 0, report: sinon.spy() });
      frame.fill(0);
      expect([data, Buffer.isBuffer(data)]).to.deep.equal([new Uint8Array([1, 2]), false]);
    });

    it('TAN1, TAN2, TAN2a, TAN2c, TAN2d, TAN2e, TAN2f, TAN2h, TAN2i, TAN2j, TAN2k, TAN2l: have every field that travelled', () => {
      const wire = {
        id: 'i',
        action: 1,
        clientId: 'c',
        name: 'n',
        count: 3,
        data: 'd',
        timestamp: 1_700_000_000_000,
        serial: 's',
        messageSerial: 'm',
        type: 'anything:at all',
        extras: { headers: { a: 'b' } },
      };
      expect(received(wire)).to.deep.equal({ ...wire, encoding: undefined, action: 'annotation.delete' });
    });

    it('TAN2a, TAN2h, RTF1: have the id and timestamp of the frame, and nothing for what is missing', () => {
      expect(received({ name: null, count: null, extras: null } as never)).to.deep.equal({
        id: 'frame:1',
        action: 'annotation.create',
        clientId: undefined,
        name: undefined,
        count: undefined,
        data: undefined,
        encoding: undefined,
        timestamp: 7,
        serial: undefined,
        messageSerial: undefined,
        type: undefined,
        extras: undefined,
      });
    });

    it('TAN2b, TAN2b1: name their action; RTF1: one that is not known is unknown', () => {
      expect([0, 1, 2, -1].map((action) => received({ action }).action)).to.deep.equal([
        'annotation.create',
        'annotation.delete',
        'unknown',
        'unknown',
      ]);
    });

    it('TAN2f1, RSAN1c3: arrive with the data that was given, encrypted or not', () => {
      for (const given of [undefined, cipher])
        for (const data of ['text', { a: [1] }, [1, 'x'], bytes, undefined]) {
          const wire = encodeAnnotation({ type: 't', data }, { ...to, cipher: given });
          const { data: arrived, encoding } = received(wire);
          expect([arrived, encoding]).to.deep.equal([data, undefined]);
        }
    });

    it('TAN2g, RSL6b: keep the steps that could not be undone, and tell of them', () => {
      const report = sinon.spy();
      const { data, encoding } = received({ data: 'd', encoding: 'json/of-tomorrow' }, report);
      expect([data, encoding]).to.deep.equal(['d', 'json/of-tomorrow']);
      expect(report.args.map(([error]) => (error as ErrorInfo).code)).to.deep.equal([40013]);
    });

    it('RSAN1a2, RSAN1c1, RSAN1c2, RSAN1c3, RSL4: an annotation is encoded with all fields that were given', () => {
      const given = { type: 't', name: 'n', count: 2, clientId: 'c', extras: { a: 1 } };
      const sent = { action: 0, messageSerial: 'm', ...given };
      expect(encodeAnnotation({ ...given, data: 'd' }, to)).to.deep.equal({ ...sent, data: 'd' });
      expect(encodeAnnotation({ ...given, data: [1] }, to)).to.deep.equal({
        ...{ ...sent, data: '[1]', encoding: 'json' },
      });
      expect(encodeAnnotation({ ...given, data: bytes }, to)).to.deep.equal({
        ...sent,
        ...(binary ? { data: bytes } : { data: 'AQL/', encoding: 'base64' }),
      });
      expect(encodeAnnotation({ type: 't' }, to)).to.deep.equal({ action: 0, messageSerial: 'm', type: 't' });
    });

    it('RSAN1a2, TAN2e: a count of 0 and an empty name are sent as they are given', () => {
      const given = { type: 't', name: '', count: 0, clientId: '' };
      expect(encodeAnnotation(given, to)).to.deep.equal({ action: 0, messageSerial: 'm', ...given });
    });

    it('RSAN1a2: fields that are null are left out, as those of a message are', () => {
      const none = { id: null, name: null, count: null, clientId: null, data: null, extras: null };
      expect(encodeAnnotation({ type: 't', ...none }, to)).to.deep.equal(encodeAnnotation({ type: 't' }, to));
    });

    it('RSAN2a: the deletion of an annotation is encoded as its creation is, but for the action', () => {
      const given = { type: 't', name: 'n', data: { a: 1 } };
      expect(encodeAnnotation(given, { ...to, action: 'annotation.delete' })).to.deep.equal({
        ...{ ...encodeAnnotation(given, to), action: 1 },
      });
    });

    it('RSAN1a4: the size of an annotation is counted as a message is', () => {
      const wire = encodeAnnotation({ type: 't', name: 'name', clientId: 'me', data: bytes, extras: {} }, to);
      expect(sizeOfAnnotation(wire)).to.equal(4 + 2 + 3 + 2);
    });
  });

describe('Annotation.fromEncoded and fromEncodedArray', () => {
  const iv = (): Uint8Array => new Uint8Array(16).fill(3);
  const cipher = aes({ key: new Uint8Array(32).fill(1), iv }); // by chance, one wrong key in 256 goes unnoticed
  const another = aes({ key: new Uint8Array(32).fill(2) });

  it('TAN3: decodes an annotation that came another way', () => {
    const wire = { id: 'i', type: 't', action: 1, messageSerial: 'm', serial: 's', timestamp: 1 };
    const encoded = { ...wire, data: 'eyJhIjoxfQ==', encoding: 'json/utf-8/base64' };
    expect(Annotation.fromEncoded(encoded)).to.deep.equal({
      ...wire,
      ...{ action: 'annotation.delete', data: { a: 1 }, encoding: undefined },
      ...{ clientId: undefined, count: undefined, extras: undefined, name: undefined },
    });
  });

  it('TAN3: decrypts with the cipher that it is given, several in their order', () => {
    const wires = ['a', { b: 1 }].map((data) => encodeData(data, false, cipher));
    expect(Annotation.fromEncodedArray(wires, { cipher }).map(({ data }) => data)).to.deep.equal([
      'a',
      { b: 1 },
    ]);
    expect(Annotation.fromEncodedArray([])).to.deep.equal([]);
  });

  it('TAN3, RSL6b: leaves what it cannot undo in the encoding', () => {
    const wire = encodeData('text', false, cipher);
    for (const options of [undefined, {}, { cipher: null }, { cipher: another }])
      expect(Annotation.fromEncoded(wire, options).encoding).to.equal('utf-8/cipher+aes-256-cbc');
  });

  it('TAN3: refuses what is no annotation, and says what to give instead', () => {
    for (const given of ['{"data":"a"}', null, undefined, 7, []] as unknown as object[]) {
      const error = thrownBy(() => Annotation.fromEncoded(given));
      expect(error).to.be.instanceOf(ErrorInfo).and.to.have.property('code', 40013);
      expect(String(error)).to.contain('annotation').and.to.contain('JSON.parse()');
    }
    for (const given of ['[]', null, {}, [null], ['a']] as unknown as object[][])
      expect(thrownBy(() => Annotation.fromEncodedArray(given))).to.have.property('code', 40013);
  });
});
