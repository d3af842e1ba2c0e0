import { expect } from 'chai';
import type { SchedulerLike } from 'rxjs';
import { createRelay, type RelayEmulator, type RelayOptions } from '../../../lib/emulator/index.js';
import { virtually, type Virtual } from '../../support/virtual-time.js';
import { connectAs, type FakeRelayClient, type Heard, topicOf } from './fake-relay-client.js';

const topic = topicOf(1);

interface Scene extends Virtual {
  readonly relay: RelayEmulator;
  readonly ann: FakeRelayClient;
  readonly bob: FakeRelayClient;
}

/** Ann and Bob, who is subscribed; the relay ends with the first minute. */
const scene = (body: (scene: Scene) => void, options: RelayOptions = {}): (() => void) =>
  virtually((virtual) => {
    const relay = createRelay({ checkJwt: false, pingInterval: 0, ...options });
    const [ann, bob] = [connectAs(relay, 'ann'), connectAs(relay, 'bob')];
    bob.subscribe(topic);
    virtual.act('60s x', { x: () => relay.dispose() });
    body({ ...virtual, relay, ann, bob });
  });

describe('relay emulator: pushes', () => {
  it(
    'a push is repeated unchanged every 4 s until it is acknowledged',
    scene(({ act, ann, bob }) => {
      ann.publish(topic, 'x');
      act('3999ms a 4001ms b c 5s d', {
        a: () => expect(bob.pushes()).length(1),
        b: () => expect(bob.messages()).deep.equal(['x', 'x', 'x']),
        c: () => bob.ack(),
        d: () => {
          expect(bob.pushes()).length(3);
          expect(new Set(bob.pushes().map(({ id }) => id)).size).equal(1);
        },
      });
    }),
  );

  it(
    'a push is acknowledged by its id as a number or a string, and not by an error',
    scene(({ act, ann, bob, relay }) => {
      for (const message of ['number', 'string', 'refused']) ann.publish(topic, message);
      const [first, second, third] = bob.pushes().map(({ id }) => String(id));
      bob.ack(first);
      bob.ack(`"${second}"`);
      bob.say(`{"id":${third},"jsonrpc":"2.0","error":{"code":1,"message":"no"}}`);
      expect(relay.connections[1]?.pending).deep.equal([third]);
      expect(relay.mailbox('bob').map(({ message }) => message)).deep.equal(['refused']);
      act('5s x', { x: () => expect(bob.messages().slice(3)).deep.equal(['refused']) });
    }),
  );

  it(
    'a push is not repeated when its ttl or its subscription is over',
    scene(({ act, ann, bob, relay }) => {
      bob.subscribe(topicOf(2));
      ann.publish(topic, 'short', { ttl: 3 });
      ann.publish(topicOf(2), 'left');
      bob.call('irn_unsubscribe', { topic: topicOf(2) });
      act('10s x', {
        x: () => {
          expect(bob.messages()).deep.equal(['short', 'left']);
          expect(relay.connections[1]?.pending).deep.equal([]);
        },
      });
    }),
  );

  it(
    'a push has no timer after the end of its socket',
    virtually(({ scheduler, act }) => {
      let timers = 0;
      const counting: SchedulerLike = {
        now: () => scheduler.now(),
        schedule: (work, delay, state) => {
          timers += 1;
          return scheduler.schedule(work as never, delay, state);
        },
      };
      const relay = createRelay({ checkJwt: false, pingInterval: 0, scheduler: counting });
      const bob = connectAs(relay, 'bob');
      bob.subscribe(topic);
      relay.publish(topic, 'x');
      bob.session.ended();
      act('10s a 40s b', {
        a: () => (timers = 0),
        b: () => {
          expect([timers, relay.mailbox('bob').length]).deep.equal([0, 1]);
          relay.dispose();
        },
      });
    }),
  );

  it(
    'a push is repeated at once when a client subscribes anew, by another socket too',
    scene(({ ann, bob, relay }) => {
      ann.publish(topic, 'x');
      bob.call('irn_unsubscribe', { topic });
      const id = bob.subscribe(topic);
      expect(bob.pushes().map(({ params }) => params.id))
        .length(2)
        .contain(id);
      bob.session.ended();
      const again = connectAs(relay, 'bob');
      expect(again.messages()).deep.equal([]);
      expect(again.subscribe(topic)).equal(id);
      expect(again.messages()).deep.equal(['x']);
      again.subscribe(topic);
      expect(again.messages()).deep.equal(['x']);
    }),
  );

  it(
    'a push goes to the newest socket of a client',
    scene(({ ann, bob, relay }) => {
      const newer = connectAs(relay, 'bob');
      ann.publish(topic, 'x');
      newer.session.ended();
      ann.publish(topic, 'y');
      expect([newer.messages(), bob.messages()]).deep.equal([['x'], ['y']]);
    }),
  );

  it(
    'never come again where the timeout is 0',
    scene(
      ({ act, ann, bob }) => {
        ann.publish(topic, 'x');
        act('50s x', { x: () => expect(bob.pushes()).length(1) });
      },
      { pushTimeout: 0 },
    ),
  );

  for (const [digits, as] of [
    [15, 'number'],
    [15, 'string'],
    [19, 'number'],
    [19, 'string'],
  ] as const) {
    it(
      `pushes have increasing ids of ${digits} digits, as a ${as}`,
      scene(
        ({ ann, bob, relay }) => {
          for (let n = 0; n < 300; n += 1) ann.publish(topic, `${n}`);
          const quote = as === 'string' ? '"' : '';
          const tokens = bob
            .pushes()
            .map((push) => /^\{"id":([^,]+),/.exec((push as never as Heard).text)?.[1] ?? '');
          expect(
            tokens.filter((token) => !new RegExp(`^${quote}\\d{${digits}}${quote}$`).test(token)),
          ).deep.equal([]);
          expect(tokens).deep.equal([...new Set(tokens)].sort());
          for (const token of tokens) bob.ack(token);
          expect(relay.mailbox('bob')).deep.equal([]);
        },
        { pushIds: { digits, as } },
      ),
    );
  }
});
