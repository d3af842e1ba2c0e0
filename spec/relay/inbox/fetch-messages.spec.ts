import { expect } from 'chai';
import { count, lastValueFrom, retry } from 'rxjs';
import type { Calls } from '../../../lib/relay/calls/calls.js';
import { pagesOf } from '../../../lib/relay/inbox/fetch-messages.js';
import type { RelayError } from '../../../lib/relay/index.js';
import { heardOn, played, topicOf } from '../../support/relay-world.js';

const topic = topicOf(1);

describe('fetchMessages', () => {
  it(
    'delivers fetched messages to subscribers, once, also when the relay pushes them again',
    played((world) => {
      const client = world.clientOf();
      const all: unknown[] = [];
      const fetched: string[] = [];
      client.messages$.subscribe(({ message, receivedAt }) => all.push([message, receivedAt]));
      world.at(1000, () => world.relay.publish(topic, 'kept'));
      world.at(2000, () => client.fetchMessages(topic).subscribe(({ message }) => fetched.push(message)));
      world.at(3000, () => {
        const data = { topic, message: 'kept', publishedAt: 1000, tag: 0 };
        world.relay.connections[0]?.sendRaw(
          JSON.stringify({ id: 1, jsonrpc: '2.0', method: 'irn_subscription', params: { data } }),
        );
      });
      return () => {
        expect([all, fetched]).to.deep.equal([[['kept', 2002]], ['kept']]);
        expect(world.acknowledged()).to.have.length(1);
      };
    }),
  );

  it(
    'emits messages that have been pushed, and does not deliver them to subscribers again',
    played((world) => {
      const client = world.clientOf();
      const heard = heardOn(client, topic);
      const fetched: string[] = [];
      world.at(1000, () => {
        client.fetchMessages(topic).subscribe(({ message }) => fetched.push(message));
        world.relay.publish(topic, 'pushed'); // is not acknowledged yet when it is asked for
      });
      return () => {
        expect([heard, fetched]).to.deep.equal([['pushed'], ['pushed']]);
      };
    }),
  );

  it(
    'makes later pushes of fetched messages duplicates',
    played((world) => {
      const client = world.clientOf();
      const fetched: string[] = [];
      let heard: string[] = [];
      world.at(1000, () => world.relay.publish(topic, 'kept'));
      world.at(2000, () => client.fetchMessages(topic).subscribe(({ message }) => fetched.push(message)));
      world.at(3000, () => (heard = heardOn(client, topic)));
      world.at(4000, () => {
        const data = { topic, message: 'kept', publishedAt: 1000, tag: 0 };
        world.relay.connections[0]?.sendRaw(
          JSON.stringify({ id: 1, jsonrpc: '2.0', method: 'irn_subscription', params: { data } }),
        );
      });
      return () => {
        expect([fetched, heard]).to.deep.equal([['kept'], []]);
        expect(world.acknowledged()).to.have.length(1);
      };
    }),
  );

  it(
    'withdraws a request that was not sent at unsubscribe',
    played((world) => {
      const client = world.clientOf({ autoConnect: false });
      const fetching = client.fetchMessages(topic).subscribe();
      world.at(100, () => fetching.unsubscribe());
      world.at(200, () => client.connect());
      return () => {
        const asked = world.heard('irn_fetchMessages').filter(({ text }) => text.includes(topic));
        expect(asked).to.deep.equal([]);
      };
    }),
  );

  it(
    'unsubscribed before the answer: keeps its messages for the next fetch',
    played((world) => {
      const client = world.clientOf();
      const found: string[] = [];
      world.at(1000, () => world.relay.publish(topic, 'kept'));
      world.at(2000, () => {
        world.relay.faults.late(500, { method: 'irn_fetchMessages' });
        const fetching = client.fetchMessages(topic).subscribe(({ message }) => found.push(message));
        world.at(2100, () => fetching.unsubscribe());
      });
      world.at(3000, () => {
        expect(found).to.deep.equal([]);
        client.fetchMessages(topic).subscribe(({ message }) => found.push(message));
      });
      return () => {
        expect(found).to.deep.equal(['kept']);
      };
    }),
  );

  it(
    'unsubscribed before the answer: delivers its messages to subscribers',
    played((world) => {
      const client = world.clientOf();
      world.relay.publish(topic, 'kept');
      world.relay.faults.late(500, { method: 'irn_fetchMessages' });
      const fetching = client.fetchMessages(topic).subscribe();
      world.at(100, () => fetching.unsubscribe());
      const heard: [number, string][] = [];
      client.messages$.subscribe(({ message, receivedAt }) => heard.push([receivedAt, message]));
      return () => {
        expect(heard).to.have.length(1);
        expect(heard[0]![0]).to.be.within(500, 510);
      };
    }),
  );

  for (const [when, leaveAt] of [
    ['in time', undefined],
    ['after whoever asked has left', 1500],
  ] as const)
    it(
      `emits a page once that the relay answers with twice, ${when}`,
      played((world) => {
        const client = world.clientOf();
        const found: string[] = [];
        const fetch = () => client.fetchMessages(topic).subscribe(({ message }) => found.push(message));
        world.relay.faults.ignore({ method: 'irn_fetchMessages' });
        world.at(1000, () => {
          const fetching = fetch();
          if (leaveAt !== undefined) world.at(leaveAt, () => fetching.unsubscribe());
        });
        const answer = (): void => {
          const { id } = JSON.parse(world.heard('irn_fetchMessages')[0]!.text) as { readonly id: string };
          const result = { messages: [{ topic, message: 'one' }], hasMore: false };
          world.relay.connections[0]?.sendRaw(JSON.stringify({ id, jsonrpc: '2.0', result }));
        };
        world.at(2000, answer);
        world.at(2500, fetch);
        world.at(3000, answer);
        world.at(3500, fetch);
        return () => {
          expect(found).to.deep.equal(['one']);
        };
      }),
    );

  it(
    'errors with the error of the relay',
    played((world) => {
      const client = world.clientOf();
      const errors: RelayError[] = [];
      client.fetchMessages('chat').subscribe({ error: (error: unknown) => errors.push(error as RelayError) });
      return () => {
        expect(errors).to.have.length(1);
        expect(errors[0]).to.include({ name: 'RelayError', code: -32600, data: 'InvalidTopic' });
        expect(errors[0]!.message).to.match(
          /^The messages of topic "chat" could not be fetched: .*64 digits/,
        );
      };
    }),
  );

  it(
    'rests, longer from failure to failure, where a fetch that the relay refuses at once is retried',
    played((world) => {
      const client = world.clientOf({ failFast: true });
      const fetching = client.fetchMessages('chat').pipe(retry()).subscribe();
      world.at(20_000, () => {
        fetching.unsubscribe();
      });
      return () => {
        const times = world.heard('irn_fetchMessages').map(({ at }) => at);
        const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
        expect(gaps.slice(0, 5)).to.deep.equal([602, 1102, 2102, 4102, 5102]);
      };
    }),
  );

  it(
    'emits the well-formed messages of a page, and reports the others on errors$',
    played((world) => {
      const client = world.clientOf();
      const [found, errors]: string[][] = [[], []];
      client.errors$.subscribe(({ message }) => errors!.push(message));
      world.relay.faults.ignore({ method: 'irn_fetchMessages' });
      world.relay.received$.subscribe(({ connection, text }) => {
        const { id } = JSON.parse(text) as { readonly id: string };
        const messages = [
          { topic, message: 'one' },
          { topic, message: 5 },
          { topic, message: 'two' },
        ];
        if (text.includes('irn_fetchMessages'))
          connection.sendRaw(JSON.stringify({ id, jsonrpc: '2.0', result: { messages } }));
      });
      client.fetchMessages(topic).subscribe({
        next: ({ message }) => found!.push(message),
        complete: () => found!.push('|'),
      });
      return () => {
        expect(found).to.deep.equal(['one', 'two', '|']);
        expect(errors).to.deep.equal(['The relay sent a message without a topic or a text.']);
      };
    }),
  );

  for (const result of ['true', 'null', '{"messages":7}'])
    it(
      `errors on a malformed page: ${result}`,
      played((world) => {
        const client = world.clientOf();
        world.relay.faults.ignore({ method: 'irn_fetchMessages' });
        world.relay.received$.subscribe(({ connection, text }) => {
          const { id } = JSON.parse(text) as { readonly id: string };
          if (text.includes('irn_fetchMessages'))
            connection.sendRaw(`{"id":"${id}","jsonrpc":"2.0","result":${result}}`);
        });
        const ends: string[] = [];
        client.fetchMessages(topic).subscribe({
          complete: () => ends.push('completed'),
          error: (error: unknown) => ends.push((error as RelayError).name),
        });
        return () => {
          expect(ends).to.deep.equal(['RelayError']);
        };
      }),
    );
});

describe('pagesOf', () => {
  it('reads any number of pages', async () => {
    const pages = 20_000;
    let asked = 0;
    const begin: Calls['begin'] = (_, settle) => {
      asked += 1;
      const result = { messages: [], hasMore: asked < pages };
      queueMicrotask(() => {
        settle({ type: 'answered', result }, {} as never);
      });
      return {} as never;
    };
    const calls = { begin, withdraw: () => undefined } as unknown as Calls;
    const unused = { demand: () => undefined, policy: {}, inbox: {}, topics: {} };
    const page$ = pagesOf(topicOf(1), { calls, ...unused } as never);
    expect(await lastValueFrom(page$.pipe(count()))).to.equal(pages);
  });
});
