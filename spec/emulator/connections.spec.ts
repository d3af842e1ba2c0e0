import { expect } from 'chai';
import { TestScheduler } from 'rxjs/testing';
import { asyncScheduler, timer } from 'rxjs';
import { Action } from '../../lib/ably/wire/actions.js';
import { createEmulator, type Emulator, type EmulatorOptions } from '../../lib/emulator/index.js';
import { connectTo, steps } from './fake-client.js';

const emulators: Emulator[] = [];
const create = (options: EmulatorOptions = {}): Emulator => {
  const emulator = createEmulator({ random: steps(), ...options });
  emulators.push(emulator);
  return emulator;
};
afterEach(() => emulators.splice(0).forEach((emulator) => emulator.dispose()));

const runVirtually = (body: (after: (ms: number, act: () => void) => void) => void): void =>
  new TestScheduler(() => undefined).run(() => body((ms, act) => void timer(ms).subscribe(act)));

describe('emulator: connections', () => {
  it('CD2, CD2i, CD2j: says CONNECTED with all details, in either format', () => {
    for (const format of ['json', 'msgpack'] as const) {
      const { frames } = connectTo(create(), { format, clientId: 'ann' });
      const { connectionId, connectionDetails } = frames[0] ?? {};
      expect(connectionId).match(/^[\w-]{10}$/);
      expect(connectionDetails?.connectionKey).match(new RegExp(`^${connectionId ?? ''}!.{8,}$`));
      expect({ ...connectionDetails, connectionKey: '' }).deep.equal({
        clientId: 'ann',
        connectionKey: '',
        maxMessageSize: 65_536,
        maxFrameSize: 524_288,
        maxInboundRate: 1000,
        connectionStateTtl: 120_000,
        maxIdleInterval: 15_000,
        serverId: 'emulator',
        objectsGCGracePeriod: 86_400_000,
        siteCode: 'emu',
      });
    }
  });

  it('CD2a: lets a key take on any clientId, a token none', () => {
    const emulator = create();
    const [byKey] = connectTo(emulator).frames;
    const { token } = emulator.issueToken();
    const [byToken] = connectTo(emulator, { key: undefined, accessToken: token }).frames;
    expect(byKey?.connectionDetails?.clientId).equal('*');
    expect(byToken?.connectionDetails).not.property('clientId');
  });

  it('RTN13e: answers HEARTBEAT with the same id', () => {
    const client = connectTo(create());
    client.send({ action: Action.heartbeat, id: 'ping-1' });
    expect(client.last()).deep.equal({ action: 'HEARTBEAT', id: 'ping-1' });
  });

  it('answers CLOSE with CLOSED, closes with 1000 and forgets the connection', () => {
    const emulator = create();
    const client = connectTo(emulator);
    client.send({ action: Action.close });
    expect(client.last()).deep.equal({ action: 'CLOSED' });
    expect(client.end?.code).equal(1000);
    expect(emulator.connections).deep.equal([]);
    expect(connectTo(emulator, { resume: client.key() }).frames[0]?.error?.code).equal(80008);
  });

  it('RTN15c6: resumes the same connection without an error', () => {
    const emulator = create();
    const first = connectTo(emulator);
    const second = connectTo(emulator, { resume: first.key() });
    expect(second.frames[0]?.connectionId).equal(first.frames[0]?.connectionId);
    expect(second.frames[0]).not.property('error');
    expect(emulator.connections).length(1);
  });

  for (const format of ['json', 'msgpack'] as const)
    it(`ends the old transport of a resumed connection at once, and says so once the new one is known, ${format}`, () => {
      runVirtually((after) => {
        const emulator = create({ scheduler: asyncScheduler, maxIdleInterval: 0 });
        const first = connectTo(emulator, { format });
        first.attach('chat');
        connectTo(emulator, { format, resume: first.key() });
        emulator.publish('chat', { data: 'for the new one' });
        first.publish(0, 'chat', { data: 'not taken' });
        expect([first.data(), first.of('ACK'), first.end]).deep.equal([[], [], undefined]);
        after(49, () => expect(first.end).equal(undefined));
        after(50, () => {
          expect(first.last()).nested.include({
            ...{ action: 'DISCONNECTED', 'error.code': 80016, 'error.statusCode': 410 },
          });
          expect(first.end?.code).equal(1000);
        });
      });
    });

  it('says nothing on an old transport that is gone by then', () => {
    runVirtually((after) => {
      const emulator = create({ scheduler: asyncScheduler, maxIdleInterval: 0 });
      const first = connectTo(emulator);
      connectTo(emulator, { resume: first.key() });
      first.session.ended();
      after(60, () => expect([first.last()?.action, first.end]).deep.equal(['CONNECTED', undefined]));
    });
  });

  it('RTN16k: recovers by the connection key', () => {
    const emulator = create();
    const first = connectTo(emulator);
    first.session.ended();
    expect(connectTo(emulator, { recover: first.key() }).frames[0]?.connectionId).equal(
      first.frames[0]?.connectionId,
    );
  });

  for (const format of ['json', 'msgpack'])
    it(`RTN15e, RTN16d: the connection key changes with each resume and recovery, and the earlier ones go on to resume, ${format}`, () => {
      const emulator = create();
      const first = connectTo(emulator, { format });
      const resumed = connectTo(emulator, { format, resume: first.key() });
      const recovered = connectTo(emulator, { format, recover: resumed.key() });
      const late = connectTo(emulator, { format, resume: first.key() });
      expect(late.frames[0]).include({ connectionId: first.frames[0]?.connectionId }).not.property('error');
      const keys = [first, resumed, recovered, late].map((each) => each.key());
      expect(new Set(keys).size).equal(4);
      late.send({ action: Action.close });
      for (const resume of keys)
        expect(connectTo(emulator, { format, resume }).frames[0]?.error?.code).equal(80008);
    });

  it('RTN15c7: gives a new connection and an error for a wrong key', () => {
    const emulator = create();
    const first = connectTo(emulator);
    for (const resume of [
      'nonsense',
      '_____!never_a_key____',
      `${first.frames[0]?.connectionId ?? ''}!wrong`,
    ]) {
      const [connected] = connectTo(emulator, { resume }).frames;
      expect(connected?.action).equal('CONNECTED');
      expect(connected?.error?.code).equal(80018);
      expect(connected?.connectionId).not.equal(first.frames[0]?.connectionId);
    }
  });

  it('RTN15c7: gives a new connection and an error for a key that never was, though it looks like one', () => {
    const emulator = create();
    const { connectionId = '' } = connectTo(emulator).frames[0] ?? {};
    for (const id of [connectionId, 'abcdefghij']) {
      const [connected] = connectTo(emulator, { recover: `${id}!0123456789abcdef` }).frames;
      expect(connected).nested.include({ action: 'CONNECTED', 'error.code': 80008 });
      expect(connected?.connectionId).not.equal(connectionId);
    }
  });

  it('RTN15c4: refuses to resume a connection of another app with 40102', () => {
    const emulator = create({ keys: ['app.key:hush', 'other.key:hush'] });
    const { frames } = connectTo(emulator, { key: 'other.key:hush', resume: connectTo(emulator).key() });
    expect(frames[0]).nested.include({ action: 'ERROR', 'error.code': 40102, 'error.statusCode': 401 });
  });

  it('RTN15c7: keeps the state for connectionStateTtl after the transport, no longer', () => {
    runVirtually((after) => {
      const emulator = createEmulator({ connectionStateTtl: 1000, maxIdleInterval: 0 });
      const [early, late] = [connectTo(emulator), connectTo(emulator)];
      early.session.ended();
      late.session.ended();
      after(999, () => expect(connectTo(emulator, { resume: early.key() }).frames[0]).not.property('error'));
      after(1001, () => {
        expect(connectTo(emulator, { resume: late.key() }).frames[0]?.error?.code).equal(80008);
        emulator.dispose();
      });
    });
  });

  it('RTN23: breaks idleness with HEARTBEAT or with pings, as `heartbeats` asks', () => {
    runVirtually((after) => {
      const emulator = createEmulator({ maxIdleInterval: 100 });
      const framed = connectTo(emulator, { heartbeats: 'true' });
      const pinged = connectTo(emulator, { heartbeats: 'false' });
      after(50, () => framed.send({ action: Action.heartbeat, id: 'a' }));
      after(149, () => expect(framed.of('HEARTBEAT')).length(1));
      after(251, () => {
        expect(framed.of('HEARTBEAT').map(({ id }) => id)).deep.equal(['a', undefined, undefined]);
        expect(pinged.pings).equal(2);
        expect(pinged.frames).length(1);
        emulator.dispose();
      });
    });
  });
});

