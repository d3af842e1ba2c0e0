import { expect } from 'chai';
import { createEmulator, type Emulator } from '../../../../../lib/emulator/index.js';
import { connectTo, steps } from '../../../fake-client.js';
import { askIn, basic, bearer, type Read } from '../../../fake-http.js';

const channel = 'a/b::$chat';
const room = '/chat/v4/rooms/a%2Fb';

for (const format of ['json', 'msgpack']) {
  describe(`emulator: Chat over HTTP, ${format}`, () => {
    let emulator: Emulator;
    beforeEach(() => {
      emulator = createEmulator({ random: steps() });
    });
    afterEach(() => emulator.dispose());
    type Asked = Parameters<typeof askIn>[3];
    const as = (clientId: string): Record<string, string> => ({
      ...basic(emulator.key),
      'x-ably-clientid': btoa(clientId),
    });
    const ask = (path: string, more: Asked = {}): Read =>
      askIn(format, emulator, `${room}${path}`, { headers: as('ann'), ...more });
    const send = (body: object, query = ''): Read['json'] => ask(`/messages${query}`, { body }).json;
    const at = (sent: Read['json'], act = ''): string =>
      `/messages/${encodeURIComponent(String(sent['serial']))}${act}`;

    it('CHA-M3a: answers a message as it is sent to those in the room', () => {
      const client = connectTo(emulator, { format });
      client.attach(channel);
      const { status, json } = ask('/messages', {
        body: { text: 'hi', metadata: { a: [1] }, headers: { h: 'x' } },
      });
      const [frame] = client.of('MESSAGE');
      const [message] = frame?.messages ?? [];
      const { serial = '', timestamp = frame?.timestamp } = message ?? {};
      expect(status).equal(201);
      expect(json).deep.equal({
        ...{ serial, timestamp, version: { serial, timestamp }, clientId: 'ann', action: 'message.create' },
        ...{ text: 'hi', metadata: { a: [1] }, headers: { h: 'x' } },
        reactions: { unique: {}, distinct: {}, multiple: {} },
      });
      expect(message).deep.include({
        ...{ name: 'chat.message', clientId: 'ann', encoding: 'json', extras: { headers: { h: 'x' } } },
        data: JSON.stringify({ text: 'hi', metadata: { a: [1] } }),
      });
    });

    it('sends, updates and deletes once what is asked for again with the same idempotencyKey', () => {
      const sent = send({ text: 'a' }, '?idempotencyKey=k1');
      expect(send({ text: 'a' }, '?idempotencyKey=k1')).deep.equal(sent);
      const update = (): Read['json'] =>
        ask(at(sent, '?idempotencyKey=k2'), { method: 'PUT', body: { message: { text: 'b' } } }).json;
      const remove = (): Read['json'] =>
        ask(at(sent, '/delete?idempotencyKey=k3'), { method: 'POST', body: {} }).json;
      expect(update()).deep.equal(update());
      expect(remove()).deep.equal(remove());
      expect(ask(at(sent, '/versions')).list.map(({ action }) => action)).deep.equal([
        ...['message.create', 'message.update', 'message.delete'],
      ]);
      expect(ask('/messages').list).length(1);
    });

    it('CHA-M8c: an update replaces metadata and headers, and a delete keeps the text', () => {
      const sent = send({ text: 'a', metadata: { m: 1 }, headers: { h: 1 } });
      const updated = ask(at(sent), {
        method: 'PUT',
        body: { message: { text: 'b' }, description: 'why', metadata: { k: 'v' } },
      });
      expect(updated.status).equal(200);
      expect(updated.json).deep.include({ text: 'b', metadata: {}, headers: {}, action: 'message.update' });
      expect(updated.json['version']).include({ clientId: 'ann', description: 'why' });
      const deleted = ask(at(sent, '/delete'), { method: 'POST' });
      expect(deleted.status).equal(200);
      expect(deleted.json).deep.include({ text: 'b', action: 'message.delete' });
      expect(ask(at(sent)).json).deep.equal(deleted.json);
    });

    it('CHA-M6a: returns the history in either order, in pages, with chat messages alone', () => {
      for (const text of ['a', 'b', 'c']) send({ text });
      emulator.publish(channel, { name: 'other', data: 'x' });
      emulator.publish(channel, { name: 'chat.message', data: 'not json', encoding: 'json' });
      const texts = ({ list }: Read): unknown[] => list.map(({ text }) => text);
      expect(texts(ask('/messages'))).deep.equal(['', 'c', 'b', 'a']);
      const first = ask('/messages?orderBy=oldestFirst&limit=2');
      const [, next = ''] = /<\.(\/messages\?[^>]+)>; rel="next"/.exec(first.link) ?? [];
      expect([texts(first), texts(ask(next))]).deep.equal([
        ['a', 'b'],
        ['c', ''],
      ]);
      expect(texts(ask('/messages?orderBy=newestFirst&direction=forwards&limit=1'))).deep.equal(['a']);
      expect(ask('/messages?orderBy=x').code).equal(40003);
      expect(askIn(format, emulator, '/chat/v4/rooms/none/messages', { headers: as('ann') }).list).deep.equal(
        [],
      );
    });

    it('CHA-MR4, CHA-MR11: adds reactions, and takes back the one of a client of the type unique', () => {
      const sent = send({ text: 'a' });
      const react = (clientId: string, body: object): Read =>
        ask(at(sent, '/reactions'), { body, headers: as(clientId) });
      const takeBack = (clientId: string, query: string): Read =>
        ask(at(sent, `/reactions?${query}`), { method: 'DELETE', headers: as(clientId) });
      const sums = (): unknown => ask(at(sent)).json['reactions'];
      const added = react('ann', { type: 'unique', name: 'like' });
      expect([added.status, typeof added.json['serial']]).deep.equal([201, 'string']);
      react('ann', { type: 'unique', name: 'love' });
      react('bob', { type: 'multiple', name: 'clap', count: 2 });
      expect(sums()).deep.equal({
        unique: { love: { total: 1, clientIds: ['ann'] } },
        distinct: {},
        multiple: { clap: { total: 2, clientIds: { bob: 2 }, totalUnidentified: 0, totalClientIds: 1 } },
      });
      expect([
        takeBack('ann', 'type=unique').status,
        takeBack('bob', 'type=multiple&name=clap').status,
      ]).deep.equal([200, 200]);
      expect(sums()).deep.equal({ unique: {}, distinct: {}, multiple: {} });
      expect([takeBack('ann', 'type=unique').code, takeBack('bob', 'type=distinct&name=x').code]).deep.equal([
        40400, 40400,
      ]);
    });

    it('CHA-MR13: returns the reactions of one client, with no other in them', () => {
      const sent = send({ text: 'a' });
      for (const clientId of ['ann', 'bob'])
        for (const type of ['distinct', 'multiple'])
          ask(at(sent, '/reactions'), { body: { type, name: 'like' }, headers: as(clientId) });
      ask(at(sent, '/reactions'), { body: { type: 'distinct', name: 'love' }, headers: as('bob') });
      const ofAnn = {
        unique: {},
        distinct: { like: { total: 2, clientIds: ['ann'], clipped: true } },
        multiple: {
          like: { total: 2, clientIds: { ann: 1 }, totalUnidentified: 0, totalClientIds: 2, clipped: true },
        },
      };
      const headers = { headers: basic(emulator.key) };
      expect(ask(at(sent, '/client-reactions')).json).deep.equal(ofAnn);
      expect(ask(at(sent, '/client-reactions?forClientId=ann'), headers).json).deep.equal(ofAnn);
      expect(ask(at(sent, '/client-reactions?forClientId=toString')).json).deep.equal({
        ...{ unique: {}, distinct: {}, multiple: {} },
      });
      expect(ask(at(sent, '/client-reactions'), headers).code).equal(40012);
    });

    it('CHA-O3: returns the occupancy of a room', () => {
      expect(ask('/occupancy').json).deep.equal({ connections: 0, presenceMembers: 0 });
      connectTo(emulator, { format }).attach(channel);
      emulator.presence(channel).enter([{ clientId: 'ann' }, { clientId: 'bob' }]);
      expect(ask('/occupancy').json).deep.equal({ connections: 1, presenceMembers: 2 });
    });

    it('takes the client from the parameter `clientId` too, and refuses another than that of the token', () => {
      const headers = basic(emulator.key);
      expect(ask('/messages?clientId=eve', { body: { text: 'a' }, headers }).json['clientId']).equal('eve');
      expect(ask('/messages', { body: { text: 'a' }, headers }).json['clientId']).equal('');
      const token = bearer(emulator.issueToken({ clientId: 'ann' }).token);
      expect(ask('/messages?clientId=eve', { body: { text: 'a' }, headers: token }).code).equal(40102);
    });

    it('asks for the capabilities of the room, by its name or by that of its channel', () => {
      const sent = send({ text: 'a' });
      const codes = (capability: Record<string, string[]>): unknown[] => {
        const headers = bearer(emulator.issueToken({ capability, clientId: 'ann' }).token);
        return [
          ask('/messages', { body: { text: 'b' }, headers }),
          ask('/messages', { headers }),
          ask('/occupancy', { headers }),
          ask(at(sent), { method: 'PUT', body: { message: { text: 'b' } }, headers }),
          ask(at(sent, '/reactions'), { body: { type: 'distinct', name: 'x' }, headers }),
          ask(at(sent, '/client-reactions'), { headers }),
          ask(at(sent, '/delete'), { method: 'POST', body: {}, headers }),
        ].map(({ status, code }) => code ?? status);
      };
      const no = 40160;
      for (const name of ['a/b', channel]) {
        expect(codes({ [name]: ['publish'] })).deep.equal([201, no, no, no, no, no, no]);
        expect(codes({ [name]: ['history'] })).deep.equal([no, 200, no, no, no, 200, no]);
        expect(codes({ [name]: ['channel-metadata', 'annotation-publish'] })).deep.equal([
          ...[no, no, 200, no, 201, no, no],
        ]);
        expect(codes({ [name]: ['message-update-own'] })).deep.equal([no, no, no, 200, no, no, no]);
      }
      expect(codes({ a: ['*'], 'a/b::': ['*'] })).deep.equal([no, no, no, no, no, no, no]);
      expect(codes({ [channel]: ['message-delete-any'] })).deep.equal([no, no, no, no, no, no, 200]);
    });

    const bad: readonly [
      title: string,
      path: (sent: Read['json']) => string,
      more: Asked,
      code: number,
      named: RegExp,
    ][] = [
      ['no text', () => '/messages', { body: {} }, 40000, /`text`/],
      ['an empty text', () => '/messages', { body: { text: '' } }, 40000, /`text`/],
      [
        'metadata that is no object',
        () => '/messages',
        { body: { text: 'a', metadata: 1 } },
        40000,
        /`metadata`/,
      ],
      [
        'headers that are no object',
        () => '/messages',
        { body: { text: 'a', headers: [] } },
        40000,
        /`headers`/,
      ],
      ['a body that is no object', () => '/messages', { body: [1] }, 40001, /not an object/],
      [
        'an update without a message',
        (sent) => at(sent),
        { method: 'PUT', body: {} },
        40000,
        /`message\.text`/,
      ],
      [
        'an update for a reason that is no text',
        (sent) => at(sent),
        { method: 'PUT', body: { message: { text: 'a' }, description: 1 } },
        40030,
        /description/,
      ],
      [
        'a delete with metadata of numbers',
        (sent) => at(sent, '/delete'),
        { body: { metadata: { a: 1 } } },
        40030,
        /metadata/,
      ],
      [
        'a reaction of an unknown type',
        (sent) => at(sent, '/reactions'),
        { body: { type: 'toString', name: 'x' } },
        40000,
        /`type`/,
      ],
      [
        'a reaction without a name',
        (sent) => at(sent, '/reactions'),
        { body: { type: 'unique' } },
        40000,
        /`name`/,
      ],
      [
        'a count where there is none',
        (sent) => at(sent, '/reactions'),
        { body: { type: 'unique', name: 'x', count: 2 } },
        40000,
        /`count`/,
      ],
      [
        'a count of nothing',
        (sent) => at(sent, '/reactions'),
        { body: { type: 'multiple', name: 'x', count: 0 } },
        40003,
        /count/,
      ],
      [
        'a nameless reaction to take back',
        (sent) => at(sent, '/reactions?type=distinct'),
        { method: 'DELETE' },
        40003,
        /`name`/,
      ],
      ['an unknown message', () => '/messages/none', {}, 40400, /serial/],
      [
        'an update of an unknown message',
        () => '/messages/none',
        { method: 'PUT', body: { message: { text: 'a' } } },
        40400,
        /serial/,
      ],
      ['an unknown part', (sent) => at(sent, '/likes'), {}, 40400, /path/],
      ['a part of the occupancy', () => '/occupancy/x', {}, 40400, /path/],
      ['another method on a room', () => '/messages', { method: 'DELETE' }, 40500, /GET or POST/],
      ['another method on a message', (sent) => at(sent), { method: 'DELETE' }, 40500, /GET or PUT/],
      ['another method on a delete', (sent) => at(sent, '/delete'), {}, 40500, /POST/],
      ['another method on versions', (sent) => at(sent, '/versions'), { body: {} }, 40500, /GET/],
      ['another method on reactions', (sent) => at(sent, '/reactions'), {}, 40500, /POST or DELETE/],
      [
        'another method on those of a client',
        (sent) => at(sent, '/client-reactions'),
        { body: {} },
        40500,
        /GET/,
      ],
      ['another method on the occupancy', () => '/occupancy', { body: {} }, 40500, /GET/],
      ['no credentials', () => '/messages', { headers: {} }, 40101, /credentials/],
    ];
    for (const [title, path, more, code, named] of bad)
      it(`refuses ${title}`, () => {
        const { json } = ask(path(send({ text: 'a' })), more);
        const error = json['error'] as { code: number; message: string };
        expect(error.code).equal(code);
        expect(error.message).match(named);
      });

    it('knows messages of the room that are not of the chat neither by their serial nor for an edit', () => {
      const client = connectTo(emulator, { format });
      client.attach(channel);
      emulator.publish(channel, { name: 'other', data: 'x' });
      const sent = { serial: client.of('MESSAGE')[0]?.messages?.[0]?.serial };
      const codes = [
        ask(at(sent)),
        ask(at(sent, '/versions')),
        ask(at(sent), { method: 'PUT', body: { message: { text: 'a' } } }),
        ask(at(sent, '/reactions'), { body: { type: 'distinct', name: 'x' } }),
      ].map(({ code }) => code);
      expect(codes).deep.equal([40400, 40400, 40400, 40400]);
    });

    it('serves version 4 of the API alone', () => {
      expect(askIn(format, emulator, '/chat/v3/rooms/a/messages', { headers: as('ann') }).code).equal(40400);
    });
  });
}
