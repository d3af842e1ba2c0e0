import { expect } from 'chai';
import { from, take } from 'rxjs';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { type EmulatorOptions, inMemory } from '../../../lib/emulator/index.js';
import { type PublishResult, publishTo, RealtimeClient } from '../../../lib/index.js';
import { chanceOf } from '../../support/chaos/chance.js';
import { VirtualClock } from '../../support/chaos/virtual-clock.js';
import { witnessOf } from '../../support/chaos/witness.js';
import { codecs } from '../../support/fake-ably.js';
import { settling } from '../../support/settling.js';

const room = 'mutable:a';

for (const codec of codecs)
  describe(`what is sent again, ${codec.format}`, () => {
    /** A client that is connected to an emulator, whose connection can be disturbed, and who hears all of the room. */
    async function world(options: EmulatorOptions = {}, { queueMessages = true } = {}) {
      const clock = new VirtualClock();
      const chance = chanceOf(1);
      const { emulator, webSocketCtor, key } = inMemory({ scheduler: clock, random: chance, ...options });
      const witness = witnessOf(emulator, [room]);
      const client = new RealtimeClient({
        ...{ key, codec, webSocketCtor, scheduler: clock, random: chance, clientId: 'ann' },
        ...{ endpoint: 'localhost', tls: false, autoConnect: true, log: () => undefined, queueMessages },
      });
      const settled: string[] = [];
      const keep = (name: string, done: Promise<unknown>): void =>
        void done.then(
          () => settled.push(name),
          ({ code, uncertain }: ErrorInfo) => settled.push(`${name} ${code}${uncertain ? '?' : ''}`),
        );
      const pass = async (ms: number): Promise<void> => {
        await clock.runTo(clock.now() + ms);
        await settling();
      };
      const connection = () => {
        const found = emulator.connections.find(({ id }) => id === client.connection.id);
        if (!found) throw new Error('There is no connection.');
        return found;
      };
      const end = async (): Promise<void> => {
        await client.dispose();
        emulator.dispose();
        await pass(10);
      };
      await pass(100);
      return {
        emulator,
        client,
        channel: client.channel(room),
        witness,
        settled,
        keep,
        pass,
        connection,
        end,
      };
    }

    it('RTN19a2, RSL1k, RSAN1c4, RTL32: counts once where ACK and session are lost together, or says that it may', async () => {
      const { client, channel, witness, settled, keep, pass, connection, end } = await world();
      const subject = await Promise.all([channel.publish('n', 'text'), pass(100)]);
      const message = { serial: subject[0].serials[0] ?? '', data: ' more' };
      connection().holdAcks(true);
      keep('message', channel.publish('n', 'once'));
      keep('annotation', channel.annotations.publish(message, { type: 'likes:total.v1' }));
      keep('append', channel.appendMessage(message));
      keep('count', channel.annotations.publish(message, { type: 'n:multiple.v1', name: 'n', count: 3 }));
      await pass(100);
      const first = connection();
      first.forget();
      first.drop();
      client.connection.changes$.pipe(take(1)).subscribe(() => {
        keep('waiting', channel.appendMessage({ ...message, data: ' at last' }));
      });
      await pass(1000);
      expect(client.connection.id).to.not.be.oneOf([first.id, undefined]);
      expect(settled).to.have.members(['message', 'annotation', 'append 80008?', 'count', 'waiting']);
      const heard = witness.get(room)?.map(({ data }) => data) ?? [];
      expect(heard.filter((data) => data === 'once')).to.have.length(1);
      expect(heard.filter((data) => data === ' more')).to.have.length(1);
      expect(heard.filter((data) => data === 'undefined')).to.have.length(2); // one summary for each annotation
      expect(heard.filter((data) => data === ' at last')).to.have.length(1);
      await end();
    });

    it('RTN19a: gets its serial after answers that were held for long, and two cuts', async () => {
      const { emulator, channel, witness, pass, connection, end } = await world();
      const results: Promise<PublishResult>[] = [];
      let isHeld = true;
      const publishForMinutes = async (): Promise<void> => {
        for (let minute = 0; minute < 5; minute += 1) {
          results.push(channel.publish('n', `no. ${results.length}`));
          await pass(60_000);
        }
      };
      connection().holdAcks(true);
      emulator.connections$.subscribe((opened) => {
        opened.holdAcks(isHeld);
      });
      await publishForMinutes();
      connection().drop();
      await publishForMinutes();
      isHeld = false;
      connection().drop();
      await pass(1000);
      const accepted = witness.get(room) ?? [];
      expect(accepted.map(({ data }) => data)).to.deep.equal(results.map((_, index) => `no. ${index}`));
      expect((await Promise.all(results)).map(({ serials }) => serials)).to.deep.equal(
        accepted.map(({ serial }) => [serial]),
      );
      await end();
    });

    it('RTN7d, RTN15c6: publishes go on in a session in which some were given up before they arrived', async () => {
      const { client, channel, witness, settled, keep, pass, connection, end } = await world(
        {},
        { queueMessages: false },
      );
      await Promise.all([channel.attach(), pass(100)]);
      const { id } = client.connection;
      connection().drop();
      await pass(100);
      for (const name of ['a', 'b']) keep(name, channel.publish('n', name));
      connection().drop(); // too soon after the first loss to dial at once
      await pass(5000);
      for (const name of ['c', 'd']) keep(name, channel.publish('n', name));
      await pass(100);
      expect(client.connection.id).to.equal(id);
      expect(settled).to.deep.equal(['a 80003?', 'b 80003?', 'c', 'd']);
      expect(witness.get(room)?.map(({ data }) => data)).to.deep.equal(['c', 'd']);
      await end();
    });

    it('RTN7e, RTN14h: publishes go on where a suspended connection is resumed after all', async () => {
      const { emulator, client, channel, settled, keep, pass, connection, end } = await world();
      const { id } = client.connection;
      const first = connection();
      for (const name of ['a', 'b']) keep(name, channel.publish('n', name));
      first.drop();
      const greetings = emulator.connections$.subscribe((opened) => {
        opened.silence(); // it has the session, and the client never hears of that
      });
      await pass(140_000);
      expect([client.connection.state, settled]).to.deep.equal(['suspended', ['a 80014?', 'b 80014?']]);
      greetings.unsubscribe();
      await pass(40_000);
      for (const name of ['c', 'd']) keep(name, channel.publish('n', name));
      await pass(100);
      expect([client.connection.id, settled.slice(2)]).to.deep.equal([id, ['c', 'd']]);
      await end();
    });

    it('RTN7e: what is rejected says whether the server may have it: messages, presence, annotations, edits, streams', async () => {
      const { client, channel, settled, keep, pass, connection, end } = await world();
      void channel.attach();
      await pass(100);
      const all = (name: string): void => {
        keep(`${name} message`, channel.publish('n', 'd'));
        keep(`${name} annotation`, channel.annotations.publish('m', { type: 't' }));
        keep(`${name} edit`, channel.updateMessage({ serial: 'm', data: 'd' }));
        keep(`${name} presence`, channel.presence.enterClient('ann', 'd'));
        from(['d'])
          .pipe(publishTo(channel, 'n'))
          .subscribe({
            error: (error: unknown) => {
              keep(`${name} stream`, Promise.reject(error as ErrorInfo));
            },
          });
      };
      connection().silence();
      all('sent');
      void client.close();
      await pass(20_000);
      all('closed');
      await pass(100);
      const kinds = ['message', 'annotation', 'edit', 'presence', 'stream'];
      expect(settled).to.have.members([
        ...kinds.map((kind) => `sent ${kind} 80017?`),
        ...kinds.map((kind) => `closed ${kind} 80017`),
      ]);
      await end();
    });

    it('TO3l8, 1009: what is too large for the way there is refused, and the others go on', async () => {
      const { client, channel, witness, settled, keep, pass, end } = await world({ maxFrameSize: 2000 });
      const gaps: unknown[] = [];
      channel.discontinuities$.subscribe((gap) => gaps.push(gap));
      channel.messages$.subscribe();
      await pass(100);
      const { id } = client.connection;
      for (const data of ['a', 'b'.repeat(3000), 'c', 'd'.repeat(2500), 'e'])
        keep(data[0] ?? '', channel.publish('n', data));
      await pass(60_000);
      keep('f', channel.publish('n', 'f'));
      await pass(100);
      expect(settled).to.have.members(['a', 'b 40009?', 'c', 'd 40009?', 'e', 'f']);
      expect(witness.get(room)?.map(({ data }) => data)).to.deep.equal(['a', 'c', 'e', 'f']);
      expect([client.connection.id, gaps]).to.deep.equal([id, []]); // RTN15c6
      await end();
    });

    it('TO3l8, 1009: several that are too large cost a second each, and the innocent ones go on', async () => {
      const { channel, witness, settled, keep, pass, end } = await world({ maxFrameSize: 2000 });
      const large = ['a', 'b', 'c', 'd', 'e', 'f'];
      for (const data of large) keep(data, channel.publish('n', data.repeat(3000)));
      keep('small', channel.publish('n', 'small'));
      await pass(7000);
      expect(settled).to.have.members([...large.map((name) => `${name} 40009?`), 'small']);
      expect(witness.get(room)?.map(({ data }) => data)).to.deep.equal(['small']);
      await end();
    });

    it('TO3l8, 1009: a channel whose ATTACH is too large fails, and the publishes beside it go on', async () => {
      const { client, channel, settled, keep, pass, end } = await world({ maxFrameSize: 2000 });
      await Promise.all([channel.attach(), pass(100)]);
      const named = client.channel('n'.repeat(3000));
      keep('attach', named.attach());
      for (const data of ['a', 'b']) keep(data, channel.publish('n', data.repeat(500)));
      await pass(3000);
      expect(settled).to.have.members(['attach 40009', 'a', 'b']);
      expect([named.state, named.errorReason?.message]).to.deep.equal([
        'failed',
        `A frame was too large for the server, or for a gateway before it, and with ${codec.format === 'json' ? 3026 : 3020} bytes the ATTACH of channel "${'n'.repeat(40)}…" was the largest of those that had no answer. Use a shorter name, or fewer params.`,
      ]);
      await end();
    });

    it('TO3l8, 1009: blames nothing small, which no server takes for too large, and sends it again', async () => {
      const { client, channel, settled, keep, pass, connection, end } = await world();
      await Promise.all([channel.attach(), pass(100)]);
      connection().silence();
      keep('attach', client.channel('other').attach());
      keep('publish', channel.publish('n', 'd'));
      await pass(100);
      connection().close(1009);
      await pass(3000);
      expect(settled).to.have.members(['attach', 'publish']);
      await end();
    });

    it('TM6, TO3l8: ids, names and notes count, so that they are refused before they are sent', async () => {
      const { channel, settled, keep, pass, end } = await world();
      const long = 'x'.repeat(600_000);
      keep('id', channel.publish({ id: long, data: 'd' }));
      keep('name', channel.publish(long, 'd'));
      keep('extras', channel.publish({ extras: { headers: { long } } }));
      keep('params', channel.publish({ data: 'd' }, { params: { long } }));
      keep('note', channel.updateMessage({ serial: 'm' }, { description: long }));
      keep('annotation', channel.annotations.publish('m', { type: 't', id: long }));
      await pass(100);
      expect(settled).to.have.members(
        ['id', 'name', 'extras', 'params', 'note', 'annotation'].map((name) => `${name} 40009`),
      );
      await end();
    });
  });
