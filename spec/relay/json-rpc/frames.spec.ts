import { expect } from 'chai';
import fc from 'fast-check';
import { incomingOf } from '../../../lib/relay/json-rpc/frames.js';
import { requestText } from '../../../lib/relay/json-rpc/requests.js';
import { runs } from '../../support/runs.js';

const data = { topic: 't', message: 'm', publishedAt: 1, tag: 2 };
const push = (id: string, inner: object = data): string =>
  `{"id":${id},"jsonrpc":"2.0","method":"irn_subscription","params":{"id":"s","data":${JSON.stringify(inner)}}}`;

describe('frames of the relay', () => {
  for (const id of ['458603517300150', '"448063081849090"', '1795298918525000001', '"1795298918525000001"'])
    it(`keeps the id ${id} of a push as it was written`, () => {
      expect(incomingOf(push(id))).to.deep.include({ type: 'message', idToken: id });
    });

  it('reads the id of an answer, be it a string or a number', () => {
    for (const id of ['1795299120092952064', '"1795299120092952064"'])
      expect(incomingOf(`{"jsonrpc":"2.0","result":true,"id":${id}}`)).to.deep.equal({
        type: 'answer',
        id: '1795299120092952064',
        result: true,
      });
  });

  it('reads a refusal with the error of the relay', () => {
    const error = { code: -32000, message: 'm', data: 'TtlTooLong' };
    expect(incomingOf(JSON.stringify({ id: 0, jsonrpc: '2.0', error }))).to.deep.equal({
      type: 'refusal',
      id: '0',
      error,
    });
  });

  it('reads a refusal whose error is a text alone, and none where it is null', () => {
    expect(incomingOf('{"id":7,"error":"Mailbox is full"}')).to.deep.equal({
      ...{ type: 'refusal', id: '7', error: 'Mailbox is full' },
    });
    expect(incomingOf('{"id":null,"error":"no"}')).to.deep.equal({ type: 'refusal', id: '0', error: 'no' });
    expect(incomingOf('{"id":7,"result":true,"error":null}')).to.deep.equal({
      ...{ type: 'answer', id: '7', result: true },
    });
  });

  it('takes a refusal without an id for one of a request that could not be read, as JSON-RPC has it', () => {
    const error = { code: -32700, message: 'Parse error' };
    const refused = { type: 'refusal', id: '0', error };
    expect(incomingOf(JSON.stringify({ id: null, jsonrpc: '2.0', error }))).to.deep.equal(refused);
    expect(() => incomingOf('{"id":null,"result":true}')).to.throw(Error);
  });

  it('reads pushes of older relays, with another prefix and fewer fields', () => {
    const text = push('7', { topic: 't', message: 'm' }).replace('irn_', 'waku_');
    expect(incomingOf(text)).to.deep.equal({
      ...{ type: 'message', idToken: '7', topic: 't', message: 'm' },
      ...{ publishedAt: undefined, tag: 0, attestation: undefined },
    });
  });

  it('throws on malformed frames, and quotes no message', () => {
    for (const text of [
      ...['', '{', '[]', '1', 'null', '{}', '{"id":1}', '{"id":true,"result":1}', '{"id":1.5e300}'],
      ...[
        '{"id":1,"method":"irn_hello"}',
        push('1').replace('"topic"', '"tropic"'),
        push('1', { topic: 't', message: 1 }),
      ],
    ])
      expect(() => incomingOf(text), text).to.throw(Error);
  });

  it('reads 100,000 texts byte for byte', () => {
    const special = fc.constantFrom(
      ...[
        '1n',
        '42n',
        '12345678901234567890',
        '{"id":12345678901234567,"a":1}',
        ':12345678901234567,',
        '\u2028',
        '\u2029',
      ],
      ...['👩‍👩‍👧', '\\"', '"', '\u0000', '', '\ufeff', '{"id":"1"}', 'é', '\r\n'],
    );
    const texts = fc.array(fc.oneof(special, fc.string({ unit: 'binary', maxLength: 20 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.array(texts, { minLength: 100, maxLength: 100 }), (all) => {
        for (const pieces of all) {
          const message = pieces.join('');
          const sent = JSON.parse(
            requestText('1000000000000000000', 'irn_publish', { message }, 'number'),
          ) as {
            readonly params: { readonly message: string };
          };
          const came = incomingOf(Buffer.from(push('1795298918525000001', { ...data, message })));
          if (sent.params.message !== message || came.type !== 'message' || came.message !== message)
            expect.fail(JSON.stringify(message));
          if (came.idToken !== '1795298918525000001') expect.fail(came.idToken);
        }
      }),
      runs(1000, 1),
    );
  }).timeout(60_000);
});
