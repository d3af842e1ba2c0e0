import { expect } from 'chai';
import { timer } from 'rxjs';
import { Action } from '../../lib/ably/wire/actions.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { virtually } from '../support/virtual-time.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';
import { ask, basic } from './fake-http.js';

const headers = basic('app.key:secret');
const post = (emulator: Emulator, body: object): readonly string[] =>
  ask(emulator, '/channels/chat/messages', { headers, body }).json['serials'] as string[];
const serialsOf = (client: FakeClient): unknown => client.last()?.res?.[0]?.serials;

for (const format of ['json', 'msgpack']) {
  describe(`emulator: idempotency, ${format}`, () => {
    let emulator: Emulator;
    let listener: FakeClient;
    beforeEach(() => {
      emulator = createEmulator({ random: steps() });
      listener = connectTo(emulator, { format });
      listener.attach('chat');
    });
    afterEach(() => emulator.dispose());

    it('RSL1k: takes messages of the same ids once: over HTTP, on a connection, and on another one', () => {
      const batch = [
        { id: 'base:0', data: 'a' },
        { id: 'base:1', data: 'b' },
      ];
      const serials = post(emulator, batch);
      expect(post(emulator, batch)).deep.equal(serials);
      for (const client of [connectTo(emulator, { format }), connectTo(emulator, { format })]) {
        client.publish(0, 'chat', ...batch);
        expect(serialsOf(client)).deep.equal(serials);
        client.publish(1, 'chat', batch[1] ?? {});
        expect(serialsOf(client)).deep.equal([serials[1]]);
      }
      expect(listener.data()).deep.equal(['a', 'b']);
    });

    it('delivers of a batch what was not there yet', () => {
      const [known] = post(emulator, { id: 'base:0', data: 'a' });
      const client = connectTo(emulator, { format });
      client.publish(0, 'chat', { id: 'base:0', data: 'a' }, { id: 'base:1', data: 'b' });
      const [, second] = listener.of('MESSAGE');
      expect(second?.messages?.map(({ id }) => id)).deep.equal(['base:1']);
      expect(serialsOf(client)).deep.equal([known, second?.messages?.[0]?.serial]);
    });

    it('keeps channels apart', () => {
      const client = connectTo(emulator, { format });
      client.publish(0, 'other', { id: 'base:0', data: 'a' });
      client.publish(1, 'chat', { id: 'base:0', data: 'b' });
      expect(listener.data()).deep.equal(['b']);
    });

    it('RTN7: answers a msgSerial that does not begin at 0, or leaves one out, with NACK', () => {
      const client = connectTo(emulator, { format });
      expect(client.publish(1, 'chat', { data: 'x' })).nested.include({
        action: 'NACK',
        msgSerial: 1,
        'error.code': 40000,
      });
      expect(client.last()?.error?.message).match(/expected 0/);
      expect(client.publish(0, 'chat', { data: 'a' })?.action).equal('ACK');
      expect(client.publish(2, 'chat', { data: 'x' })?.action).equal('NACK');
      expect(client.publish(1, 'chat', { data: 'b' })?.action).equal('ACK');
      expect(client.publish(2, 'chat', { data: 'c' })?.action).equal('ACK');
      expect(listener.data()).deep.equal(['a', 'b', 'c']);
    });

    it('bears that some are left out after a silence, which loses them', () => {
      const client = connectTo(emulator, { format });
      emulator.connections[1]?.silence();
      client.publish(0, 'chat', { data: 'lost' });
      emulator.connections[1]?.silence(false);
      expect(client.publish(1, 'chat', { data: 'a' })?.action).equal('ACK');
      expect(client.publish(0, 'chat', { data: 'lost' })?.action).equal('NACK');
      expect(client.publish(3, 'chat', { data: 'x' })?.action).equal('NACK');
      expect(listener.data()).deep.equal(['a']);
    });

    it('RTN16: takes what has ids of its own by these, whatever its msgSerial', () => {
      const first = connectTo(emulator, { format });
      first.publish(0, 'chat', { data: 'a' });
      first.publish(1, 'chat', { data: 'b' });
      const second = connectTo(emulator, { format, recover: first.key() });
      for (const _ of [1, 2]) second.publish(1, 'chat', { id: 'x:0', data: 'c' });
      const [, b, c] = listener.of('MESSAGE').map(({ messages }) => messages?.[0]?.serial);
      expect(serialsOf(second)).deep.equal([c]);
      const implied = `${second.frames[0]?.connectionId ?? ''}:1:0`;
      second.publish(2, 'chat', { id: implied, data: 'b' });
      expect(serialsOf(second)).deep.equal([b]);
      expect(listener.data()).deep.equal(['a', 'b', 'c']);
    });

    it('RTN16f: takes up where another process says that it was, though its last frames were lost', () => {
      const first = connectTo(emulator, { format });
      first.session.ended();
      const second = connectTo(emulator, { format, recover: first.key() });
      expect(second.publish(2, 'chat', { data: 'a' })?.action).equal('ACK');
      expect(second.publish(4, 'chat', { data: 'x' })?.action).equal('NACK');
    });

    it('RTL32, RTAN1: makes an edit of the same id once, and so an annotation', () => {
      const edits = connectTo(emulator, { format, clientId: 'ann' });
      edits.attach('mutable:a');
      edits.publish(0, 'mutable:a', { data: 'a' });
      const serial = edits.of('MESSAGE')[0]?.messages?.[0]?.serial;
      const append = { action: 5, serial, id: 'edit:0', data: 'b' };
      const annotation = { messageSerial: serial, type: 'likes:total.v1', id: 'note:0' };
      for (const msgSerial of [1, 3]) {
        edits.publish(msgSerial, 'mutable:a', append);
        edits.send({
          action: Action.annotation,
          channel: 'mutable:a',
          msgSerial: msgSerial + 1,
          annotations: [annotation],
        });
      }
      const results = edits.of('ACK').map(({ res }) => res?.[0]?.serials[0]);
      expect(results).length(5);
      expect(results.slice(1, 3)).deep.equal(results.slice(3));
      const messages = edits.of('MESSAGE').map(({ messages: all }) => all?.[0]);
      expect(messages.map((message) => message?.action)).deep.equal([0, 5, 4]);
      expect(messages[2]?.annotations?.summary).deep.equal({ 'likes:total.v1': { total: 1 } });
    });

    it('RTN15c6, RTN15c7: goes on counting after a resume, and begins anew where that failed', () => {
      const client = connectTo(emulator, { format });
      client.publish(0, 'chat', { data: 'a' });
      client.session.ended();
      const again = connectTo(emulator, { format, resume: client.key() });
      expect(again.publish(0, 'chat', { data: 'a' })?.action).equal('ACK');
      expect(again.publish(1, 'chat', { data: 'b' })?.action).equal('ACK');
      emulator.connections[1]?.forget();
      again.session.ended();
      const other = connectTo(emulator, { format, resume: again.key() });
      expect(other.publish(2, 'chat', { data: 'x' })?.action).equal('NACK');
      expect(other.publish(0, 'chat', { data: 'c' })?.action).equal('ACK');
      expect(listener.data()).deep.equal(['a', 'b', 'c']);
    });
  });
}

