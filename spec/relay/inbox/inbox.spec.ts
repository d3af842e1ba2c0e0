import { expect } from 'chai';
import { take } from 'rxjs';
import type { RelayMessage } from '../../../lib/relay/index.js';
import { fateOf, type Heard, heardOn, played, type RelayWorld, topicOf } from '../../support/relay-world.js';

const topic = topicOf(1);

describe('messages', () => {
  it(
    'come with all that is known of them, and are acknowledged',
    played((world) => {
      const client = world.clientOf();
      const heard: RelayMessage[] = [];
      client.channel(topic).messages$.subscribe((message) => heard.push(message));
      world.at(1000, () => world.relay.publish(topic, 'hello', { tag: 1108 }));
      return () => {
        expect(heard).to.deep.equal([
          {
            id: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
            ...{ topic, message: 'hello', tag: 1108, publishedAt: 1000, receivedAt: 1001 },
          },
        ]);
        expect(world.acknowledged()).to.have.length(1);
        expect(world.relay.mailbox(world.relay.clients[0]!.id)).to.deep.equal([]);
      };
    }),
  );

  for (const digits of [15, 19] as const)
    for (const as of ['number', 'string'] as const)
      it(
        `push ids of ${digits} digits as ${as} are acknowledged with the same token`,
        played(
          (world) => {
            const client = world.clientOf();
            const heard = heardOn(client, topic);
            const pushed: string[] = [];
            world.at(500, () =>
              world.relay.connections[0]?.sent$.subscribe((text) => {
                const found = /^{"id":("?\d+"?),.*_subscription/.exec(text)?.[1];
                if (found) pushed.push(found);
              }),
            );
            world.at(1000, () =>
              Array.from({ length: 300 }, (_, number) => world.relay.publish(topic, `${number}`)),
            );
            return () => {
              expect(heard).to.have.length(300);
              expect(pushed).to.have.length(300);
              expect(world.acknowledged()).to.deep.equal(
                pushed.map((id) => `{"id":${id},"jsonrpc":"2.0","result":true}`),
              );
            };
          },
          { served: { pushIds: { digits, as } } },
        ),
      );

  it(
    'pushed twice, and again after a reconnect before the relay knew of the acknowledgement, are handed over once',
    played((world) => {
      const client = world.clientOf();
      const heard = heardOn(client, topic);
      world.at(1000, () => world.relay.connections[0]?.pushTwice());
      world.at(2000, () => {
        world.relay.publish(topic, 'once');
        world.at(2001, () => world.relay.connections[0]?.drop()); // what was acknowledged is lost
      });
      return () => {
        expect(heard).to.deep.equal(['once']);
        expect(world.relay.mailbox(world.relay.clients[0]!.id)).to.deep.equal([]);
      };
    }),
  );

  it(
    'an equal text that is published again, when the relay has forgotten it, is another message',
    played((world) => {
      const client = world.clientOf();
      const heard = heardOn(client, topic);
      for (const ms of [1000, 2000, 30_000])
        world.at(ms, () => world.relay.publish(topic, 'same', { ttl: 25 }));
      return () => {
        expect(heard).to.deep.equal(['same', 'same']); // the second one is the first again
      };
    }),
  );

  it(
    'an equal text on another topic is another message',
    played((world) => {
      const client = world.clientOf();
      const heard = [heardOn(client, topic), heardOn(client, topicOf(2))];
      world.at(1000, () => [topic, topicOf(2)].forEach((on) => world.relay.publish(on, 'same')));
      return () => {
        expect(heard).to.deep.equal([['same'], ['same']]);
      };
    }),
  );

  it(
    'that nobody is there to take are left to the relay, and come at once when somebody is',
    played((world) => {
      const client = world.clientOf();
      fateOf(client.subscribe(topic));
      const heard: [number, string][] = [];
      world.at(1000, () => world.relay.publish(topic, 'waits'));
      world.at(9000, () => expect(world.acknowledged()).to.deep.equal([]));
      world.at(9500, () =>
        client
          .channel(topic)
          .messages$.subscribe(({ message, receivedAt }) => heard.push([receivedAt, message])),
      );
      return () => {
        expect(heard).to.have.length(1);
        expect(heard[0]![0]).to.equal(9500);
        expect(world.relay.mailbox(world.relay.clients[0]!.id)).to.deep.equal([]);
      };
    }),
  );

  it(
    'take(1) takes one: the next is left to the relay for whoever comes',
    played((world) => {
      const client = world.clientOf();
      const channel = client.channel(topic);
      const [first, then]: string[][] = [[], []];
      channel.messages$.pipe(take(1)).subscribe(({ message }) => first!.push(message));
      world.at(1000, () => ['a', 'b'].forEach((text) => world.relay.publish(topic, text)));
      world.at(1100, () => channel.messages$.subscribe(({ message }) => then!.push(message)));
      return () => {
        expect([first, then]).to.deep.equal([['a'], ['b']]);
      };
    }),
  );

  it(
    'of all topics: messages$ and listeners, which may throw, and may leave',
    played((world) => {
      const client = world.clientOf();
      const heard: unknown[] = [];
      const listener = (...args: unknown[]): void => void heard.push(args);
      const faulty = (): void => {
        throw new Error('mine');
      };
      const errors: unknown[] = [];
      client.errors$.subscribe(({ cause }) => errors.push((cause as Error).message));
      client.on('relay_message', faulty).on('relay_message', listener).on('relay_message', listener);
      fateOf(client.subscribe(topic));
      world.at(1000, () => world.relay.publish(topic, 'one'));
      world.at(2000, () => client.off('relay_message', listener));
      world.at(3000, () => world.relay.publish(topic, 'two'));
      return () => {
        expect(heard).to.deep.equal([[topic, 'one', 1000, 1001]]);
        expect(errors).to.deep.equal(['mine', 'mine']);
        expect(world.acknowledged()).to.have.length(2);
        expect(() => client.on('other' as 'relay_message', listener)).to.throw(/no event "other"/);
      };
    }),
  );

  it(
    'are acknowledged after they were handed over: what a listener sends goes before that',
    played((world) => {
      const client = world.clientOf();
      client
        .channel(topic)
        .messages$.subscribe(() => fateOf(client.publish(topicOf(2), 'reply', { ttl: 60 })));
      const sent: string[] = [];
      world.at(500, () =>
        world.relay.received$.subscribe(({ text }) => {
          sent.push(/"method":"(\w+)"/.exec(text)?.[1] ?? 'acknowledgement');
        }),
      );
      world.at(1000, () => world.relay.publish(topic, 'hello'));
      return () => {
        expect(sent.slice(0, 2)).to.deep.equal(['irn_publish', 'acknowledgement']);
      };
    }),
  );

  it(
    'of all topics begin with what nobody took; of very many the relay keeps those over a hundred',
    played((world) => {
      const client = world.clientOf();
      fateOf(client.subscribe(topic));
      const texts = Array.from({ length: 150 }, (_, number) => `${number}`);
      const heard: string[] = [];
      world.at(1000, () => texts.forEach((text) => world.relay.publish(topic, text)));
      world.at(2000, () => {
        client.messages$.subscribe(({ message }) => heard.push(message));
        expect(heard).to.deep.equal(texts.slice(0, 100));
      });
      return () => {
        expect(heard).to.deep.equal(texts);
        expect(world.relay.mailbox(world.relay.clients[0]!.id)).to.deep.equal([]);
      };
    }),
  );

  it(
    'reach a listener that was taken off and put on again',
    played((world) => {
      const client = world.clientOf();
      const heard: string[] = [];
      const listener = (_: string, message: string): void => void heard.push(message);
      client.on('relay_message', listener).off('relay_message', listener).on('relay_message', listener);
      fateOf(client.subscribe(topic));
      world.at(1000, () => world.relay.publish(topic, 'hello'));
      return () => {
        expect(heard).to.deep.equal(['hello']);
      };
    }),
  );

  it(
    'frames that make no sense are told on errors$, and end nothing; so is what the relay could not read',
    played((world) => {
      const client = world.clientOf();
      const errors: string[] = [];
      client.errors$.subscribe(({ message }) => errors.push(message));
      const heard = heardOn(client, topic);
      world.at(1000, () => {
        const [socket] = world.relay.connections;
        for (const text of [
          '{',
          '{"id":1}',
          '{"id":0,"jsonrpc":"2.0","error":{"code":-32600,"message":"What?"}}',
        ])
          socket?.sendRaw(text);
        socket?.sendRaw('{"id":5,"jsonrpc":"2.0","error":{"code":-32600,"message":"nobody asked"}}');
        world.relay.publish(topic, 'goes on');
      });
      return () => {
        expect(errors).to.have.length(3);
        expect(errors[2]).to.equal('What?');
        expect(heard).to.deep.equal(['goes on']);
      };
    }),
  );

  it(
    'fetchMessages asks page by page, only as far as it is read; what is left of a page waits for the next one',
    played(
      (world) => {
        const client = world.clientOf();
        const [all, some]: string[][] = [[], []];
        world.at(1000, () => publishTo(world, 25));
        world.at(2000, () =>
          client
            .fetchMessages(topic)
            .pipe(take(5))
            .subscribe(({ message }) => some!.push(message)),
        );
        let asked = 0;
        world.at(10_000, () => (asked = world.heard('irn_fetchMessages').length));
        world.at(20_000, () => client.fetchMessages(topic).subscribe(({ message }) => all!.push(message)));
        return () => {
          expect(some).to.deep.equal(numbers(0, 5));
          expect(asked).to.equal(1);
          expect(all).to.deep.equal(numbers(5, 25));
        };
      },
      { served: { limits: { page: 10 } } },
    ),
  );

  it(
    'what is left of a page waits for whoever listens next, once; who listens already gets all of it',
    played(
      (world) => {
        const [client, listening] = [world.clientOf(), world.clientOf()];
        const fetched: string[] = [];
        const fetchOne = (): unknown =>
          client
            .fetchMessages(topic)
            .pipe(take(1))
            .subscribe(({ message }) => fetched.push(message));
        world.at(1000, () => publishTo(world, 3));
        world.at(2000, fetchOne);
        const heard: string[][] = [];
        world.at(3000, () => heard.push(heardOn(client, topic)));
        world.at(4000, () => heard.push(heardOn(client, topic)));
        world.at(4500, () => listening.messages$.subscribe(({ message }) => heard.push([message])));
        world.at(5000, () => world.relay.publish(topic, 'last'));
        world.at(6000, () => listening.fetchMessages(topic).pipe(take(1)).subscribe());
        return () => {
          expect(fetched).to.deep.equal(['0']);
          expect(heard).to.deep.equal([['1', '2', 'last'], ['last'], ['0'], ['1'], ['2'], ['last']]);
        };
      },
      { served: { limits: { page: 10 } } },
    ),
  );

  it(
    'what is left of a page waits also where it had been pushed, and nobody took it',
    played((world) => {
      const client = world.clientOf();
      const [one, more]: string[][] = [[], []];
      fateOf(client.subscribe(topic));
      world.at(1000, () => publishTo(world, 3));
      const fetch = (into: string[] | undefined, most: number): unknown =>
        client
          .fetchMessages(topic)
          .pipe(take(most))
          .subscribe(({ message }) => into?.push(message));
      world.at(2000, () => fetch(one, 1));
      world.at(3000, () => fetch(more, 5));
      let heard: string[] = [];
      world.at(4000, () => (heard = heardOn(client, topic)));
      return () => {
        expect([one, more, heard]).to.deep.equal([['0'], ['1', '2'], []]);
      };
    }),
  );

  it(
    'what is left of a page waits for whoever fetches next, also where it is pushed after that, and nobody takes it',
    played((world) => {
      const client = world.clientOf();
      const found: string[] = [];
      fateOf(client.subscribe(topic));
      world.at(1000, () => publishTo(world, 2));
      world.at(1500, () => client.fetchMessages(topic).pipe(take(1)).subscribe());
      world.at(2000, () => {
        const data = { topic, message: '1', publishedAt: 1000, tag: 0 };
        world.relay.connections[0]?.sendRaw(
          JSON.stringify({ id: 1, jsonrpc: '2.0', method: 'irn_subscription', params: { data } }),
        );
      });
      world.at(3000, () => client.fetchMessages(topic).subscribe(({ message }) => found.push(message)));
      return () => {
        expect(found).to.deep.equal(['1']);
      };
    }),
  );

  it(
    'of a page of hundreds, all that is left waits, however often somebody takes one',
    played(
      (world) => {
        const client = world.clientOf();
        const found: string[] = [];
        const takeOne = (): void => {
          const next = ({ message }: RelayMessage): unknown => found.push(message);
          client.channel(topic).messages$.pipe(take(1)).subscribe(next);
        };
        world.at(1000, () => publishTo(world, 250));
        world.at(2000, () => client.fetchMessages(topic).pipe(take(1)).subscribe());
        for (let ms = 3000; ms < 3249; ms += 1) world.at(ms, takeOne);
        return () => {
          expect(found).to.deep.equal(numbers(1, 250));
        };
      },
      { served: { limits: { page: 300 } } },
    ),
  );

  it(
    'a page that comes after nobody waits for it any more is kept for whoever fetches or listens next',
    played(
      (world) => {
        const client = world.clientOf({ publishDeadline: 500 });
        const found: string[] = [];
        const errors: string[] = [];
        const fetch = (): unknown =>
          client.fetchMessages(topic).subscribe({
            next: ({ message }) => found.push(message),
            error: (error: unknown) => errors.push((error as Error).message),
            complete: () => found.push('|'),
          });
        world.at(1000, () => publishTo(world, 15));
        world.at(1500, () => fateOf(client.connect()));
        world.at(2000, () => {
          world.relay.connections[0]?.delay(800);
          fetch();
        });
        world.at(4000, () => world.relay.connections[0]?.delay(0));
        world.at(5000, fetch);
        return () => {
          expect(errors).to.have.length(1);
          expect(errors[0]).to.contain('the relay did not answer. What the relay has answered and nobody');
          expect(found).to.deep.equal([...numbers(0, 15), '|']);
        };
      },
      { served: { limits: { page: 10 } } },
    ),
  );

  it(
    'fetchMessages does not ask again where the relay may have answered: it errors, and says so',
    played((world) => {
      const client = world.clientOf();
      const [errors, found]: string[][] = [[], []];
      const asked = (): number => asking(world).length;
      world.at(1000, () => publishTo(world, 3));
      world.at(2000, () => {
        world.relay.faults.dropAfter({ method: 'irn_fetchMessages' });
        client
          .fetchMessages(topic)
          .subscribe({ error: (error: unknown) => errors!.push((error as Error).message) });
      });
      world.at(9000, () => {
        expect(asked()).to.equal(1);
        world.relay.publish(topic, 'more');
        world.relay.faults.dropBefore({ method: 'irn_fetchMessages' });
        const leaving = client.fetchMessages(topic).subscribe();
        world.at(9001, () => leaving.unsubscribe());
      });
      world.at(19_000, () => {
        expect(asked()).to.equal(2);
        client.fetchMessages(topic).subscribe(({ message }) => found!.push(message));
      });
      return () => {
        expect(found).to.deep.equal(['more']);
        expect(errors).to.have.length(1);
        expect(errors![0]).to.contain('counts as delivered');
      };
    }),
  );

  it(
    'fetchMessages is refused: asks again as a publish does, then errors with what the relay said',
    played((world) => {
      const client = world.clientOf();
      const errors: unknown[] = [];
      const [busy, method] = [{ code: 3001, message: 'Too many requests' }, 'irn_fetchMessages'];
      world.relay.faults.refuse(busy, { method, count: 4 });
      client.fetchMessages(topic).subscribe({ error: (error: unknown) => errors.push(error) });
      return () => {
        expect(asking(world)).to.have.length(4);
        expect(errors[0]).to.include({ code: 3001 });
      };
    }),
  );

  it(
    'an equal text that is published anew counts as the same for 20 s, or for dedupe.ttl where that is less',
    played((world) => {
      const [usual, short] = [world.clientOf(), world.clientOf({ dedupe: { ttl: 2 } })];
      const heard = [usual, short].map((client) => heardOn(client, topic));
      for (const ms of [1000, 4000, 25_000])
        world.at(ms, () => world.relay.publish(topic, 'ping', { ttl: 1 }));
      return () => {
        expect(heard.map(({ length }) => length)).to.deep.equal([2, 3]);
      };
    }),
  );
});

/** The requests for what is kept of the topic, without those that only ask for a sign of life. */
const asking = ({ heard }: RelayWorld): readonly Heard[] =>
  heard('irn_fetchMessages').filter(({ text }) => text.includes(topic));

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `${from + index}`);

function publishTo({ relay }: RelayWorld, count: number): void {
  for (const text of numbers(0, count)) relay.publish(topic, text);
}
