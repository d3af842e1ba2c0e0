import { expect } from 'chai';
import { Subject, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Action } from '../../lib/ably/wire/actions.js';
import { createEmulator, type EmulatedConnection, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';
import { named } from '../support/heard.js';

describe('emulator: faults', () => {
  let emulator: Emulator;
  let client: FakeClient;
  let connection: EmulatedConnection;
  beforeEach(() => {
    emulator = createEmulator({ random: steps() });
    [client, connection] = connected(emulator);
  });
  afterEach(() => emulator.dispose());

  const connected = (to: Emulator): [FakeClient, EmulatedConnection] => {
    const made = connectTo(to);
    const [live] = to.connections;
    if (!live) throw new Error('The client was not let in.');
    return [made, live];
  };

  it('drops without a word', () => {
    connection.drop();
    expect([client.end?.code, client.frames.length, emulator.connections.length]).deep.equal([1006, 1, 0]);
  });

  it('a silent connection sends and receives nothing until silence(false)', () => {
    client.attach('chat');
    connection.silence();
    client.publish(0, 'chat', { data: 'unheard' });
    emulator.publish('chat', { data: 'untold' });
    expect([client.frames.length, client.end]).deep.equal([2, undefined]);
    connection.silence(false);
    client.publish(0, 'chat', { data: 'heard' });
    expect(client.data()).deep.equal(['heard']);
  });

  it('refuses the next publishes, one by default', () => {
    connection.nack();
    connection.nack({ code: 42_910, statusCode: 429 }, 2);
    const codes = [0, 1, 2, 3].map(
      (msgSerial) => client.publish(msgSerial, 'chat', { data: 'x' })?.error?.code,
    );
    expect(codes).deep.equal([40000, 42_910, 42_910, undefined]);
  });

  it('holds answers until they are let go, in order', () => {
    client.attach('chat');
    connection.holdAcks(true);
    for (const msgSerial of [0, 1]) client.publish(msgSerial, 'chat', { data: msgSerial + '' });
    expect([client.data(), client.of('ACK')]).deep.equal([['0', '1'], []]);
    connection.holdAcks(false);
    expect(client.of('ACK').map(({ msgSerial }) => msgSerial)).deep.equal([0, 1]);
  });

  it('sends any frame, and what is no frame', () => {
    const sent: unknown[] = [];
    connection.sent$.subscribe((frame) => sent.push(named(frame)));
    connection.send({ action: Action.disconnected, error: { code: 40142, statusCode: 401 } });
    expect(client.last()?.error?.code).equal(40142);
    expect(() => connection.sendRaw('{"action":9')).throw(SyntaxError); // it is the client that cannot read it
    expect(sent).deep.equal([client.last()]);
  });

  it('closes with any code', () => {
    connection.close(4001, 'because');
    expect(client.end).deep.equal({ code: 4001, reason: 'because' });
    expect(emulator.connections).deep.equal([]);
  });

  it('forgets a connection, so that a resume fails', () => {
    connection.forget();
    connection.drop();
    expect(connectTo(emulator, { resume: client.key() }).frames[0]?.error?.code).equal(80008);
  });

  it('refuses new connections with an error or without a word, until told otherwise', () => {
    emulator.refuse({ code: 50003, statusCode: 503 });
    const refused = connectTo(emulator);
    emulator.refuse();
    const dropped = connectTo(emulator);
    emulator.refuse(false);
    expect([refused.frames[0]?.error?.code, refused.end?.code]).deep.equal([50003, 1000]);
    expect([dropped.frames, dropped.end?.code]).deep.equal([[], 1006]);
    expect(connectTo(emulator).frames[0]?.action).equal('CONNECTED');
  });

  it('completes the streams of a connection with its transport, and hands out no Subject', () => {
    const ends: string[] = [];
    connection.sent$.subscribe({ complete: () => ends.push('sent$') });
    connection.received$.subscribe({ complete: () => ends.push('received$') });
    client.session.ended();
    expect(ends.sort()).deep.equal(['received$', 'sent$']);
    for (const stream of [connection.sent$, connection.received$]) expect(stream).not.instanceOf(Subject);
  });

  it('refuses all connections after dispose', () => {
    emulator.dispose();
    expect(client.end?.code).equal(1006);
    expect(connectTo(emulator).end?.code).equal(1006);
  });

  it('delays everything, in order, and closes after it', () => {
    new TestScheduler(() => undefined).run(() => {
      const virtual = createEmulator({ maxIdleInterval: 0 });
      const [late, live] = connected(virtual);
      live.delay(100);
      late.send({ action: Action.heartbeat, id: 'a' });
      timer(50).subscribe(() => {
        live.delay(0);
        late.send({ action: Action.heartbeat, id: 'b' });
        late.send({ action: Action.close });
      });
      timer(99).subscribe(() => expect(late.frames).length(1));
      timer(101).subscribe(() => {
        expect(late.frames.slice(1).map(({ action, id }) => id ?? action)).deep.equal(['a', 'b', 'CLOSED']);
        expect(late.end?.code).equal(1000);
        virtual.dispose();
      });
    });
  });
});
