import { expect } from 'chai';
import { createRelay, type RelayEmulator, type RelayOptions } from '../../../lib/emulator/index.js';
import { virtually, type Virtual } from '../../support/virtual-time.js';
import { connectAs, type FakeRelayClient, topicOf } from './fake-relay-client.js';

interface Scene extends Virtual {
  readonly relay: RelayEmulator;
  readonly ann: FakeRelayClient;
}

const scene = (options: RelayOptions, body: (scene: Scene) => void): (() => void) =>
  virtually((virtual) => {
    const relay = createRelay({ checkJwt: false, ...options });
    body({ ...virtual, relay, ann: connectAs(relay, 'ann') });
    virtual.act('10m x', { x: () => relay.dispose() });
  });

describe('relay emulator: liveness', () => {
  it(
    'pings after every 30 s in which it has said nothing',
    scene({}, ({ act, ann }) => {
      act('30s a 19999ms b 10001ms c 19999ms d', {
        a: () => expect(ann.pings).equal(1),
        b: () => ann.subscribe(topicOf(1)),
        c: () => expect(ann.pings).equal(1),
        d: () => expect(ann.pings).equal(2),
      });
    }),
  );

  it(
    'pings neither with pingInterval 0, nor after the end of the socket',
    scene({ pingInterval: 1000 }, ({ act, relay, ann }) => {
      const quiet = createRelay({ checkJwt: false, pingInterval: 0 });
      const other = connectAs(quiet, 'bob');
      act('2500ms a 1m b', {
        a: () => relay.connections[0]?.drop(),
        b: () => expect([ann.pings, other.pings]).deep.equal([2, 0]),
      });
    }),
  );

  it(
    'closes a silent socket without a subscription with 4008',
    scene({ staleAfter: 10_000 }, ({ act, relay, ann }) => {
      const bob = connectAs(relay, 'bob');
      bob.subscribe(topicOf(1));
      act('5s a 9998ms b 2ms c 1m d 9s e 2s f', {
        a: () => ann.publish(topicOf(1), 'x'),
        b: () => expect(ann.end).equal(undefined),
        c: () => expect([ann.end?.code, bob.end]).deep.equal([4008, undefined]),
        d: () => bob.call('irn_unsubscribe', { topic: topicOf(1) }),
        e: () => expect(bob.end).equal(undefined),
        f: () => expect(bob.end?.code).equal(4008),
      });
    }),
  );
});
