import { expect } from 'chai';
import { Action } from '../../lib/ably/wire/actions.js';
import { createEmulator, createRelay, type Emulator } from '../../lib/emulator/index.js';
import type { EmulatedConnection } from '../../lib/emulator/index.js';
import { connectTo } from './fake-client.js';

describe('emulator: how its connections and channels are', () => {
  const emulators: Emulator[] = [];
  afterEach(() => emulators.splice(0).forEach((emulator) => emulator.dispose()));
  const create = (keys = ['app.key:secret']): Emulator => {
    const emulator = createEmulator({ keys });
    emulators.push(emulator);
    return emulator;
  };

  it('tells of each connection before its first frame, and completes on dispose', () => {
    const emulator = create();
    const seen: unknown[] = [];
    emulator.connections$.subscribe({
      next: ({ id, sent$ }) => {
        seen.push(id);
        sent$.subscribe(({ action }) => seen.push(action));
      },
      complete: () => seen.push('complete'),
    });
    connectTo(emulator);
    const [connection] = emulator.connections;
    expect(seen).deep.equal([connection?.id, Action.connected]);
    emulator.dispose();
    expect(seen.slice(2)).deep.equal(['complete']);
  });

  for (const format of ['json', 'msgpack'] as const) {
    it(`counts frames of ${format}, and says what is set`, () => {
      const emulator = create();
      const ann = connectTo(emulator, { format });
      const [connection] = emulator.connections;
      ann.attach('chat');
      ann.publish(0, 'chat', { data: 'hello' });
      connection?.delay(5);
      expect(connection?.status).deep.include({
        ...{ format, silent: false, delay: 5, hasToken: false, cameFrom: undefined },
        ...{ framesIn: 2, framesOut: 4, bytesIn: 0, bytesOut: 0, bytesWaiting: 0 },
      });
      const silences: boolean[] = [];
      connection?.silent$.subscribe((on) => silences.push(on));
      connection?.silence();
      expect(connection?.status.silent).equal(true);
      connection?.silence(false);
      expect(silences).deep.equal([true, false]);
    });
  }

  it('says which connection a resume was for, whether it was served or not', () => {
    const emulator = create();
    const key = connectTo(emulator).key();
    const [first] = emulator.connections;
    connectTo(emulator, { resume: key });
    connectTo(emulator, { recover: 'gone!key' });
    expect(emulator.connections.map(({ id, status }) => [id === first?.id, status.cameFrom])).deep.equal([
      [true, first?.id],
      [false, 'gone'],
    ]);
  });

  it('says how a transport ended', () => {
    const emulator = create();
    const ends: unknown[] = [];
    const endings: readonly ((
      client: ReturnType<typeof connectTo>,
      connection: EmulatedConnection,
    ) => void)[] = [
      (client) => client.session.ended(),
      (_, connection) => connection.drop(),
      (_, connection) => connection.close(4000),
      (client) => client.send({ action: Action.close }),
      (client) => connectTo(emulator, { resume: client.key() }),
    ];
    for (const end of endings) {
      const client = connectTo(emulator);
      const connection = emulator.connections.at(-1);
      connection?.ended$.subscribe({ next: (how) => ends.push(how), complete: () => ends.push('.') });
      if (connection) end(client, connection);
    }
    expect(ends).deep.equal([
      ...[{ by: 'client' }, '.', { by: 'server', code: undefined }, '.', { by: 'server', code: 4000 }, '.'],
      ...[{ by: 'server', code: 1000 }, '.', { by: 'server', code: 1000 }, '.'],
    ]);
  });

  it('lists channels of all apps with members, occupancy and latest messages', () => {
    const emulator = create(['app.key:secret', 'other.key:secret']);
    const ann = connectTo(emulator, { clientId: 'ann' });
    ann.attach('chat');
    ann.present(0, 'chat', { action: 2, data: 'here' });
    for (let at = 1; at <= 12; at += 1) ann.publish(at, 'chat', { name: 'n', data: `d${at}` });
    emulator.publish('else', { data: 'x' }, 'other');
    expect(emulator.keyNames).deep.equal(['app.key', 'other.key']);
    const [chat, other] = emulator.channels;
    expect([chat?.name, chat?.appId, chat?.published, other?.appId]).deep.equal(['chat', 'app', 12, 'other']);
    expect(chat?.members.map(({ clientId, data }) => [clientId, data])).deep.equal([['ann', 'here']]);
    expect(chat?.occupancy).deep.include({ connections: 1, presenceMembers: 1 });
    expect(chat?.latest(3).map(({ data }) => data)).deep.equal(['d10', 'd11', 'd12']);
    expect(chat?.latest(100)).length(12);
  });

  it('the relay tells of each connection, and names the topics that have messages', () => {
    const relay = createRelay({ checkJwt: false });
    const seen: unknown[] = [];
    relay.connections$.subscribe({
      next: ({ id, ended$ }) => {
        seen.push(id);
        ended$.subscribe((how) => seen.push(how));
      },
      complete: () => seen.push('complete'),
    });
    relay.connect(
      { params: new URLSearchParams() },
      { send: () => undefined, close: () => undefined, terminate: () => undefined },
    );
    relay.publish('0'.repeat(64), 'hello');
    expect(relay.topics).deep.equal(['0'.repeat(64)]);
    relay.dispose();
    expect(seen).deep.equal(['socket-1', { by: 'server', code: undefined }, 'complete']);
  });
});
