import { expect } from 'chai';
import { take } from 'rxjs';
import type { RelayMessage } from '../../../lib/relay/index.js';
import { fateOf, type Heard, heardOn, played, type RelayWorld, topicOf } from '../../support/relay-world.js';

const topic = topicOf(1);

describe('Inbox', () => {
  it(
    'emits messages with all their fields, and acknowledges them',
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
        `acknowledges push ids of ${digits} digits as ${as} with the same token`,
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
    'delivers a message once that is pushed twice, and again after a reconnect without its acknowledgement',
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
    'delivers an equal text again that is published when the relay has forgotten the first',
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
    'delivers an equal text on another topic',
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
    'leaves messages without subscribers to the relay, and delivers them at once to the next one',
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
    'take(1) takes one, and leaves the next to the relay',
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
    'messages$ and listeners receive the messages of all topics; listeners may throw, and may be removed',
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
    'acknowledges a message after its delivery: a frame that a listener sends goes before that',
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
    'messages$ begins with undelivered messages, at most a hundred a topic; the relay keeps the others',
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
    'calls a listener that was removed and added again',
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
    'reports malformed frames on errors$, and frames that the relay could not read; goes on',
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
    'fetchMessages requests page by page as they are read; the rest of a page waits for the next fetch',
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
    'delivers the rest of a page to the next subscriber once, and all of it to present ones',
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
    'keeps the rest of a page also when it had been pushed without subscribers',
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
    'keeps the rest of a page for the next fetch also when it is pushed after that without subscribers',
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
    'keeps all the rest of a page of hundreds, however often one message is taken',
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
    'keeps a page that comes after its timeout for the next fetch or subscriber',
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
          expect(errors[0]).to.contain(
            'the relay did not answer. Messages of an answer that was lost count as delivered.',
          );
          expect(found).to.deep.equal([...numbers(0, 15), '|']);
        };
      },
      { served: { limits: { page: 10 } } },
    ),
  );

  it(
    'fetchMessages errors, and says so, instead of a retry when the relay may have answered',
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
        expect(errors![0]).to.contain('count as delivered');
      };
    }),
  );

  it(
    'fetchMessages retries a refusal as a publish does, then errors with the error of the relay',
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
    'takes an equal text that is published anew for a duplicate for 20 s, or for dedupe.ttl if that is less',
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