describe('emulator: credentials', () => {
  const basic = (key: string) => ({ authorization: `Basic ${btoa(key)}` });
  const cases: readonly [string, Record<string, string | undefined>, Record<string, string>, number?][] = [
    ['a key as a parameter', {}, {}],
    ['a key in the header', { key: undefined }, basic('app.key:hush')],
    ['nothing', { key: undefined }, {}, 40101],
    ['a key of another app', { key: 'none.key:hush' }, {}, 40400],
    ['a wrong secret', { key: 'app.key:wrong' }, {}, 40101],
    ['an unknown key of the app', { key: 'app.other:hush' }, {}, 40400],
    ['what is no key', { key: 'nonsense' }, {}, 40101],
    ['a header that is no base64', { key: undefined }, { authorization: 'Basic %%%' }, 40101],
    ['a token that was never given out', { key: undefined, accessToken: 'app.token' }, {}, 40143],
    ['a token of another app', { key: undefined, accessToken: 'none.token' }, {}, 40400],
    ['what is no token', { key: undefined, accessToken: 'nonsense' }, {}, 40005],
    ['a token without text', { key: undefined, accessToken: '' }, {}, 40101],
    ['clientId *', { clientId: '*' }, {}, 40012],
    ['an old version', { v: '1' }, {}, 40017],
    ['an unknown format', { format: 'xml' }, {}, 40003],
  ];
  for (const [title, params, headers, code] of cases) {
    it(`${code ? `refuses with ${code}` : 'lets in'}: ${title}`, () => {
      const emulator = create({ keys: ['app.key:hush'] });
      const seen = connectTo(emulator, params, headers);
      expect(seen.frames[0]?.action).equal(code ? 'ERROR' : 'CONNECTED');
      expect(seen.frames[0]?.error?.code).equal(code);
      expect(seen.end?.code).equal(code && 1000);
      expect(JSON.stringify(seen.frames)).not.contain('hush');
    });
  }
});
