import { expect } from 'chai';
import sinon from 'sinon';
import { filter, firstValueFrom, from, lastValueFrom, map, take, timer, toArray } from 'rxjs';
import { createRelay, type ListeningRelay, listenRelay } from '../../lib/emulator/index.js';
import {
  type PublishError,
  publishTo,
  RelayClient,
  RelayError,
  type RelayMessage,
  type RelayOptions,
} from '../../lib/relay/index.js';
import { fateOf, topicOf } from '../support/relay-world.js';
import { rejectionOf } from '../support/thrown.js';

const topic = topicOf(1);
const terms = { ttl: 300 };

describe('relay client over real sockets', () => {
  let server: ListeningRelay;
  const clients: RelayClient[] = [];
  const clientOf = (options: RelayOptions = {}): RelayClient => {
    const client = new RelayClient({
      relayUrl: server.url,
      log: () => undefined,
      reconnectDelay: 50,
      ...options,
    });
    clients.push(client);
    return client;
  };
  const subscribed = async (client: RelayClient, to = topic): Promise<RelayMessage[]> => {
    const heard: RelayMessage[] = [];
    client.channel(to).messages$.subscribe((message) => heard.push(message));
    await firstValueFrom(client.channel(to).state$.pipe(filter((state) => state === 'active')));
    return heard;
  };
  const until = (heard: readonly RelayMessage[], client: RelayClient, count: number): Promise<unknown> =>
    heard.length >= count
      ? Promise.resolve()
      : firstValueFrom(client.messages$.pipe(filter(() => heard.length >= count)));

  beforeEach(async () => {
    server = await listenRelay();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.dispose()));
    await server.close();
  });

  it('publishes and receives, with a token that the relay verifies, in the URL or in a header', async () => {
    const [sender, receiver] = [clientOf({ bearerToken: true }), clientOf()];
    const heard = await subscribed(receiver);
    const before = Date.now();
    const { id } = await sender.publish(topic, 'hello', { ...terms, tag: 7 });
    await until(heard, receiver, 1);
    expect(heard[0]).to.include({ id, topic, message: 'hello', tag: 7 });
    for (const time of [heard[0]!.publishedAt, heard[0]!.receivedAt])
      expect(time).to.be.within(before, Date.now());
    const [, ofSender] = server.relay.connections;
    expect([ofSender?.params.get('auth'), ofSender?.clientId]).to.deep.equal([null, await sender.clientId()]);
  });

  it('texts come out as they went in', async () => {
    const [sender, receiver] = [clientOf(), clientOf()];
    const heard = await subscribed(receiver);
    const texts = [
      ...[
        '',
        '1n',
        '42',
        '12345678901234567890',
        '{"id":12345678901234567,"x":[1]}',
        '\u2028\u2029',
        '👩‍👩‍👧 é',
        '\u0000"\\',
      ],
      ...Array.from({ length: 500 }, (_, number) => `${number}`.repeat(number)),
    ];
    await Promise.all([...new Set(texts)].map((text) => sender.publish(topic, text, terms)));
    await until(heard, receiver, new Set(texts).size);
    expect(heard.map(({ message }) => message)).to.deep.equal([...new Set(texts)]);
  }).timeout(20_000);

  it('3,000 publishes at once, over a drop: each accepted, each received once', async () => {
    const [sender, receiver] = [clientOf(), clientOf()];
    const heard = await subscribed(receiver);
    const all = Array.from({ length: 3000 }, (_, number) => sender.publish(topic, `number ${number}`, terms));
    await all[1000];
    for (const connection of server.relay.connections) connection.drop();
    await Promise.all(all);
    await until(heard, receiver, 3000);
    expect(new Set(heard.map(({ message }) => message)).size).to.equal(3000);
    expect(heard).to.have.length(3000);
  }).timeout(20_000);

  it('publishTo publishes a stream, in order', async () => {
    const [sender, receiver] = [clientOf(), clientOf()];
    const heard = await subscribed(receiver);
    const texts = Array.from({ length: 200 }, (_, number) => `number ${number}`);
    const results$ = from(texts).pipe(
      publishTo(sender.channel(topic), { ...terms, concurrency: 8 }),
      toArray(),
    );
    expect(await lastValueFrom(results$)).to.have.length(200);
    await until(heard, receiver, 200);
    expect(heard.map(({ message }) => message)).to.deep.equal(texts);
  });

  it('a server that goes away and comes back loses nothing', async () => {
    await server.close();
    const relay = createRelay();
    server = await listenRelay({ relay });
    const { port } = server;
    const [sender, receiver] = [clientOf(), clientOf()];
    const heard = await subscribed(receiver);
    await server.close();
    const fate = fateOf(sender.publish(topic, 'meanwhile', terms));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(fate).to.deep.equal({});
    server = await listenRelay({ relay, port });
    await until(heard, receiver, 1);
    expect(heard.map(({ message }) => message)).to.deep.equal(['meanwhile']);
  }).timeout(15_000);

  it('a clock that is set back makes no publish wait longer', async () => {
    const clock = sinon.stub(Date, 'now').callThrough();
    const setBack = (hours: number): void => {
      clock.callsFake(() => clock.wrappedMethod.call(Date) - hours * 3_600_000);
    };
    try {
      const sender = clientOf({ publishDeadline: 800 });
      await sender.connect();
      server.relay.faults.ignore({ method: 'irn_publish', count: Infinity });
      const errors: Promise<unknown>[] = [];
      for (let number = 0; number < 10; number += 1) {
        if (number === 5) setBack(1);
        const fate = sender.publish(topic, `number ${number}`, terms);
        errors.push(fate.catch((error: unknown) => error));
        await firstValueFrom(timer(2));
      }
      for (const error of await Promise.all(errors))
        expect((error as PublishError).elapsed).to.be.at.least(790); // one after another they would take too long
    } finally {
      clock.restore();
    }
  });

  it('a client that is not let in is told why', async () => {
    await server.close();
    server = await listenRelay({ projects: ['ours'] });
    const client = clientOf({ projectId: 'stranger' });
    const failed = firstValueFrom(
      client.connection.changes$.pipe(
        filter(({ current }) => current === 'failed'),
        map(({ reason }) => reason),
        take(1),
      ),
    );
    client.connect().catch(() => undefined);
    expect(await failed).to.include({ code: 3000 });
  });

  for (const status of [401, 403])
    it(`a client that is refused by HTTP status ${status} has failed; by another one it tries again`, async () => {
      server.relay.refuse({ status });
      const error = await rejectionOf(clientOf().connect());
      expect(error).to.be.instanceOf(RelayError).and.include({ code: 3000 });
      expect((error as RelayError).message).to.contain(`HTTP status ${status}`);

      server.relay.refuse({ status: 503 });
      const busy = clientOf();
      const connected = busy.connect();
      await firstValueFrom(busy.connectionState$.pipe(filter((state) => state === 'disconnected')));
      server.relay.refuse(false);
      await connected;
    });
});
