import { expect } from 'chai';
import { type EmulatedRelayConnection, listenRelay, type ListeningRelay } from '../../lib/emulator/index.js';
import { officialRelayClient } from '../support/official-relay.js';
import { ourRelayClient, type RelayPeerClient } from '../support/our-relay.js';

const projectId = '0123456789abcdef0123456789abcdef';
const topic = 'c0ffee'.padEnd(64, '0');
const other = 'facade'.padEnd(64, '0');

/** What both can receive. */
const texts = [
  'hello',
  'text, ünïcödé 🙂 👩‍👩‍👧',
  '42',
  '12345678901234567890',
  '{"id":"12345678901234567890","list":[1,2.5,null]}',
  '"quoted" \\ \u2028',
];
/** Text like any other for ours; the official one looks for numbers in whole frames, whatever they are part of. */
const numeric = ['{"id":12345678901234567890,"x":[12345678901234567]}', '1n'];

for (const ids of ['number', 'string'] as const) {
  describe(`our relay client and the official one, ids as a ${ids}`, () => {
    let server: ListeningRelay;
    let ours: RelayPeerClient;
    let official: RelayPeerClient;
    const textsOf = ({ heard }: RelayPeerClient): readonly string[] => heard.map(({ message }) => message);

    beforeEach(async () => {
      server = await listenRelay({ ids, pushIds: { as: ids }, projects: [projectId] });
      official = await officialRelayClient(server.url, projectId);
      ours = ourRelayClient({ relayUrl: server.url, projectId, idFormat: ids });
    });
    afterEach(async () => {
      await Promise.all([ours, official].map((client) => client.end()));
      await server.close();
    });

    for (const direction of ['ours to the official one', 'the official one to ours'] as const) {
      describe(`from ${direction}`, () => {
        let sender: RelayPeerClient;
        let receiver: RelayPeerClient;

        beforeEach(() => {
          [sender, receiver] = direction.startsWith('ours') ? [ours, official] : [official, ours];
        });

        it('texts come out as they went in, once each and in order', async () => {
          await receiver.subscribe(topic);
          const before = Date.now();
          for (const text of texts) await sender.publish(topic, text);
          await receiver.told(texts.at(-1) ?? '');
          expect(textsOf(receiver)).to.deep.equal(texts);
          expect(receiver.heard[0]).to.include({ topic });
          expect(receiver.heard[0]?.publishedAt).to.be.within(before, Date.now());
          expect(server.relay.accepted.map(({ count }) => count)).to.deep.equal(texts.map(() => 1));
        });

        it('a message published without subscribers is stored, and delivered on subscribe', async () => {
          await sender.publish(topic, 'early');
          await receiver.subscribe(topic);
          await receiver.told('early');
          await receiver.unsubscribe(topic);
          await sender.publish(topic, 'in between');
          expect(textsOf(receiver)).to.deep.equal(['early']);
          await receiver.subscribe(topic);
          await receiver.told('in between');
          expect(textsOf(receiver)).to.deep.equal(['early', 'in between']);
        });
      });
    }

    for (const [how, lose] of [
      ['a drop', (connection) => connection.drop()],
      [
        'a close with 4010',
        (connection) => connection.close(4010, 'Disconnecting for load balancing reasons'),
      ],
    ] as const satisfies readonly [string, (connection: EmulatedRelayConnection) => void][]) {
      it(`the subscriptions of both survive ${how}, and nothing is lost or doubled`, async () => {
        const both = [ours, official];
        await Promise.all(both.flatMap((client) => [topic, other].map((to) => client.subscribe(to))));
        const before = server.relay.connections;
        const clientIds = await Promise.all(both.map((client) => client.clientId()));
        expect(before.map(({ clientId }) => clientId)).to.have.members(clientIds);
        before.forEach(lose);
        const published = ours.publish(topic, 'ours, at once');
        await official.told('ours, at once');
        await published;
        await official.publish(topic, 'theirs, when back'); // what it sends into a lost socket takes it too long
        await ours.told('theirs, when back');
        await Promise.all([ours.publish(other, 'ours'), official.publish(other, 'theirs')]);
        await Promise.all([official.told('ours'), ours.told('theirs')]);
        expect(textsOf(ours)).to.deep.equal(['theirs, when back', 'theirs']);
        expect(textsOf(official)).to.deep.equal(['ours, at once', 'ours']);
        expect(server.relay.connections.map(({ clientId }) => clientId)).to.have.members(clientIds);
        expect(server.relay.connections).not.to.include.members([...before]);
      });
    }

    it('long numbers in the text reach ours as they are; the official one never tells of them', async () => {
      await ours.subscribe(topic);
      for (const text of numeric) await official.publish(topic, text);
      await ours.told(numeric.at(-1) ?? '');
      expect(textsOf(ours)).to.deep.equal(numeric);
      await official.subscribe(other);
      for (const text of [...numeric, 'end']) await ours.publish(other, text);
      await official.told('end');
      expect(textsOf(official)).to.deep.equal(['end']);
    });
  });
}
