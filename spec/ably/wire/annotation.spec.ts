import { expect } from 'chai';
import sinon from 'sinon';
import {
  type Annotation,
  annotationOf,
  encodeAnnotation,
  sizeOfAnnotation,
  type WireAnnotation,
} from '../../../lib/ably/wire/annotation.js';
import { deciphering } from '../../../lib/ably/wire/encodings.js';
import { type ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import { aes, generateRandomKey } from '../../../lib/crypto/index.js';
import { codecs } from '../../support/fake-ably.js';

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

    it('RSAN1a2, RSAN1c1, RSAN1c2, RSAN1c3, RSL4: travel with all that was given', () => {
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

    it('RSAN2a: that take one back travel alike, but for the action', () => {
      const given = { type: 't', name: 'n', data: { a: 1 } };
      expect(encodeAnnotation(given, { ...to, action: 'annotation.delete' })).to.deep.equal({
        ...{ ...encodeAnnotation(given, to), action: 1 },
      });
    });

    it('RSAN1a4: count as messages do', () => {
      const wire = encodeAnnotation({ type: 't', name: 'name', clientId: 'me', data: bytes, extras: {} }, to);
      expect(sizeOfAnnotation(wire)).to.equal(4 + 2 + 3 + 2);
    });
  });
