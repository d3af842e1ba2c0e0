import { expect } from 'chai';
import { type Observable, Subject } from 'rxjs';
import {
  createRelay,
  type EmulatedRelayConnection,
  type RelayEmulator,
} from '../../../lib/emulator/index.js';
import { virtually, type Virtual } from '../../support/virtual-time.js';
import { connectAs, type FakeRelayClient, topicOf } from './fake-relay-client.js';

const topic = topicOf(1);

interface Scene extends Virtual {
  readonly relay: RelayEmulator;
  readonly ann: FakeRelayClient;
  /** That of Ann. */
  readonly connection: EmulatedRelayConnection;
  readonly bob: FakeRelayClient;
}

const scene = (body: (scene: Scene) => void): (() => void) =>
  virtually((virtual) => {
    const relay = createRelay({ checkJwt: false, pingInterval: 0 });
    const [ann, bob] = [connectAs(relay, 'ann'), connectAs(relay, 'bob')];
    const connection = relay.connections[0] ?? expect.fail('Ann was not let in.');
    virtual.act('60s x', { x: () => relay.dispose() });
    body({ ...virtual, relay, ann, connection, bob });
  });

const texts = (relay: RelayEmulator): readonly string[] => relay.accepted.map(({ message }) => message);

describe('relay emulator: faults', () => {
  it(
    'refuse() answers calls with an error, by default the next one, and does not perform them',
    scene(({ relay, ann, connection }) => {
      connection.faults.refuse();
      connection.faults.refuse(
        { code: 3001, message: 'slow down', data: 'TooManyRequests' },
        { method: 'irn_publish', count: 2 },
      );
      const codes = ['a', 'b', 'c', 'd'].map((text) => ann.publish(topic, text)?.error?.code);
      expect(codes).deep.equal([-32000, 3001, 3001, undefined]);
      expect(texts(relay)).deep.equal(['d']);
    }),
  );

  it(
    'happen to the method that was named, of any socket where the relay was asked, those of the socket first',
    scene(({ relay, ann, connection }) => {
      relay.faults.ignore({ method: 'irn_publish', count: Infinity });
      connection.faults.mute({ method: 'irn_publish' });
      for (const text of ['a', 'b']) expect(ann.publish(topic, text)).equal(undefined);
      expect(ann.subscribe(topic)).a('string');
      ann.session.ended();
      const again = connectAs(relay, 'ann');
      expect([again.publish(topic, 'c'), texts(relay)]).deep.equal([undefined, ['a']]);
      relay.faults.clear();
      expect(again.publish(topic, 'd')?.result).equal(true);
    }),
  );

  it(
    'leave a call undone and unanswered, or done and unanswered',
    scene(({ relay, ann, connection, bob }) => {
      bob.subscribe(topic);
      connection.faults.ignore();
      connection.faults.mute();
      for (const text of ['ignored', 'muted', 'heard']) ann.publish(topic, text);
      expect([ann.heard.length, texts(relay), bob.messages()]).deep.equal([
        1,
        ['muted', 'heard'],
        ['muted', 'heard'],
      ]);
    }),
  );

  it(
    'answer late, overtaken by others, and not at all when the socket has ended',
    scene(({ act, relay, ann, connection }) => {
      connection.faults.late(100, { count: 2 });
      ann.publish(topic, 'a', {});
      ann.publish(topic, 'b', {});
      ann.publish(topic, 'c', {});
      const ids = (): readonly unknown[] => ann.heard.map(({ id }) => Number(id) % 10);
      expect([ids(), texts(relay)]).deep.equal([[3], ['a', 'b', 'c']]);
      act('101ms a 50ms b 100ms c', {
        a: () => {
          expect(ids()).deep.equal([3, 1, 2]);
          connection.faults.late(100);
          ann.publish(topic, 'd');
        },
        b: () => connection.drop(),
        c: () => expect(ids()).deep.equal([3, 1, 2]),
      });
    }),
  );

  it(
    'answer as late as was asked for',
    scene(({ act, ann, connection }) => {
      for (const ms of [250, 50]) connection.faults.late(ms);
      for (const text of ['a', 'b']) ann.publish(topic, text);
      const ids = (): readonly unknown[] => ann.heard.map(({ id }) => Number(id) % 10);
      act('49ms a 2ms b 196ms c 2ms d', {
        a: () => expect(ids()).deep.equal([]),
        b: () => expect(ids()).deep.equal([2]),
        c: () => expect(ids()).deep.equal([2]),
        d: () => expect(ids()).deep.equal([2, 1]),
      });
    }),
  );

  it(
    'answer twice',
    scene(({ relay, ann, connection }) => {
      connection.faults.twice();
      ann.publish(topic, 'a');
      ann.publish(topic, 'b');
      expect(ann.heard.map(({ id }) => Number(id) % 10)).deep.equal([1, 1, 2]);
      expect(relay.timesAccepted(topic, 'a')).equal(1);
    }),
  );

  it(
    'drop the socket before a call is done, or after it, instead of an answer; or close it',
    scene(({ relay }) => {
      relay.faults.dropBefore();
      relay.faults.dropAfter();
      relay.faults.close(4010, 'Disconnecting for load balancing reasons');
      relay.faults.close(1001);
      const ended = ['a', 'b', 'c', 'd'].map((text) => {
        const client = connectAs(relay, 'eve');
        return [client.publish(topic, text), client.end?.code, client.end?.reason];
      });
      expect(ended).deep.equal([
        [undefined, 1006, ''],
        [undefined, 1006, ''],
        [undefined, 4010, 'Disconnecting for load balancing reasons'],
        [undefined, 1001, ''],
      ]);
      expect([texts(relay), relay.connections.length]).deep.equal([['b'], 2]);
    }),
  );

  it(
    'failTopics() fails subscribing to topics, a batch as a whole, until it is called without topics',
    scene(({ ann, connection }) => {
      const topics = [topic, topicOf(2)];
      connection.faults.failTopics([topicOf(2)]);
      expect(ann.call('irn_batchSubscribe', { topics })?.error?.code).equal(-32000);
      expect(ann.call('irn_subscribe', { topic: topicOf(2) })?.error?.code).equal(-32000);
      expect([ann.subscribe(topic), connection.subscriptions.size]).deep.equal([
        connection.subscriptions.get(topic),
        1,
      ]);
      connection.faults.failTopics([]);
      expect(ann.call('irn_batchSubscribe', { topics })?.result).length(2);
      connection.faults.failTopics(topics);
      connection.faults.clear();
      expect(ann.call('irn_batchSubscribe', { topics })?.result).length(2);
    }),
  );

  it(
    'push twice, until told otherwise',
    scene(({ relay, ann, bob }) => {
      bob.subscribe(topic);
      relay.connections[1]?.pushTwice();
      ann.publish(topic, 'a');
      relay.connections[1]?.pushTwice(false);
      ann.publish(topic, 'b');
      expect(bob.messages()).deep.equal(['a', 'a', 'b']);
      expect(bob.pushes()[0]?.id).equal(bob.pushes()[1]?.id);
    }),
  );

  it(
    'silence both ways, until told to speak; what was pushed then comes again',
    scene(({ act, relay, ann, bob }) => {
      bob.subscribe(topic);
      const [, connection] = relay.connections;
      connection?.silence();
      ann.publish(topic, 'x');
      bob.publish(topic, 'unheard');
      expect([bob.messages(), texts(relay), bob.end]).deep.equal([[], ['x'], undefined]);
      act('3s a 2s b', {
        a: () => connection?.silence(false),
        b: () => expect(bob.messages()).deep.equal(['x']),
      });
    }),
  );

  it(
    'delay everything, in order, a close too',
    scene(({ act, ann, connection }) => {
      connection.delay(100);
      ann.publish(topic, 'a');
      act('50ms a 48ms b 2ms c', {
        a: () => {
          connection.delay(0);
          ann.publish(topic, 'b');
          connection.close(4008);
        },
        b: () => expect(ann.heard).deep.equal([]),
        c: () => expect([ann.heard.length, ann.end]).deep.equal([2, { code: 4008, reason: '' }]),
      });
    }),
  );

  it(
    'drop and close one socket, and send what is no frame',
    scene(({ relay, ann, connection, bob }) => {
      expect(() => connection.sendRaw('{"id":')).throw(SyntaxError); // it is the client that cannot read it
      connection.drop();
      relay.connections[0]?.close(1001, 'going away');
      expect([ann.end, bob.end]).deep.equal([
        { code: 1006, reason: '' },
        { code: 1001, reason: 'going away' },
      ]);
      expect(relay.connections).deep.equal([]);
    }),
  );

  it(
    'can be made of what a client says, before that is done',
    scene(({ relay, ann }) => {
      relay.received$.subscribe(({ connection: by, text }) => {
        if (text.includes('dropped')) by.drop();
        if (text.includes('silent')) by.silence();
      });
      ann.publish(topic, 'dropped');
      const again = connectAs(relay, 'ann');
      again.publish(topic, 'silent');
      expect([texts(relay), ann.end?.code, again.end]).deep.equal([[], 1006, undefined]);
    }),
  );

  it(
    'refuse() of the relay keeps new sockets out: dropped, by HTTP, or closed at once, until refuse(false)',
    scene(({ relay }) => {
      const how = { params: new URLSearchParams() };
      relay.refuse();
      expect([relay.refusing, relay.admit(how), connectAs(relay, 'x').end?.code]).deep.equal([
        'drop',
        'drop',
        1006,
      ]);
      relay.refuse({ status: 503, text: 'Later' });
      expect(relay.admit(how)).deep.include({ status: 503, body: new TextEncoder().encode('Later') });
      relay.refuse({ code: 1013, reason: 'Too many' });
      expect([relay.admit(how), connectAs(relay, 'x').end]).deep.equal([
        'open',
        { code: 1013, reason: 'Too many' },
      ]);
      relay.refuse(false);
      expect(connectAs(relay, 'x').end).equal(undefined);
    }),
  );

  it(
    'leave streams complete with the socket, or with the relay, and none of them a Subject',
    scene(({ relay, connection }) => {
      const ends: string[] = [];
      const { sent$, received$ } = connection;
      const streams: Readonly<Record<string, Observable<unknown>>> = {
        sent$,
        received$,
        all$: relay.received$,
        accepted$: relay.accepted$,
      };
      for (const [name, stream$] of Object.entries(streams)) {
        expect(stream$).not.instanceOf(Subject);
        stream$.subscribe({ complete: () => ends.push(name) });
      }
      connection.drop();
      expect(ends.sort()).deep.equal(['received$', 'sent$']);
      relay.dispose();
      expect(ends.sort()).deep.equal(['accepted$', 'all$', 'received$', 'sent$']);
      expect(connectAs(relay, 'x').end?.code).equal(1006);
    }),
  );
});
