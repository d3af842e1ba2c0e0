import { expect } from 'chai';
import { Flag } from '../../lib/ably/wire/flags.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, steps } from './fake-client.js';
import { askIn, basic, bearer, type Read } from './fake-http.js';

for (const format of ['json', 'msgpack']) {
  describe(`emulator: objects over HTTP, ${format}`, () => {
    let emulator: Emulator;
    beforeEach(() => (emulator = createEmulator({ random: steps() })));
    afterEach(() => emulator.dispose());
    const request = (path: string, body?: unknown, headers = basic(emulator.key)): Read =>
      askIn(format, emulator, `/channels/room/object${path}`, {
        headers,
        ...(body !== undefined && { body }),
      });
    const get = (path = ''): Read['json'] => request(path).json;
    const bytes = format === 'json' ? 'AQI=' : new Uint8Array([1, 2]);

    it('publishes operations by path and by id, and says which objects they were for', () => {
      const made = request('', { path: 'votes', mapCreate: { semantics: 0, entries: {} } });
      const [mapId = ''] = made.json['objectIds'] as string[];
      expect(made).include({ status: 200 });
      expect(made.json).deep.equal({
        ...{ channel: 'room', messageId: made.json['messageId'], objectIds: [mapId, 'root'] },
      });
      expect([made.json['messageId'], mapId]).satisfy(
        ([id, map]: string[]) => /^[\w-]+:0$/.test(String(id)) && /^map:[\w-]{43}@\d+$/.test(String(map)),
      );
      for (const key of ['up', 'down'])
        request('', { path: `votes.${key}`, counterCreate: { count: key === 'up' ? 1 : 0 } });
      expect(request('', { path: 'votes.*', counterInc: { number: 2 } }).json['objectIds']).length(2);
      request('', [
        { objectId: mapId, mapSet: { key: 'a.b', value: { bytes } } },
        { path: '', mapSet: { key: 'json', value: { json: '{"x":1}' } } },
        { path: '', mapSet: { key: 'self', value: { objectId: 'root' } } },
      ]);
      expect(get()).deep.equal({
        ...{ votes: { up: 3, down: 2, 'a.b': bytes }, json: '{"x":1}', self: { objectId: 'root' } },
      });
      expect([get('?path=votes.up'), get(`/${encodeURIComponent(mapId)}?path=a\\.b`)]).deep.equal([3, bytes]);
      request('', { path: 'votes', mapRemove: { key: 'up' } });
      expect(get(`/${mapId}`)).deep.equal({ down: 2, 'a.b': bytes });
    });

    it('returns ids and types with compact=false', () => {
      const objects = emulator.objects('room');
      objects.createCounter('n', 2);
      objects.set('b', new Uint8Array([1, 2]));
      objects.set('self', { x: 1 });
      const full = get('?compact=false') as { map: { entries: { n: { data: { objectId: string } } } } };
      const { objectId } = full.map.entries.n.data;
      expect(full).deep.equal({
        objectId: 'root',
        map: {
          semantics: 'LWW',
          entries: {
            n: { data: { objectId, counter: { data: { number: 2 } } } },
            b: { data: { bytes } },
            self: { data: { json: '{"x":1}' } },
          },
        },
      });
      expect(get('?compact=false&path=b')).deep.equal({ bytes });
    });

    it('delivers operations in one frame, all or none', () => {
      const client = connectTo(emulator, { format });
      client.attach('room', { flags: Flag.objectSubscribe });
      const good = { path: '', mapSet: { key: 'a', value: { number: 1 } } };
      expect(request('', [good, { path: '', mapSet: { key: 'b', value: {} } }]).code).equal(92000);
      expect(client.of('OBJECT')).deep.equal([]);
      request('', [good, { path: '', mapRemove: { key: 'b' } }]);
      expect(
        client.of('OBJECT').map(({ state = [] }) => state.map(({ operation }) => operation?.action)),
      ).deep.equal([[1, 2]]);
    });

    it('performs operations once that bring their ids along', () => {
      request('', { path: 'n', counterCreate: { count: 0 } });
      const add = (id: string): Read => request('', { id, path: 'n', counterInc: { number: 1 } });
      const [first, second] = [add('mine'), add('mine')];
      expect(second.json).deep.equal(first.json);
      expect(first.json['messageId']).equal('mine');
      add('other');
      expect(get('?path=n')).equal(2);
    });

    const bad: readonly [string, unknown, number][] = [
      ['no operation', [], 92000],
      ['a text', 'x', 92000],
      ['no kind of operation', { path: '' }, 92000],
      ['two kinds of operation', { path: '', mapRemove: { key: 'a' }, counterInc: { number: 1 } }, 92000],
      ['neither id nor path', { mapRemove: { key: 'a' } }, 92006],
      [
        'a creation under an id without one',
        { mapCreateWithObjectId: { initialValue: '{}', nonce: 'x' } },
        92006,
      ],
      ['a creation under an id without a nonce', { objectId: 'root', mapCreate: { entries: {} } }, 92000],
      ['a path to nothing', { path: 'none', mapRemove: { key: 'a' } }, 92005],
      ['a path to another type', { path: '', counterInc: { number: 1 } }, 92007],
      ['a path that is no text', { path: 1, counterInc: { number: 1 } }, 92000],
    ];
    for (const [title, body, code] of bad)
      it(`refuses ${title} with ${code}`, () => expect(request('', body).code).equal(code));

    it('refuses to read what is not there', () => {
      const codes = (...paths: string[]): unknown[] =>
        paths.map((path) => [request(path).status, request(path).code]);
      expect(codes('')).deep.equal([[404, 92004]]);
      const objects = emulator.objects('room');
      objects.createCounter('n');
      const { objectIds } = request('', { counterCreate: { count: 1 } }).json as { objectIds: string[] };
      objects.collect();
      expect(codes('/counter:none', `/${String(objectIds[0])}`, '?path=none', '?path=*')).deep.equal([
        [404, 92004],
        [400, 92003],
        [400, 92005],
        [400, 92005],
      ]);
    });

    it('asks for capabilities, and for the method', () => {
      const { token } = emulator.issueToken({ capability: { '*': ['publish', 'subscribe'] } });
      const body = { path: '', mapRemove: { key: 'a' } };
      expect([request('', undefined, bearer(token)).code, request('', body, bearer(token)).code]).deep.equal([
        40160, 40160,
      ]);
      expect(request('/root', body).code).equal(40500);
    });
  });
}
