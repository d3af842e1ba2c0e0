import { expect } from 'chai';
import { from, map, NEVER, take, timer, toArray, concatWith } from 'rxjs';
import { publishTo, RelayError } from '../../../lib/relay/index.js';
import { relayWorld, topicOf } from '../../support/relay-world.js';
import { virtually } from '../../support/virtual-time.js';

const topic = topicOf(1);

/** Promises do not settle in virtual time: these specs look at what is sent. */
describe('publishTo', () => {
  it(
    'publishes at most `concurrency` at once, in order',
    virtually(({ scheduler, flush }) => {
      const world = relayWorld({ scheduler });
      const client = world.clientOf();
      const texts = Array.from({ length: 10 }, (_, number) => `${number}`);
      from(texts)
        .pipe(publishTo(client.channel(topic), { ttl: 60, concurrency: 3 }))
        .subscribe({ error: () => undefined }); // disposed of in the end
      world.at(1000, world.end);
      flush();
      const sent = world
        .heard('irn_publish')
        .map(({ text }) => (JSON.parse(text) as { params: object }).params);
      expect(sent).to.deep.equal(['0', '1', '2'].map((message) => ({ topic, message, ttl: 60, tag: 0 })));
    }),
  );

  it(
    'publishes each value with its options',
    virtually(({ scheduler, flush }) => {
      const world = relayWorld({ scheduler });
      const terms = { ttl: 60, tag: 1108, prompt: true, attestation: 'who says so' };
      from(['a'])
        .pipe(publishTo(world.clientOf().channel(topic), terms))
        .subscribe({ error: () => undefined }); // disposed of in the end
      world.at(1000, world.end);
      flush();
      const sent = world
        .heard('irn_publish')
        .map(({ text }) => (JSON.parse(text) as { params: object }).params);
      expect(sent).to.deep.equal([{ topic, message: 'a', ...terms }]);
    }),
  );

  it(
    'withdraws values that have not been sent at unsubscribe',
    virtually(({ scheduler, flush }) => {
      const world = relayWorld({ scheduler });
      const client = world.clientOf({ autoConnect: false });
      const subscription = from(['a', 'b'])
        .pipe(concatWith(NEVER), publishTo(client.channel(topic), { ttl: 60 }))
        .subscribe();
      world.at(100, () => subscription.unsubscribe());
      world.at(200, () => void client.connect());
      world.at(1000, world.end);
      flush();
      expect(world.heard('irn_publish')).to.deep.equal([]);
    }),
  );

  it(
    'errors on one value too many, or drops it, as `overflow` says',
    virtually(({ scheduler, flush }) => {
      const world = relayWorld({ scheduler });
      const client = world.clientOf({ autoConnect: false });
      const errors: unknown[] = [];
      const dropped: string[] = [];
      const source$ = timer(0, 10, scheduler).pipe(take(5), map(String));
      const limits = { ttl: 60, concurrency: 1, buffer: 2 };
      source$
        .pipe(publishTo(client.channel(topic), limits))
        .subscribe({ error: (error: unknown) => errors.push(error) });
      source$
        .pipe(
          publishTo(client.channel(topic), {
            ...limits,
            overflow: 'dropOldest',
            onDrop: (text) => dropped.push(text),
          }),
        )
        .subscribe({ error: () => undefined });
      world.at(1000, world.end);
      flush();
      expect(errors[0]).to.be.instanceOf(RelayError);
      expect((errors[0] as Error).message).to.contain('option buffer');
      expect(dropped).to.deep.equal(['1', '2']);
    }),
  );

  it('refuses wrong options at once', () => {
    virtually(({ scheduler }) => {
      const channel = relayWorld({ scheduler }).clientOf().channel(topic);
      expect(() => publishTo(channel, { ttl: 1, concurrency: 0 })).to.throw(RelayError, /"concurrency"/);
      expect(() => publishTo(channel, { ttl: 1, buffer: -1 })).to.throw(RelayError, /"buffer"/);
    })();
  });

  it('emits the results in order, completes after the last, and errors with the first that fails', async () => {
    let seen: Promise<unknown> = Promise.resolve();
    virtually(({ scheduler }) => {
      const world = relayWorld({ scheduler });
      const client = world.clientOf();
      seen = new Promise((resolve) => {
        from(['a', 'b'])
          .pipe(publishTo(client.channel(topic), { ttl: 60 }), toArray())
          .subscribe({ next: resolve, error: resolve });
      });
      world.at(1000, world.end);
    })();
    expect(await seen).to.have.length(2);
  });
});
