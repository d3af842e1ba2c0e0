import { expect } from 'chai';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { inMemory } from '../../../lib/emulator/index.js';
import { type ClientOptions, RealtimeClient } from '../../../lib/index.js';
import { chanceOf } from '../../support/chaos/chance.js';
import { memoryNetwork } from '../../support/chaos/memory.js';
import { VirtualClock } from '../../support/chaos/virtual-clock.js';
import { witnessOf } from '../../support/chaos/witness.js';
import { codecs } from '../../support/fake-ably.js';

for (const codec of codecs)
  describe(`two owners of one session, ${codec.format}`, () => {
    /** An emulator with somebody who hears all of channel `a`, and clients that can be cut off. */
    function world() {
      const clock = new VirtualClock();
      const chance = chanceOf(1);
      const { emulator, webSocketCtor: through, key } = inMemory({ scheduler: clock, random: chance });
      const witness = witnessOf(emulator, ['a']);
      const settled: string[] = [];
      const made: RealtimeClient[] = [];
      let pending = 0;
      const clientOf = (options: Partial<ClientOptions> = {}) => {
        const network = memoryNetwork({ through, scheduler: clock, chance });
        const { webSocketCtor } = network;
        const client = new RealtimeClient({
          ...{ key, codec, webSocketCtor, scheduler: clock, random: chance },
          ...{ endpoint: 'localhost', tls: false, autoConnect: true, log: () => undefined },
          ...options,
        });
        made.push(client);
        return { client, network };
      };
      const publish = (client: RealtimeClient, data: string): void => {
        pending += 1;
        const done = client.channel('a').publish('n', data);
        void done
          .then(
            () => settled.push(data),
            ({ code }: ErrorInfo) => settled.push(`${data} ${code}`),
          )
          .then(() => (pending -= 1));
      };
      const end = async (): Promise<void> => {
        await clock.runTo(clock.now() + 60_000);
        const accepted = witness.get('a')?.map(({ data }) => data) ?? [];
        const open = emulator.connections.length;
        for (const client of made) void client.dispose();
        emulator.dispose();
        expect(pending).to.equal(0);
        expect([...accepted].sort()).to.deep.equal([...settled].sort()); // each arrived, once
        expect(open).to.equal(1 + made.length);
      };
      return { clock, clientOf, publish, end, settled, emulator };
    }
    const keyOf = (client: RealtimeClient): string => client.connection.createRecoveryKey() ?? '';

    it('RTN16, RTN16g: publishes of either arrive, and neither takes the socket back from the other', async () => {
      const { clock, clientOf, publish, end, settled } = world();
      const first = clientOf();
      const gaps: unknown[] = [];
      first.client.channel('a').discontinuities$.subscribe((gap) => gaps.push(gap));
      first.client.channel('a').messages$.subscribe();
      await clock.runTo(1000);
      const id = first.client.connection.id;
      publish(first.client, 'first 0');
      await clock.runTo(2000);
      const recover = keyOf(first.client);
      publish(first.client, 'first 1');
      await clock.runTo(3000);
      publish(first.client, 'first 2');
      const second = clientOf({ recover });
      publish(second.client, 'second 0');
      await clock.runTo(4000);
      publish(second.client, 'second 1');
      publish(first.client, 'first 3');
      await clock.runTo(10_000);
      expect([settled.length, second.client.connection.id]).to.deep.equal([6, id]);
      expect(first.client.connection.id).to.not.be.oneOf([id, undefined]);
      expect(gaps).to.have.length(1);
      expect([first.network.dialled(), second.network.dialled()]).to.deep.equal([2, 1]);
      await end();
    });

    it('RTN16, RTN15c6: also where the first one was cut off, and resumes without knowing of the other', async () => {
      const { clock, clientOf, publish, end, settled } = world();
      const first = clientOf();
      await clock.runTo(1000);
      publish(first.client, 'first 0');
      await clock.runTo(2000);
      first.network.afflict({ type: 'refuse', lasting: 5000 });
      publish(first.client, 'first 1'); // is under way when the line is cut
      const recover = keyOf(first.client);
      publish(first.client, 'first 2');
      first.network.afflict({ type: 'cut', after: 0 });
      await clock.runTo(2500);
      publish(first.client, 'first 3');
      const second = clientOf({ recover });
      await clock.runTo(4000);
      for (const number of [0, 1, 2, 3, 4]) publish(second.client, `second ${number}`);
      await clock.runTo(30_000);
      expect(settled).to.have.length(9);
      for (const { client } of [first, second]) publish(client, `last ${client.connection.id ?? ''}`);
      await end();
    });

    it('RTN16, RTN16f: also in the page that a tab was copied from, which has published nothing yet', async () => {
      const { clock, clientOf, publish, end } = world();
      const first = clientOf();
      await clock.runTo(1000);
      const second = clientOf({ recover: keyOf(first.client) });
      await clock.runTo(2000);
      const third = clientOf({ recover: keyOf(second.client) });
      for (const { client } of [first, second, third]) publish(client, `early ${client.connection.id ?? ''}`);
      await clock.runTo(9000);
      for (const [index, { client }] of [first, second, third].entries()) publish(client, `late ${index}`);
      await end();
    });

    it('RTN16, RTP2b2: presence of either arrives, whoever has sent more, and what was said last counts', async () => {
      const { clock, clientOf, end } = world();
      const observer = clientOf();
      const told: string[] = [];
      observer.client.channel('a').presence.events$.subscribe(({ action, clientId, data }) => {
        told.push(`${action} ${clientId ?? ''} ${String(data)}`);
      });
      const first = clientOf({ clientId: 'ann' });
      const ann = first.client.channel('a').presence;
      const settled: string[] = [];
      const note = (what: string, done: Promise<void>): void => {
        void done.then(
          () => settled.push(what),
          ({ code }: ErrorInfo) => settled.push(`${what} ${code}`),
        );
      };
      await clock.runTo(1000);
      note('0', ann.enter('0'));
      await clock.runTo(2000);
      const recover = keyOf(first.client);
      const id = first.client.connection.id;
      for (const data of ['1', '2', '3']) note(data, ann.update(data));
      await clock.runTo(3000);
      const second = clientOf({ clientId: 'ann', recover });
      const heir = second.client.channel('a').presence;
      note('heir 0', heir.enter('heir 0'));
      await clock.runTo(4000);
      for (const data of ['heir 1', 'heir 2']) note(data, heir.update(data));
      await clock.runTo(5000);
      expect(second.client.connection.id).to.equal(id);
      expect(settled).to.deep.equal(['0', '1', '2', '3', 'heir 0', 'heir 1', 'heir 2']);
      const ofSession = observer.client.channel('a').presence.members.get(`${id ?? ''}:ann`);
      expect(ofSession?.data).to.equal('heir 2');
      for (const data of settled)
        expect(
          told.some((each) => each.endsWith(`ann ${data}`)),
          data,
        ).to.equal(true);
      note('gone', heir.leave());
      await clock.runTo(6000);
      expect(observer.client.channel('a').presence.members.has(`${id ?? ''}:ann`)).to.equal(false);
      await end();
    });

    it('RTN16l: a session that was found, and is of another clientId, is left alone', async () => {
      const { clock, clientOf, publish, end } = world();
      const ann = clientOf({ clientId: 'ann' });
      await clock.runTo(1000);
      const recover = keyOf(ann.client);
      const bob = clientOf({ clientId: 'bob', recover: () => recover });
      publish(bob.client, 'bob');
      publish(ann.client, 'ann');
      await clock.runTo(2000);
      expect([bob.client.connection.state, bob.network.dialled()]).to.deep.equal(['connected', 2]);
      expect([ann.client.connection.state, ann.network.dialled()]).to.deep.equal(['connected', 1]);
      const given = clientOf({ clientId: 'bob', recover });
      await clock.runTo(3000);
      expect([given.client.connection.state, given.client.connection.errorReason?.code]).to.deep.equal([
        'failed',
        40102,
      ]); // RTN15c4
      given.client.connect();
      await end();
    });
  });
