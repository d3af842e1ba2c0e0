import { Socket } from 'node:net';
import { expect } from 'chai';
import { filter, firstValueFrom } from 'rxjs';
import sinon from 'sinon';
import { type EmulatedRelayConnection, listenRelay, type ListeningRelay } from '../../lib/emulator/index.js';
import { officialRelayClient, type OfficialRelayClient } from '../support/official-relay.js';

const projectId = '0123456789abcdef0123456789abcdef';
const topic = 'c0ffee'.padEnd(64, '0');

for (const ids of ['number', 'string'] as const) {
  describe(`two official relay clients on the emulator, which writes ids as a ${ids}`, () => {
    let server: ListeningRelay;
    let ann: OfficialRelayClient;
    let bob: OfficialRelayClient;
    const connectionOf = async (client: OfficialRelayClient): Promise<EmulatedRelayConnection> => {
      const clientId = await client.clientId();
      const found = server.relay.connections.find((connection) => connection.clientId === clientId);
      return found ?? expect.fail('The client is not connected.');
    };
    const textsOf = (client: OfficialRelayClient): readonly string[] =>
      client.heard.map(({ message }) => message);

    beforeEach(async () => {
      server = await listenRelay({ ids, projects: [projectId] });
      [ann, bob] = await Promise.all([
        officialRelayClient(server.url, projectId),
        officialRelayClient(server.url, projectId),
      ]);
    });
    afterEach(async () => {
      await Promise.all([ann, bob].map((client) => client.end()));
      await server.close();
    });

    it('each publishes and the other receives, with JWTs checked', async () => {
      await Promise.all([ann.subscribe(topic), bob.subscribe(topic)]);
      const before = Date.now();
      await ann.publish(topic, 'from ann ✓');
      const { topic: heardOn, publishedAt } = await bob.told('from ann ✓');
      expect(heardOn).equal(topic);
      expect(publishedAt).within(before, Date.now());
      await bob.publish(topic, 'from bob {"a":"\u2028"}'); // behind its acknowledgement, on the same socket
      await ann.told('from bob {"a":"\u2028"}');
      expect([textsOf(ann).length, textsOf(bob).length]).deep.equal([1, 1]);
      expect(server.relay.mailbox(await bob.clientId())).deep.equal([]);
      expect(await bob.clientId()).match(/^did:key:z6Mk/);
    });

    it('a message published without subscribers is stored, and delivered on subscribe', async () => {
      await ann.publish(topic, 'early');
      await bob.subscribe(topic);
      await bob.told('early');
      await bob.unsubscribe(topic);
      await ann.publish(topic, 'in between');
      await bob.subscribe(topic);
      await bob.told('in between');
      expect(textsOf(bob)).deep.equal(['early', 'in between']);
    });

    it('subscriptions survive a drop, and nothing that was published meanwhile is lost', async () => {
      const other = topic.replace('c0ffee', 'facade');
      await bob.subscribe(topic);
      await bob.subscribe(other);
      (await connectionOf(bob)).drop();
      await ann.publish(topic, 'meanwhile');
      await bob.told('meanwhile');
      await ann.publish(other, 'afterwards');
      await bob.told('afterwards');
      expect(textsOf(bob)).deep.equal(['meanwhile', 'afterwards']);
    });

    it('subscribes to all topics with one irn_batchSubscribe when it is back', async () => {
      await bob.subscribe(topic);
      const before = await connectionOf(bob);
      before.close(4010, 'Disconnecting for load balancing reasons');
      const batch = await firstValueFrom(
        server.relay.received$.pipe(filter(({ text }) => text.includes('irn_batchSubscribe'))),
      );
      expect(batch.connection.clientId).equal(before.clientId);
      await ann.publish(topic, 'x');
      await bob.told('x');
    });

    it('the same text published again is accepted and told once, and an answer that comes twice does no harm', async () => {
      await bob.subscribe(topic);
      server.relay.faults.twice({ method: 'irn_publish' });
      await ann.publish(topic, 'x');
      await ann.publish(topic, 'x');
      await ann.publish(topic, 'y');
      await bob.told('y');
      expect(textsOf(bob)).deep.equal(['x', 'y']);
      expect(server.relay.timesAccepted(topic, 'x')).equal(2);
    });
  });
}

describe('the official relay client', () => {
  it('reaches nothing but the emulator', async () => {
    const connect = sinon.spy(Socket.prototype, 'connect');
    const fetched = sinon.spy(globalThis, 'fetch');
    const server = await listenRelay();
    const client = await officialRelayClient(server.url, projectId);
    await client.subscribe(topic);
    await client.publish(topic, 'x');
    await client.end();
    await server.close();
    const places = connect.args.map((args) => placeIn(args));
    sinon.restore();
    expect(fetched.args).deep.equal([]);
    expect(places).deep.equal([`127.0.0.1:${server.port}`]);
  });
});

/** Nothing else of the arguments, as a JWT is among them. */
function placeIn(args: unknown): string {
  const [options] = [args].flat(Infinity) as { readonly host?: string; readonly port?: string | number }[];
  return `${options?.host ?? ''}:${options?.port ?? ''}`;
}