describe('emulator: how long ids are remembered', () => {
  for (const [what, history] of [
    ['less', { messages: 2, ttl: 1000 }],
    ['more', { messages: 1000, ttl: 1_000_000 }],
  ] as const)
    it(
      `RSL1k: for two minutes, where ${what} is kept of the messages, without a timer`,
      virtually(({ scheduler }) => {
        const emulator = createEmulator({ scheduler, maxIdleInterval: 0, history });
        const listener = connectTo(emulator);
        listener.attach('chat');
        const publish = (id: string): void => {
          emulator.publish('chat', { id, data: id });
        };
        const pending = scheduler.actions.length;
        for (const id of ['a', 'b', 'c', 'a', 'c']) publish(id);
        expect(scheduler.actions.length).equal(pending);
        timer(119_999, scheduler).subscribe(() => {
          publish('c'); // is no new one, and does not count anew
        });
        timer(120_000, scheduler).subscribe(() => {
          publish('c');
        });
        timer(200_000, scheduler).subscribe(() => {
          expect(listener.data()).deep.equal(['a', 'b', 'c', 'c']);
          emulator.dispose();
        });
      }),
    );

  it(
    'RSL1k: the ten thousand latest ones',
    virtually(({ scheduler }) => {
      const emulator = createEmulator({ scheduler, maxIdleInterval: 0 });
      const listener = connectTo(emulator);
      listener.attach('chat');
      const publish = (index: number): void => {
        emulator.publish('chat', { id: `${index}`, data: '' });
      };
      for (let index = 0; index < 10_002; index += 1) publish(index);
      publish(10_001);
      publish(2);
      expect(listener.data()).to.have.length(10_002);
      publish(0);
      expect(listener.data()).to.have.length(10_003);
      emulator.dispose();
    }),
  );
});
