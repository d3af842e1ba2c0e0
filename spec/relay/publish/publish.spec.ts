import { expect } from 'chai';
import { from, isObservable, lastValueFrom } from 'rxjs';
import {
  type PublishError,
  type PublishOptions,
  publishTo,
  type RelayError,
} from '../../../lib/relay/index.js';
import { fateOf, played, topicOf } from '../../support/relay-world.js';

const topic = topicOf(1);
const terms = { ttl: 300, tag: 1108 };

describe('publish', () => {
  it(
    'connects on demand, and resolves with the message id when the relay has accepted it',
    played((world) => {
      const client = world.clientOf();
      const fate = fateOf(client.publish(topic, 'hello', terms));
      return () => {
        expect(fate.value?.id).to.equal('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
        expect(world.relay.accepted).to.have.length(1);
        expect(world.relay.accepted[0]).to.deep.include({
          topic,
          message: 'hello',
          ttl: 300,
          tag: 1108,
          count: 1,
        });
      };
    }),
  );

  it(
    'rejects with the error of the relay after one send and three retries, under one id and with one text',
    played((world) => {
      const client = world.clientOf();
      const heard = () => world.heard('irn_publish');
      const error = { code: -32000, message: 'Mailbox is full', data: 'MailboxLimitExceeded' };
      world.relay.faults.refuse(error, { method: 'irn_publish', count: Infinity });
      const errors: RelayError[] = [];
      client.errors$.subscribe((told) => errors.push(told));
      const fate = fateOf(client.publish(topic, 'hello', terms));
      return () => {
        const failed = fate.error as PublishError;
        expect(failed).to.include({
          ...{
            name: 'PublishError',
            attempts: 4,
            reason: 'rejected',
            code: -32000,
            data: 'MailboxLimitExceeded',
            tag: 1108,
          },
        });
        expect(failed.elapsed).to.be.lessThan(15_000);
        expect(failed.message).to.contain(topic).and.contain('4 attempts').and.contain('Mailbox is full');
        expect(failed.cause).to.have.property('code', -32000);
        expect(heard()).to.have.length(4);
        expect(new Set(heard().map(({ text }) => text)).size).to.equal(1);
        expect(errors).to.deep.equal([failed]);
      };
    }),
  );

  it(
    'takes an answer of false for a refusal',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.ignore({ method: 'irn_publish', count: Infinity });
      world.relay.received$.subscribe(({ text }) => {
        const { id, method } = JSON.parse(text) as { readonly id: string; readonly method?: string };
        if (method === 'irn_publish')
          world.relay.connections[0]?.sendRaw(`{"id":"${id}","jsonrpc":"2.0","result":false}`);
      });
      const fate = fateOf(client.publish(topic, 'hello', terms));
      return () => {
        expect(fate.error).to.include({
          name: 'PublishError',
          attempts: 4,
          reason: 'rejected',
          code: -32000,
        });
      };
    }),
  );

  it(
    'backs off longer from refusal to refusal, with jitter',
    played((world) => {
      const client = world.clientOf();
      const heard = () => world.heard('irn_publish');
      world.relay.faults.refuse(undefined, { method: 'irn_publish', count: Infinity });
      fateOf(client.publish(topic, 'hello', terms));
      return () => {
        const times = heard().map(({ at }) => at);
        expect(times.slice(1).map((time, index) => time - times[index]!)).to.deep.equal([302, 602, 1202]);
      };
    }),
  );

  for (const [chance, rests] of [
    [0, [200, 400, 800]],
    [0.999, [387.5, 775, 1550]],
  ] as const)
    it(
      `backs off ${rests.join(', ')} ms when chance is ${chance}`,
      played((world) => {
        const client = world.clientOf({ random: () => chance });
        world.relay.faults.refuse(undefined, { method: 'irn_publish', count: Infinity });
        fateOf(client.publish(topic, 'hello', terms));
        return () => {
          const times = world.heard('irn_publish').map(({ at }) => at);
          expect(times.slice(1).map((time, index) => time - times[index]! - 2)).to.deep.equal(rests);
        };
      }),
    );

  it(
    'never answered: rejects after four sends of three seconds each, within fifteen',
    played((world) => {
      const client = world.clientOf();
      const heard = () => world.heard('irn_publish');
      world.relay.faults.ignore({ method: 'irn_publish', count: Infinity });
      const fate = fateOf(client.publish(topic, 'hello', terms));
      return () => {
        const failed = fate.error as PublishError;
        expect(failed).to.include({ attempts: 4, reason: 'timeout', code: undefined });
        expect(failed.elapsed).to.be.within(12_000, 15_000);
        expect(heard()).to.have.length(4);
        expect(world.relay.accepted).to.have.length(0);
      };
    }),
  );

  it(
    'settles by a late answer to any of its sends, and by the first of two',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.late(4000, { method: 'irn_publish' });
      world.relay.faults.ignore({ method: 'irn_publish', count: 2 });
      world.relay.faults.twice({ method: 'irn_publish' });
      const errors: unknown[] = [];
      client.errors$.subscribe((error) => errors.push(error));
      const late = fateOf(client.publish(topic, 'late', terms));
      let twice: ReturnType<typeof fateOf> | undefined;
      world.at(20_000, () => (twice = fateOf(client.publish(topic, 'twice', terms))));
      return () => {
        expect(late.value).to.have.property('id');
        expect(twice?.value).to.have.property('id');
        expect(errors).to.deep.equal([]);
      };
    }),
  );

  it(
    'offline: makes its attempts, and rejects at its deadline',
    played((world) => {
      world.relay.refuse();
      const client = world.clientOf();
      const fate = fateOf(client.publish(topic, 'hello', terms));
      return () => {
        const failed = fate.error as PublishError;
        expect(failed).to.include({ attempts: 4, reason: 'offline', elapsed: 15_000 });
        expect(failed.message).to.match(/there was no connection.*relayUrl/);
        expect(failed.cause).to.be.instanceOf(Error);
      };
    }),
  );

  it(
    'sends at once on a new connection, in whichever attempt that is',
    played((world, virtual) => {
      world.relay.refuse();
      const client = world.clientOf({ reconnectDelayMax: 100 });
      const heard = () => world.heard('irn_publish');
      const fate = fateOf(client.publish(topic, 'hello', terms));
      let connectedAt = 0;
      client.connectionState$.subscribe((state) => {
        if (state === 'connected') connectedAt = virtual.scheduler.now();
      });
      world.at(11_000, () => world.relay.refuse(false));
      return () => {
        expect(fate.value).to.have.property('id');
        expect(heard()).to.have.length(1);
        expect(heard()[0]!.at).to.equal(connectedAt + 1);
      };
    }),
  );

  it(
    'lost with its connection: sends again at once on the next, and counts once at the relay',
    played((world) => {
      const client = world.clientOf();
      const heard = () => world.heard('irn_publish');
      world.relay.faults.dropAfter({ method: 'irn_publish' });
      world.relay.faults.dropBefore({ method: 'irn_publish' });
      const fate = fateOf(client.publish(topic, 'hello', terms));
      return () => {
        expect(fate.value).to.have.property('id');
        expect(heard()).to.have.length(3);
        expect(new Set(heard().map(({ text }) => text)).size).to.equal(1);
        expect(world.relay.messages(topic)).to.have.length(1);
      };
    }),
  );

  it(
    'sends four times at most, also when each connection is lost',
    played((world) => {
      const client = world.clientOf({ reconnectDelay: 0 });
      const heard = () => world.heard('irn_publish');
      world.relay.faults.dropBefore({ method: 'irn_publish', count: Infinity });
      const fate = fateOf(client.publish(topic, 'hello', terms));
      return () => {
        expect(fate.error).to.include({ attempts: 4, reason: 'timeout', uncertain: true });
        expect((fate.error as PublishError).message).to.match(
          /^The relay has not confirmed a publish on topic "0*1" after 4 attempts in .* It may have the message all the same/,
        );
        expect(heard()).to.have.length(4);
      };
    }),
  );

  it(
    'four connections cut within 231 ms of a deadline of 15 s: goes on, and arrives',
    played((world) => {
      const client = world.clientOf({ reconnectDelay: 60 });
      world.relay.faults.dropBefore({ method: 'irn_publish', count: Infinity });
      const fate = fateOf(client.publish(topic, 'hello', terms));
      world.at(231, () => world.relay.faults.clear());
      return () => {
        expect(fate.value).to.have.property('id');
        expect(world.heard('irn_publish')).to.have.length(3);
      };
    }),
  );

  it(
    'refuses at once the one that is over the limit of the relay (1009), and spends no attempt of the others',
    played(
      (world) => {
        const client = world.clientOf({ reconnectDelay: 60 });
        const publish = (text: string) => fateOf(client.publish(topic, text, terms));
        const small = (number: number): string => `small ${number}`;
        const before = [1, 2, 3].map((number) => publish(small(number)));
        const large = Array.from({ length: 9 }, (_, number) => publish(`${number}`.repeat(2000)));
        const after = [4, 5, 6].map((number) => publish(small(number)));
        return () => {
          for (const { error } of large) {
            expect(error).to.include({ reason: 'rejected', code: 1009, uncertain: true });
            expect((error as Error).message).to.match(/no frame of 2\d\d\d bytes.*Send less/s);
          }
          for (const { value } of [...before, ...after]) expect(value).to.have.property('id');
          expect(world.relay.accepted.map(({ message }) => message)).to.deep.equal(
            [1, 2, 3, 4, 5, 6].map(small),
          );
        };
      },
      { served: { limits: { frame: 1000 } } },
    ),
  );

  it(
    'blames no other publish for the size (1009) of one that was given up',
    played((world) => {
      const client = world.clientOf({ publishRetries: 0, publishTimeout: 100 });
      world.relay.faults.ignore({ method: 'irn_publish', count: Infinity });
      const publish = (text: string) => fates.push(fateOf(client.publish(topic, text, terms)));
      const fates: ReturnType<typeof fateOf>[] = [];
      fateOf(client.connect());
      world.at(1000, () => publish('x'.repeat(2000)));
      for (const ms of [1150, 2000]) world.at(ms, () => publish('smaller'.repeat(200)));
      for (const ms of [1160, 2010]) world.at(ms, () => world.relay.connections[0]?.close(1009));
      return () => {
        expect(fates.map(({ error }) => (error as PublishError).reason)).to.deep.equal([
          ...['timeout', 'timeout', 'rejected'],
        ]);
      };
    }),
  );

  it(
    'blames no small publish for the size (1009), which no relay takes for too large, and sends it again',
    played((world) => {
      const client = world.clientOf({ reconnectDelay: 60 });
      world.relay.faults.ignore({ method: 'irn_publish' });
      fateOf(client.connect());
      let fate: ReturnType<typeof fateOf> | undefined;
      world.at(1000, () => (fate = fateOf(client.publish(topic, 'small', terms))));
      world.at(1010, () => world.relay.connections[0]?.close(1009));
      return () => {
        expect(fate?.value).to.have.property('id');
      };
    }),
  );

  it(
    'into a dead socket: has it found out, keeps its last send for the next one, and arrives within its deadline',
    played((world) => {
      const client = world.clientOf();
      const errors: RelayError[] = [];
      client.connection.changes$.subscribe(({ reason }) => reason && errors.push(reason));
      fateOf(client.connect());
      let fate: ReturnType<typeof fateOf> | undefined;
      world.at(1000, () => world.relay.connections[0]?.silence());
      world.at(1001, () => (fate = fateOf(client.publish(topic, 'hello', terms))));
      return () => {
        expect(fate?.value).to.have.property('id');
        expect(world.heard('irn_publish').map(({ at }) => Math.floor(at / 1000))).to.deep.equal([1, 4, 7, 9]);
        expect(errors[0]?.message).to.match(/^Nothing was received from the relay for \d+ ms, 5000 of them/);
      };
    }),
  );

  it(
    'to a relay that takes every connection and says nothing at all: makes three retries, then rejects',
    played((world) => {
      const silence = (): void => {
        for (const connection of world.relay.connections) connection.silence();
      };
      const client = world.clientOf();
      client.connectionState$.subscribe((state) => state === 'connected' && silence());
      const fate = fateOf(client.publish(topic, 'hello', terms));
      return () => {
        expect(fate.error).to.include({ reason: 'timeout', attempts: 4, uncertain: true });
        expect(world.heard('irn_publish')).to.have.length(4);
        expect(new Set(world.heard('irn_publish').map(({ text }) => text)).size).to.equal(1);
      };
    }),
  );

  it(
    'to a relay that says nothing at all, by a deadline that is over before a sign of life is due: makes three retries',
    played((world) => {
      const client = world.clientOf({ publishTimeout: 500, publishDeadline: 5000 });
      client.connectionState$.subscribe((state) => {
        if (state === 'connected') for (const connection of world.relay.connections) connection.silence();
      });
      const fate = fateOf(client.publish(topic, 'hello', terms));
      return () => {
        expect(fate.error).to.include({ reason: 'timeout', attempts: 4, uncertain: true });
        expect(world.heard('irn_publish')).to.have.length(4);
      };
    }),
  );

  it(
    'unanswered while other frames arrive: sends again at once, without a probe',
    played(
      (world) => {
        const [client, other] = [world.clientOf({ probeAfter: 30_000 }), world.clientOf()];
        const elsewhere = topicOf(2);
        client.channel(elsewhere).messages$.subscribe();
        world.relay.faults.ignore({ method: 'irn_publish' });
        const fate = fateOf(client.publish(topic, 'hello', terms));
        world.at(2000, () => other.publish(elsewhere, 'news', terms));
        return () => {
          expect(fate.value).to.have.property('id');
          expect(world.heard('irn_fetchMessages')).to.have.length(0);
        };
      },
      { lasts: 5000 },
    ),
  );

  it(
    'withdrawn in flight: does not send again once it is refused, also on the same connection',
    played((world) => {
      const client = world.clientOf();
      const [before, after] = [new AbortController(), new AbortController()];
      const fates: ReturnType<typeof fateOf>[] = [];
      fateOf(client.connect());
      world.at(1000, () => {
        world.relay.faults.refuse({ code: 3001, message: 'Busy' }, { method: 'irn_publish', count: 2 });
        for (const { signal } of [before, after])
          fates.push(fateOf(client.publish(topic, 'hello', { ...terms, signal })));
        before.abort(new Error('no more'));
      });
      world.at(1010, () => after.abort(new Error('no more')));
      return () => {
        expect(fates.map(({ error }) => (error as Error).message)).to.deep.equal(['no more', 'no more']);
        expect(world.heard('irn_publish')).to.have.length(2);
      };
    }),
  );

  it(
    'waits for the last send when earlier ones are refused late',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.ignore({ method: 'irn_publish', count: 4 });
      const fate = fateOf(client.publish(topic, 'hello', terms));
      const tell = (answer: object): void => {
        const { id } = JSON.parse(world.heard('irn_publish')[0]!.text) as { id: string };
        world.relay.connections[0]?.sendRaw(JSON.stringify({ id, jsonrpc: '2.0', ...answer }));
      };
      for (const ms of [4000, 8000, 12_000]) world.at(ms, () => tell({ error: { code: 3001 } }));
      world.at(13_000, () => tell({ result: true }));
      return () => {
        expect(world.heard('irn_publish')).to.have.length(4);
        expect(fate.value).to.have.property('id');
      };
    }),
  );

  it(
    'in flight when the relay closes with 4008: sends again on a new connection',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.ignore({ method: 'irn_publish' });
      const fate = fateOf(client.publish(topic, 'hello', terms));
      world.at(1000, () => world.relay.connections[0]?.close(4008));
      return () => {
        expect(fate.value).to.have.property('id');
        expect(world.heard('irn_publish')).to.have.length(2);
      };
    }),
  );

  it(
    'failFast: rejects at a permanent refusal, and retries after another one',
    played((world) => {
      const client = world.clientOf({ failFast: true });
      const heard = () => world.heard('irn_publish');
      const fates = ['TtlTooLong', 'InvalidParams', 'MailboxLimitExceeded'].map((data, index) => {
        const code = data === 'InvalidParams' ? -32600 : -32000;
        world.relay.faults.refuse({ code, message: data, data }, { method: 'irn_publish' });
        return fateOf(client.publish(topic, `${index}`, terms));
      });
      return () => {
        expect(fates.map(({ error }) => error && (error as PublishError).attempts)).to.deep.equal([
          1,
          1,
          undefined,
        ]);
        expect(fates[2]!.value).to.have.property('id');
        expect(heard()).to.have.length(4);
      };
    }),
  );

  it(
    'failFast: rejects at once when the relay refuses the client',
    played(
      (world) => {
        const client = world.clientOf({ failFast: true, projectId: 'stranger' });
        const fate = fateOf(client.publish(topic, 'hello', terms));
        let again: ReturnType<typeof fateOf> | undefined;
        world.at(1000, () => (again = fateOf(client.publish(topic, 'again', terms))));
        return () => {
          for (const found of [fate, again])
            expect(found?.error).to.include({
              name: 'PublishError',
              reason: 'closed',
              code: 3000,
              attempts: 1,
            });
          expect((fate.error as PublishError).elapsed).to.be.lessThan(100);
        };
      },
      { served: { projects: ['ours'] } },
    ),
  );

  it(
    'disconnect() and dispose() reject pending publishes at once',
    played((world) => {
      world.relay.faults.ignore({ method: 'irn_publish', count: Infinity });
      const [one, two] = [world.clientOf(), world.clientOf()];
      const fates = [one, two].map((client) => fateOf(client.publish(topic, 'hello', terms)));
      world.at(1000, () => one.disconnect());
      world.at(1000, () => two.dispose());
      return () => {
        for (const { error } of fates)
          expect(error).to.include({ reason: 'closed', elapsed: 1000, attempts: 1 });
      };
    }),
  );

  it(
    'rejects where a handler disposes of the client, as what else is asked for: one that hears of messages, or of the connection that it takes',
    played((world) => {
      world.relay.faults.ignore({ method: 'irn_publish', count: Infinity });
      world.relay.publish(topic, 'before');
      const [one, two] = [world.clientOf(), world.clientOf()];
      one.fetchMessages(topic).subscribe(() => void one.dispose()); // while the answer to another call is being taken
      two.connection.changes$.subscribe(() => void two.dispose());
      const asked: Promise<unknown>[] = [one, two].map((client) => client.publish(topic, 'hello', terms));
      for (const verb of ['subscribe', 'fetchMessages'] as const) {
        const client = world.clientOf();
        client.connection.changes$.subscribe(() => void client.dispose());
        const answer = client[verb](topic);
        asked.push(isObservable(answer) ? lastValueFrom(answer) : answer);
      }
      const fates = asked.map(fateOf);
      return () => {
        for (const { error } of fates) expect(String(error)).to.contain('The client was disposed of');
      };
    }),
  );

  it(
    'rejects wrong arguments at once, and names them',
    played((world) => {
      const client = world.clientOf({ queue: { maxMessages: 1 } }); // what is refused takes no room
      const wrong = [
        [client.publish('', 'm', terms), /topic has to be a string/],
        [client.publish(topic, 7 as unknown as string, terms), /message has to be text/],
        [client.publish(topic, '\ud83d', terms), /The message has a lone surrogate/],
        [client.publish(topic, 'a\ude00b', terms), /The message has a lone surrogate/],
        ...[0, -1, 1.5, NaN, Infinity, 2 ** 32, '300', undefined].map(
          (ttl) =>
            [client.publish(topic, 'm', { ttl: ttl as number }), /"ttl" has to be a whole number/] as const,
        ),
        ...[-1, 0.5, 2 ** 32, '1'].map(
          (tag) => [client.publish(topic, 'm', { ttl: 1, tag: tag as number }), /"tag" has to be/] as const,
        ),
        [client.publish(topic, 'm', undefined as never), /"ttl" has to be/],
        [client.publish('\ud800', 'm', terms), /The topic has a lone surrogate/],
        [client.publish(topic, 'm', { ...terms, prompt: 1n as never }), /"prompt" has to be true or false/],
        [client.publish(topic, 'm', { ...terms, prompt: null as never }), /"prompt" has to be true or false/],
        [client.publish(topic, 'm', { ...terms, attestation: 7 as never }), /"attestation" has to be text/],
        [
          client.publish(topic, 'm', { ...terms, attestation: '\udc00' }),
          /"attestation" has a lone surrogate/,
        ],
        [client.publish(topic, 'm', { ...terms, tvf: 'x' as never }), /"tvf" has to be an object/],
        [
          client.publish(topic, 'm', { ...terms, tvf: { ids: [1, 2n] } as object }),
          /what is at "tvf\.ids\.1", a BigInt: write it as a string/,
        ],
        [
          client.publish(topic, 'm', { ...terms, txHashes: [1n] as never }),
          /what is at "txHashes\.0", a BigInt: write it as a string/,
        ],
      ] as const;
      const fates = wrong.map(([promise, text]) => [fateOf(promise), text] as const);
      return () => {
        for (const [{ error }, text] of fates) {
          expect(error).to.include({ name: 'RelayError', code: -32602 });
          expect((error as Error).message).to.match(text);
        }
        expect(world.relay.connections).to.have.length(0);
      };
    }),
  );

  it(
    'over the caps of the queue: rejects at once, and names the cap',
    played((world) => {
      world.relay.refuse();
      const client = world.clientOf({ queue: { maxMessages: 2, maxBytes: 10 } });
      const fates = ['1', '2', '3'].map((text) => fateOf(client.publish(topic, text, terms)));
      const other = world.clientOf({ queue: { maxBytes: 3 } });
      const large = fateOf(other.publish(topic, 'éé', terms)); // four bytes
      return () => {
        expect(fates.map(({ error }) => (error as Error).name)).to.deep.equal([
          ...['PublishError', 'PublishError', 'RelayError'],
        ]);
        expect((fates[2]!.error as Error).message).to.contain('queue.maxMessages');
        expect((large.error as Error).message).to.contain('queue.maxBytes');
      };
    }),
  );

  it(
    'counts against the caps until it is settled, and not after that',
    played((world) => {
      const client = world.clientOf({ queue: { maxMessages: 2, maxBytes: 5 } });
      const publish = (text: string) => fateOf(client.publish(topic, text, terms));
      const fates = [publish('abc'), publish('def'), publish('gh')];
      for (const ms of [1000, 2000, 3000])
        world.at(ms, () => fates.push(publish(`at ${ms / 1000}`.slice(0, 5))));
      return () => {
        expect(
          fates.map(({ error }) => (error as Error | undefined)?.message.includes('queue.maxBytes')),
        ).to.deep.equal([undefined, true, undefined, undefined, undefined, undefined]);
        expect(world.relay.accepted.map(({ message }) => message)).to.deep.equal([
          ...['abc', 'gh', 'at 1', 'at 2', 'at 3'],
        ]);
      };
    }),
  );

  it(
    'sends all its options',
    played((world) => {
      const client = world.clientOf();
      const tvf = { correlationId: 1, rpcMethods: ['eth_sign'], chainId: 'eip155:1' };
      const beside = { ...tvf, txHashes: ['0x1'], contractAddresses: ['0x2'] };
      const more = { ...terms, prompt: true, attestation: 'who says so', tvf, ...beside };
      fateOf(client.publish(topic, 'hello', more));
      return () => {
        const [{ text } = { text: '' }] = world.heard('irn_publish');
        expect((JSON.parse(text) as { params: object }).params).to.deep.equal({
          topic,
          message: 'hello',
          ...more,
        });
      };
    }),
  );

  it(
    'tells fields that its options have not, once each',
    played((world) => {
      const told: unknown[] = [];
      const client = world.clientOf({
        log: (level, { message }) => level === 'warn' && told.push(message),
        seed: '11'.repeat(32),
        queue: { maxMesages: 1 } as object,
      });
      for (const message of ['a', 'b'])
        fateOf(client.publish(topic, message, { ...terms, promt: true } as PublishOptions));
      from(['c'])
        .pipe(publishTo(client.channel(topic), { ...terms, ttll: 1 } as PublishOptions))
        .subscribe();
      return () => {
        expect(told).to.deep.equal([
          'There is no field "maxMesages" in the option "queue": write "maxMessages".',
          'There is no field "promt" in the options of a publish: write "prompt".',
          'There is no field "ttll" in the options of publishTo: write "ttl".',
        ]);
        expect(world.relay.accepted).to.have.length(3);
      };
    }),
  );

  it(
    'shows an error of wrong arguments on errors$ too',
    played((world) => {
      const client = world.clientOf();
      const errors: RelayError[] = [];
      client.errors$.subscribe((error) => errors.push(error));
      const fate = fateOf(client.publish(topic, 'hello', { ttl: 0 }));
      return () => {
        expect(errors).to.deep.equal([fate.error]);
      };
    }),
  );

  it(
    'withdraws by its signal a publish that has not been sent, and no other',
    played((world) => {
      const client = world.clientOf({ autoConnect: false });
      const [early, later, sent] = [new AbortController(), new AbortController(), new AbortController()];
      early.abort(new Error('early'));
      const fates = [
        fateOf(client.publish(topic, 'a', { ...terms, signal: early.signal })),
        fateOf(client.publish(topic, 'b', { ...terms, signal: later.signal })),
      ];
      const errors: unknown[] = [];
      client.errors$.subscribe((error) => errors.push(error));
      world.at(100, () => later.abort(new Error('later')));
      world.at(200, () => client.connect());
      let third: ReturnType<typeof fateOf> | undefined;
      world.at(1000, () => (third = fateOf(client.publish(topic, 'c', { ...terms, signal: sent.signal }))));
      world.at(1000, () => sent.abort(new Error('too late')));
      return () => {
        expect(fates.map(({ error }) => (error as Error).message)).to.deep.equal(['early', 'later']);
        expect(third?.value).to.have.property('id');
        expect(world.relay.accepted.map(({ message }) => message)).to.deep.equal(['c']);
        expect(errors).to.deep.equal([]);
      };
    }),
  );

  for (const idFormat of ['string', 'number'] as const)
    for (const ids of ['string', 'number'] as const)
      it(
        `keeps ids as ${idFormat}, answered as ${ids}, exact to the last of 19 digits`,
        played(
          (world) => {
            const client = world.clientOf({ idFormat, random: () => 0.123_457 });
            const heard = () => world.heard('irn_publish');
            const fates = Array.from({ length: 50 }, (_, number) =>
              fateOf(client.publish(topic, `${number}`, terms)),
            );
            return () => {
              expect(fates.every(({ value }) => value !== undefined)).to.equal(true);
              expect(heard()[0]!.text).to.match(
                idFormat === 'string' ? /^{"id":"\d{19}",/ : /^{"id":\d{19},/,
              );
              expect(new Set(heard().map(({ text }) => text)).size).to.equal(50);
            };
          },
          { served: { ids } },
        ),
      );
});
