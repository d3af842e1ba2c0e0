import { expect } from 'chai';
import fc from 'fast-check';
import { createRelay, type RelayEmulator, type RelayOptions } from '../../../lib/emulator/index.js';
import { idTokenIn } from '../../../lib/emulator/relay/json-rpc/id-token.js';
import { connectAs, type FakeRelayClient, topicOf } from './fake-relay-client.js';
import { runs } from '../../support/runs.js';

const topic = topicOf(1);

describe('relay emulator: JSON-RPC', () => {
  let relay: RelayEmulator;
  afterEach(() => relay.dispose());
  const open = (options: RelayOptions = {}): FakeRelayClient => {
    relay = createRelay({ checkJwt: false, ...options });
    return connectAs(relay, 'ann');
  };
  const answersTo = (client: FakeRelayClient, idToken: string): string | undefined =>
    client.call('irn_unsubscribe', { topic }, idToken)?.text;

  const formats: readonly [RelayOptions['ids'], string, string][] = [
    [undefined, '1795299120092952065', '1795299120092952065'],
    ['number', '1795299120092952065', '1795299120092952065'],
    ['string', '"1795299120092952065"', '"1795299120092952065"'],
    ['same', '1795299120092952065', '"1795299120092952065"'],
  ];
  for (const [ids, ofNumber, ofString] of formats) {
    it(`answers under the very id of a call, all digits of it, written as ${ids ?? 'the hosted relay does'}`, () => {
      const client = open(ids ? { ids } : {});
      expect([
        answersTo(client, '1795299120092952065'),
        answersTo(client, '"1795299120092952065"'),
      ]).deep.equal([
        `{"id":${ofNumber},"jsonrpc":"2.0","result":true}`,
        `{"id":${ofString},"jsonrpc":"2.0","result":true}`,
      ]);
    });
  }

  it('answers errors under the id of a call, and takes ids from 1,000,000,000 to the largest of 64 bits', () => {
    const client = open();
    expect(answersTo(client, '999999999')).match(
      /^\{"id":999999999,"jsonrpc":"2.0","error":\{"code":-32600,.*InvalidRequestId"/,
    );
    expect(answersTo(client, '"1"')).match(/^\{"id":1,.*InvalidRequestId/);
    expect(answersTo(client, '1000000000')).match(/^\{"id":1000000000,.*true/);
    expect(answersTo(client, '"18446744073709551615"')).match(/^\{"id":18446744073709551615,.*true/);
  });

  it('takes a text frame that comes as bytes, and answers one that is not UTF-8 as what cannot be parsed', () => {
    const client = open();
    client.session.receive(new TextEncoder().encode(call('1000000000')), false);
    expect(client.heard.at(-1)?.text).match(/^\{"id":1000000000,.*true/);
    client.session.receive(new Uint8Array([0xff, 0xfe]), false);
    const { text } = client.heard.at(-1) ?? {};
    client.say('');
    expect([client.heard.length, client.heard.at(-1)?.text]).deep.equal([3, text]);
  });

  it('answers ids without the zeros that a string may begin with', () => {
    expect(answersTo(open(), '"0001000000000"')).match(/^\{"id":1000000000,.*true/);
  });

  const params = JSON.stringify({ topic });
  const call = (id: string, rest = `"method":"irn_unsubscribe","params":${params}`): string =>
    `{"id":${id},"jsonrpc":"2.0",${rest}}`;
  const unreadable: readonly [string, string][] = [
    ['no JSON', '{"id":1000000000'],
    ['nothing', ''],
    ['no object', '"irn_publish"'],
    ['an array of calls', `[${call('1000000000')}]`],
    ['no id', `{"jsonrpc":"2.0","method":"irn_unsubscribe","params":${params}}`],
    ['an id beyond 64 bits', call('18446744073709551616')],
    ['an id of 23 digits', call('"12345678901234567890123"')],
    ['an id that is a fraction', call('1000000000.5')],
    ['an id with an exponent', call('1e12')],
    ['an id below zero', call('-1000000000')],
    ['an id that is a word', call('"abc"')],
    ['an id with more than digits in it', call('"1795299120092952065n"')],
    ['an id that is null', call('null')],
    ['an id that is an object', call('{"id":1000000000}')],
    ['neither a method nor a result', call('1000000000', '"params":{}')],
  ];
  for (const [what, text] of unreadable) {
    it(`answers under id 0 what cannot be read: ${what}`, () => {
      const client = open();
      client.say(text);
      const [{ id, error } = {} as never] = client.heard;
      expect([client.heard.length, id, error?.code, error?.data]).deep.equal([1, 0, -32600, 'Serialization']);
    });
  }

  it('answers under id 0 what is binary', () => {
    const client = open();
    client.session.receive(new TextEncoder().encode(call('1000000000')), true);
    expect(client.heard[0]?.['id']).equal(0);
  });

  it('takes bytes of a text frame for its text', () => {
    const client = open();
    client.session.receive(new TextEncoder().encode(call('1000000000')), false);
    expect(client.heard[0]?.result).equal(true);
  });

  it('says nothing to answers that it has not asked for', () => {
    const client = open();
    client.ack('1000000000');
    client.say('{"id":"1000000000","jsonrpc":"2.0","error":{"code":1,"message":"no"}}');
    expect(client.heard).deep.equal([]);
  });

  it('refuses another version of JSON-RPC, and methods that it does not know', () => {
    const client = open();
    client.say(call('1000000000').replace('"2.0"', '"1.0"'));
    client.call('irn_frob', {});
    client.call('toString', {});
    expect(client.heard.map(({ error }) => [error?.code, error?.data])).deep.equal([
      [-32600, 'InvalidJsonRpcVersion'],
      [-32600, 'InvalidMethod'],
      [-32600, 'InvalidMethod'],
    ]);
  });

  it('carries any text, as it was', () => {
    const client = open({ limits: { payload: 2 ** 20 } });
    const reader = connectAs(relay, 'bob');
    reader.subscribe(topic);
    const texts = [
      '1n',
      '"id":12345678901234567,',
      '{"a":[1,{"id":1}]}',
      '\u2028\u2029',
      '😀'.repeat(1000),
      '\u0000\\"',
    ];
    for (const text of texts) client.publish(topic, text);
    expect(reader.messages()).deep.equal(texts);
  });

  it('finds the id that JSON.parse finds, and the digits that it loses', () => {
    open();
    const digits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
    const key = fc.oneof(fc.constantFrom('id', 'params', 'a"id"'), fc.string());
    const spaced = fc.constantFrom('', ' ', '\n\t');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(key, fc.jsonValue({ maxDepth: 3 }))),
        digits,
        fc.boolean(),
        spaced,
        (before, id, quoted, space) => {
          const token = quoted ? `"${id}"` : id;
          const fields = before.map(
            ([name, value]) => `${JSON.stringify(name)}${space}:${space}${JSON.stringify(value)},`,
          );
          const [head, tail] = [
            fields.slice(0, 2).join(''),
            fields
              .slice(2)
              .map((field) => field.slice(0, -1))
              .filter((field) => !field.startsWith('"id"')),
          ];
          const text = `${space}{${space}${head}"id"${space}:${space}${token}${space}${tail.map((field) => `,${field}`).join(space)}}`;
          expect(String((JSON.parse(text) as { id: unknown }).id)).equal(quoted ? id : String(Number(id)));
          expect(idTokenIn(text)).equal(token);
        },
      ),
      runs(2000, 1),
    );
    expect(idTokenIn('{"\\u0069d":1234567890123456789}')).equal('1234567890123456789');
  });

  it('throws at nothing, and answers each call once', () => {
    const client = open();
    const method = fc.constantFrom(
      'irn_publish',
      'irn_batchSubscribe',
      'irn_batchReceive',
      'irn_fetchMessages',
      'x',
    );
    const anyCall = fc.record({
      id: fc.constant('1000000000'),
      jsonrpc: fc.constant('2.0'),
      method,
      params: fc.jsonValue(),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          anyCall.map((each) => JSON.stringify(each)),
          fc.json(),
          fc.string(),
        ),
        (text) => {
          const before = client.heard.length;
          client.say(text);
          expect(client.heard.length).equal(before + 1);
        },
      ),
      runs(1000, 2),
    );
  });
});
