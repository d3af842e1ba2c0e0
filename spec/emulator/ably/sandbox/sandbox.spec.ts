import { expect } from 'chai';
import { createEmulator, type Emulator } from '../../../../lib/emulator/index.js';
import { virtually } from '../../../support/virtual-time.js';
import { connectTo, steps } from '../../fake-client.js';
import { ask, askIn, basic, bearer, type Read } from '../../fake-http.js';

interface Created {
  readonly appId: string;
  readonly accountId: string;
  readonly keys: readonly {
    readonly keyName: string;
    readonly keySecret: string;
    readonly keyStr: string;
    readonly capability: string;
  }[];
  readonly namespaces: unknown;
}

for (const format of ['json', 'msgpack']) {
  describe(`emulator: sandbox, ${format}`, () => {
    let emulator: Emulator;
    beforeEach(() => {
      emulator = createEmulator({ random: () => 0 });
    });
    afterEach(() => emulator.dispose());
    const post = (body: unknown): Read => askIn(format, emulator, '/apps', { body });
    const create = (body: object = {}): Created => post(body).json as unknown as Created;
    const keyOf = ({ keys: [key] }: Created): string => key?.keyStr ?? '';
    const remove = (id: string, headers: Record<string, string>): Read =>
      askIn(format, emulator, `/apps/${id}`, { method: 'DELETE', headers });

    it('creates an app with keys, capabilities, namespaces and members', () => {
      const { status, json } = post({
        keys: [{}, { capability: { chat: ['subscribe'] } }, { capability: '{"a":["publish"]}', other: 1 }],
        namespaces: [
          { id: 'log', persisted: true, pushEnabled: true },
          { id: 'room', mutableMessages: true },
        ],
        channels: [{ name: 'lobby', presence: [{ clientId: 'ann', data: 'x' }, { clientId: 'bob' }] }],
        limits: {},
      });
      const app = json as unknown as Created;
      expect(status).equal(201);
      expect(app.keys.map(({ capability }) => capability)).deep.equal([
        ...['{"*":["*"]}', '{"chat":["subscribe"]}', '{"a":["publish"]}'],
      ]);
      for (const { keyName, keySecret, keyStr } of app.keys) {
        expect(keyName.startsWith(`${app.appId}.`)).equal(true);
        expect(keyStr).equal(`${keyName}:${keySecret}`);
      }
      expect(app.namespaces).deep.equal([
        { id: 'log', persisted: true },
        { id: 'room', mutableMessages: true },
      ]);
      expect(app.accountId).a('string');
      const [full, limited] = app.keys.map(({ keyStr }) => basic(keyStr));
      const members = askIn(format, emulator, '/channels/lobby/presence', full && { headers: full });
      expect(members.list.map(({ clientId }) => clientId)).deep.equal(['ann', 'bob']);
      const publish = (headers = full) =>
        ask(emulator, '/channels/room:a/messages', { body: { data: 'x' }, headers: headers ?? {} });
      expect([publish().status, publish(limited).code]).deep.equal([201, 40160]);
      const serial = (publish().json['serials'] as string[])[0] ?? '';
      const change = { method: 'PATCH', body: { action: 2 }, headers: full ?? {} };
      expect(ask(emulator, `/channels/room:a/messages/${encodeURIComponent(serial)}`, change).status).equal(
        200,
      );
    });

    it('gives an app without a description one key that may do everything', () => {
      expect(create().keys.map(({ capability }) => capability)).deep.equal(['{"*":["*"]}']);
    });

    it('keeps apps apart: names, channels and members', () => {
      const [one, two] = [create(), create()];
      expect(one.appId).not.equal(two.appId);
      const clients = [one, two].map((app) => connectTo(emulator, { key: keyOf(app), format }));
      clients.forEach((client) => client.attach('chat'));
      clients[0]?.publish(0, 'chat', { data: 'x' });
      expect(clients.map((client) => client.data())).deep.equal([['x'], []]);
    });

    it('deletes an app: its connections are dropped, its keys and tokens are unknown', () => {
      const [app, other] = [create(), create()];
      const client = connectTo(emulator, { key: keyOf(app), format });
      const neighbour = connectTo(emulator, { key: keyOf(other), format });
      client.attach('chat');
      const { token } = emulator.issueToken({ keyName: app.keys[0]?.keyName ?? '' });
      const { status, text } = remove(app.appId, basic(keyOf(app)));
      expect([status, text]).deep.equal([204, '']);
      expect([client.end?.code, neighbour.end]).deep.equal([1006, undefined]);
      expect(emulator.connections).length(1);
      const codeOf = (headers: Record<string, string>) =>
        askIn(format, emulator, '/channels/chat', { headers }).code;
      expect([codeOf(basic(keyOf(app))), codeOf(bearer(token))]).deep.equal([40400, 40400]);
      expect(remove(app.appId, basic(keyOf(app))).code).equal(40400);
    });

    it('deletes an app only with a key of it, and none that it was started with', () => {
      const [app, other] = [create(), create()];
      const { token } = emulator.issueToken({ keyName: app.keys[0]?.keyName ?? '' });
      expect(remove(app.appId, {}).code).equal(40101);
      expect(remove(app.appId, basic(keyOf(other)))).include({ status: 403, code: 40300 });
      expect(remove(app.appId, bearer(token))).include({ status: 401, code: 40162 });
      expect(remove('app', basic(emulator.key))).include({ status: 403, code: 40300 });
      expect(askIn(format, emulator, '/apps').code).equal(40500);
      expect(askIn(format, emulator, `/apps/${app.appId}`, { headers: basic(keyOf(app)) }).code).equal(40500);
    });

    const bad: readonly [body: unknown, named: string][] = [
      [[], 'keys, namespaces, channels'],
      [{ keys: {} }, '`keys`'],
      [{ keys: [1] }, '`keys`'],
      [{ keys: [] }, '`keys`'],
      [{ keys: Array(101).fill({}) }, '`keys`'],
      [{ keys: [{}, { capability: 'x' }] }, '`keys[1].capability`'],
      [{ keys: [{ capability: { a: ['fly'] } }] }, '`keys[0].capability`'],
      [{ namespaces: 'x' }, '`namespaces`'],
      [{ namespaces: [{}] }, '`namespaces[0].id`'],
      [{ namespaces: [{ id: 'a:b' }] }, '`namespaces[0].id`'],
      [{ namespaces: [{ id: 'a', persisted: 1 }] }, '`namespaces[0].persisted`'],
      [{ namespaces: [{ id: 'a', mutableMessages: 'x' }] }, '`namespaces[0].mutableMessages`'],
      [{ channels: [{ presence: [] }] }, '`channels[0].name`'],
      [{ channels: [{ name: 'a', presence: 1 }] }, '`channels[0].presence`'],
      [{ channels: [{ name: 'a' }, { name: 'a', presence: [{ data: 'x' }] }] }, '`channels[1]`'],
    ];
    for (const [body, named] of bad)
      it(`refuses ${JSON.stringify(body).slice(0, 60)} and names ${named}`, () => {
        const { status, json } = post(body);
        const { code, message } = json['error'] as { code: number; message: string };
        expect(status).equal(400);
        expect(code).oneOf([40000, 91000]);
        expect(message).contain(named);
      });

    it('refuses more than 200 apps, until one is deleted', () => {
      const first = create();
      for (let left = 199; left > 0; left -= 1) create();
      expect(post({})).include({ status: 403, code: 40300 });
      remove(first.appId, basic(keyOf(first)));
      expect(post({}).status).equal(201);
    });
  });
}

describe('emulator: members of a deleted app', () => {
  it(
    'leaves nothing to do when an app is deleted whose connection was lost before',
    virtually(({ scheduler, act }) => {
      const emulator = createEmulator({ scheduler, random: steps(), maxIdleInterval: 0 });
      const { appId, keys } = ask(emulator, '/apps', { body: {} }).json as unknown as Created;
      const key = keys[0]?.keyStr ?? '';
      const client = connectTo(emulator, { key, clientId: 'ann' });
      client.attach('chat');
      client.present(0, 'chat', { action: 2 });
      act('1s a 1s b 300s c', {
        a: () => emulator.connections[0]?.drop(),
        b: () => void ask(emulator, `/apps/${appId}`, { method: 'DELETE', headers: basic(key) }),
        c: () => emulator.dispose(),
      });
    }),
  );
});
