import { expect } from 'chai';
import { createEmulator, type Emulator } from '../../../../../lib/emulator/index.js';
import { connectTo, steps } from '../../../fake-client.js';
import { askIn, basic, bearer, type Read } from '../../../fake-http.js';

for (const format of ['json', 'msgpack']) {
  describe(`emulator: batches, ${format}`, () => {
    let emulator: Emulator;
    beforeEach(() => {
      emulator = createEmulator({ random: steps(), maxMessageSize: 500 });
    });
    afterEach(() => emulator.dispose());
    const bearing = (capability: Record<string, string[]>) =>
      bearer(emulator.issueToken({ capability }).token);
    const post = (body: unknown, headers: Record<string, string> = basic(emulator.key)): Read =>
      askIn(format, emulator, '/messages', { body, headers });
    const get = (query: string, headers: Record<string, string> = basic(emulator.key)): Read =>
      askIn(format, emulator, `/presence?${query}`, { headers });

    it('RSC22c, BSP2: publishes all messages of a batch on all its channels', () => {
      const client = connectTo(emulator, { format });
      for (const channel of ['a', 'b', 'c']) client.attach(channel);
      const { status, list } = post([
        { channels: ['a', 'b'], messages: [{ name: 'n', data: { any: 1 } }, { data: 'x' }] },
        { channels: 'c', messages: { data: 'y' } },
      ]);
      const heard = client.of('MESSAGE').map(({ channel, id, messages = [] }) => ({
        ...{ channel, messageId: id },
        serials: messages.map(({ serial }) => serial),
      }));
      expect(status).equal(201);
      expect(list).deep.equal([
        { successCount: 2, failureCount: 0, results: heard.slice(0, 2) },
        { successCount: 1, failureCount: 0, results: heard.slice(2) },
      ]);
      expect(client.data()).deep.equal(['{"any":1}', 'x', '{"any":1}', 'x', 'y']);
    });

    it('RSC22b: answers one batch with an array too', () => {
      expect(post({ channels: ['a'], messages: [{ data: 'x' }] }).list).length(1);
    });

    it('BPF2: refuses a channel by itself: by its capability, its name, or its messages', () => {
      const headers = bearing({ a: ['publish'], '[?x=y]b': ['*'] });
      const codes = ({ list }: Read): unknown =>
        list.map(({ successCount, failureCount, results }) => [
          ...[successCount, failureCount],
          ...(results as { channel: string; error?: { code: number } }[]).map(({ channel, error }) => [
            channel,
            error?.code,
          ]),
        ]);
      expect(
        codes(post({ channels: ['a', 'b', '[filter=eA==]a'], messages: [{ data: 'x' }] }, headers)),
      ).deep.equal([[1, 2, ['a', undefined], ['b', 40160], ['[filter=eA==]a', 40010]]]);
      expect(codes(post({ channels: 'a', messages: [{ data: 'x'.repeat(501) }] }))).deep.equal([
        [0, 1, ['a', 40009]],
      ]);
      expect(codes(post({ channels: ['a', ''], messages: { data: 'x' } }))).deep.equal([
        [1, 1, ['a', undefined], ['', 40010]],
      ]);
      expect(
        codes(
          post([
            { channels: 'a', messages: [] },
            { channels: 'a', messages: { data: 'x' } },
          ]),
        ),
      ).deep.equal([
        [0, 1, ['a', 40030]],
        [1, 0, ['a', undefined]],
      ]);
    });

    it('RSC22d: publishes messages with known ids once', () => {
      const client = connectTo(emulator, { format });
      client.attach('a');
      const batch = { channels: ['a'], messages: [{ id: 'one', data: 'x' }] };
      expect(post([batch, batch]).list).nested.property('[1].results[0].serials[0]');
      expect(client.data()).deep.equal(['x']);
    });

    it('answers as earlier versions of the API do, when these are asked for', () => {
      const version = { ...bearing({ a: ['publish', 'presence'] }), 'x-ably-version': '2' };
      const { status, list } = post({ channels: 'a', messages: { data: 'x' } }, version);
      expect([status, list.map(({ channel }) => channel)]).deep.equal([201, ['a']]);
      const refused = post({ channels: ['a', 'b'], messages: { data: 'x' } }, version);
      expect([refused.status, refused.code]).deep.equal([400, 40020]);
      expect(refused.json).nested.include({
        ...{ 'batchResponse[0].channel': 'a', 'batchResponse[1].error.code': 40160 },
      });
      expect(get('channels=a', version).list).deep.equal([{ channel: 'a', presence: [] }]);
      expect(get('channels=a,b', version).code).equal(40020);
    });

    it('BAR2, BGR2, BGF2: returns the members of each channel, or why not', () => {
      emulator.presence('a').enter([{ clientId: 'bob', data: new Uint8Array([1, 2]) }, { clientId: 'ann' }]);
      emulator.presence('c').enter({ clientId: 'eve' });
      const { status, json } = get('channels=a,b,c', bearing({ a: ['presence'], b: ['subscribe'] }));
      expect(status).equal(200);
      expect(json).include({ successCount: 2, failureCount: 1 });
      expect(json).deep.nested.include({
        'results[0].channel': 'a',
        'results[0].presence[0].clientId': 'ann',
        'results[0].presence[1].action': 1,
        'results[0].presence[1].data': format === 'json' ? 'AQI=' : new Uint8Array([1, 2]),
        'results[1]': { channel: 'b', presence: [] },
        'results[2].channel': 'c',
        'results[2].error.code': 40160,
      });
      expect(get(`channels=${encodeURIComponent('a,1;b')}&separator=;`).json).nested.include({
        ...{ 'results[0].channel': 'a,1', 'results[1].channel': 'b' },
      });
    });

    it('refuses a batch that is malformed, or too large, as a whole', () => {
      const names = Array.from({ length: 101 }, (_, index) => `c${index}`);
      const bad = [
        ...[null, 1, [], [null], {}, { channels: [], messages: [] }, { channels: [1], messages: [] }],
        { channels: names, messages: { data: 'x' } },
        { channels: 'a', messages: Array(1001).fill({ data: 'x' }) },
      ];
      expect(bad.map((body) => post(body).code)).deep.equal(bad.map(() => 40000));
      for (const query of ['', 'channels=', 'channels=a,'])
        expect(get(query)).include({ status: 400, code: 40003 });
      expect(get(`channels=${names.join()}`)).include({ status: 400, code: 40000 });
      expect(askIn(format, emulator, '/messages', { headers: basic(emulator.key) }).code).equal(40500);
      expect(askIn(format, emulator, '/presence', { headers: basic(emulator.key), body: {} }).code).equal(
        40500,
      );
      expect([post({ channels: 'a', messages: {} }, {}).code, get('channels=a', {}).code]).deep.equal([
        40101, 40101,
      ]);
    });
  });
}
