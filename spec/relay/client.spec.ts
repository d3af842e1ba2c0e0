import { expect } from 'chai';
import { type Observable, Subject, throwError } from 'rxjs';
import { RelayClient, RelayError, type SeedStorage } from '../../lib/relay/index.js';
import type { Lifecycle } from '../../lib/relay/index.js';
import { fakeNetwork } from '../support/fake-socket.js';
import { fateOf, heardOn, played, topicOf } from '../support/relay-world.js';
import { secret } from '../support/secrets.js';
import { rejectionOf, thrownBy } from '../support/thrown.js';
import { unhandledDuring } from '../support/unhandled.js';
import type { Virtual } from '../support/virtual-time.js';

const topic = topicOf(1);

/** The connection's states, each with the moment of it. */
function statesOf(client: RelayClient, { scheduler }: Virtual): [number, string][] {
  const states: [number, string][] = [];
  client.connectionState$.subscribe((state) => states.push([scheduler.now(), state]));
  return states;
}
const names = (states: readonly (readonly [number, string])[]): string[] => states.map(([, name]) => name);

describe('RelayClient', () => {
  const refusals = {
    disconnected: { refusing: 'drop', most: 40 },
    failed: { refusing: { code: 3000, reason: 'Project not found' }, most: 25 },
    closed: { refusing: { code: 4008 }, most: 25 },
  } as const;
  for (const [state, { refusing, most }] of Object.entries(refusals))
    it(
      `connect() in a handler of "${state}": dials ever more seldom`,
      played((world, { scheduler }) => {
        world.relay.refuse(refusing);
        const dialled: number[] = [];
        const client = world.clientOf();
        client.connectionState$.subscribe((name) => {
          if (name === 'connecting') dialled.push(scheduler.now());
          if (name === state) void client.connect();
        });
        void client.connect();
        world.lastly(() => expect(dialled.length, String(dialled)).to.be.within(5, most));
        return () => undefined;
      }),
    );

  it(
    'opens nothing by itself; a subscriber, subscribe, publish, messages$ and connect() do',
    played((world) => {
      const quiet = world.clientOf();
      quiet.channel(topic);
      const deeds: ((client: RelayClient) => unknown)[] = [
        (client) => client.channel(topic).messages$.subscribe(),
        (client) => fateOf(client.subscribe(topic)),
        (client) => fateOf(client.publish(topic, 'm', { ttl: 1 })),
        (client) => client.messages$.subscribe(),
        (client) => fateOf(client.connect()),
        (client) => client.fetchMessages(topic).subscribe(),
      ];
      const clients = deeds.map((deed) => {
        const client = world.clientOf();
        deed(client);
        return client;
      });
      const [eager, patient] = [
        world.clientOf({ autoConnect: true }),
        world.clientOf({ autoConnect: false }),
      ];
      deeds.slice(0, 4).forEach((deed) => deed(patient));
      world.lastly(() => {
        expect([quiet, patient].map(({ connection }) => connection.state)).to.deep.equal([
          'initialized',
          'initialized',
        ]);
        expect([eager, ...clients].every(({ connection }) => connection.state === 'connected')).to.equal(
          true,
        );
      });
      return () => undefined;
    }),
  );

  it(
    'sends a fresh token for each connection, the project, its software, and useOnCloseEvent',
    played((world) => {
      const client = world.clientOf({ projectId: 'ab'.repeat(16), relayUrl: 'ws://127.0.0.1/relay?x=1' });
      fateOf(client.connect());
      const seen: { readonly auth: string | null; readonly clientId: string }[] = [];
      const look = (): void => {
        const [{ params, clientId }] = world.relay.connections as [(typeof world.relay.connections)[0]];
        seen.push({ auth: params.get('auth'), clientId });
        expect([params.get('projectId'), params.get('useOnCloseEvent'), params.get('x')]).to.deep.equal([
          'ab'.repeat(16),
          'true',
          '1',
        ]);
        expect(params.get('ua')).to.match(/^wc-2\/rx-realtime-\d+\.\d+\.\d+\/nodejs-\d+\.\d+\.\d+\/node$/);
      };
      world.at(100, look);
      world.at(200, () => world.relay.connections[0]?.drop());
      world.at(10_000, look);
      const id = fateOf(client.clientId());
      return () => {
        const claims = seen.map(
          ({ auth }) =>
            JSON.parse(Buffer.from(auth?.split('.')[1] ?? '', 'base64url').toString()) as {
              iss: string;
              sub: string;
              aud: string;
              iat: number;
              exp: number;
            },
        );
        expect(claims.map(({ iss }) => iss)).to.deep.equal([id.value, id.value]);
        expect(claims[0]!.sub)
          .to.match(/^[0-9a-f]{64}$/)
          .and.not.equal(claims[1]!.sub);
        expect(claims[0]).to.include({ aud: 'ws://127.0.0.1/relay', iat: 0, exp: 86_400 });
        expect(seen[0]!.clientId).to.equal(id.value);
      };
    }),
  );

  it(
    'keeps its mailbox by its seed: another client of the same seed receives the messages that are left',
    played((world) => {
      const seed = secret('58e0254c211b858ef7896b00e3f36beeb13d568d47c6031c4218b87718061295');
      const one = world.clientOf({ seed });
      one.channel(topic).messages$.subscribe();
      const heard: string[] = [];
      world.at(1000, () => one.dispose());
      world.at(2000, () => world.relay.publish(topic, 'for whoever has the key'));
      world.at(3000, () => {
        const two = world.clientOf({ seed: Uint8Array.from(Buffer.from(seed, 'hex')) });
        two.channel(topic).messages$.subscribe(({ message }) => heard.push(message));
      });
      const id = fateOf(one.clientId());
      return () => {
        expect(heard).to.deep.equal(['for whoever has the key']);
        expect(id.value).to.equal('did:key:z6MkodHZwneVRShtaLf8JKYkxpDGp1vGZnpGmdBpX8M2exxH');
        expect(world.relay.clients).to.have.length(1);
      };
    }),
  );

  it(
    'close 3000: has failed with the reason, until connect()',
    played(
      (world, virtual) => {
        const client = world.clientOf({ projectId: 'stranger' });
        const states = statesOf(client, virtual);
        const connected = fateOf(client.connect());
        world.at(20_000, () => fateOf(client.publish(topic, 'm', { ttl: 1 })));
        world.at(30_000, () => fateOf(client.connect()));
        return () => {
          expect(names(states).filter((state) => state !== 'connected')).to.deep.equal([
            ...['initialized', 'connecting', 'failed', 'connecting', 'failed'],
          ]);
          expect(states.find(([ms, name]) => ms > 100 && name === 'connecting')?.[0]).to.equal(30_000);
          expect(client.connection.errorReason).to.include({ code: 3000 });
          expect(connected.error).to.be.instanceOf(RelayError).and.include({ code: 3000 });
        };
      },
      { served: { projects: ['ours'] } },
    ),
  );

  it('connect() that is not awaited does no harm, however it ends', async () => {
    const unhandled = await unhandledDuring(
      played((world) => {
        const [one, two] = [world.clientOf(), world.clientOf()];
        world.relay.refuse();
        for (const client of [one, two]) void client.connect();
        world.at(100, () => one.disconnect());
        world.at(200, () => two.dispose());
        return () => undefined;
      }),
    );
    expect(unhandled).to.deep.equal([]);
  });

  it(
    'disconnect() and dispose() send no further request',
    played((world) => {
      for (const end of ['disconnect', 'dispose'] as const) {
        const client = world.clientOf();
        fateOf(client.connect());
        world.at(1000, () => {
          for (let number = 0; number < 4000; number += 1) fateOf(client.subscribe(topicOf(number)));
          void client[end]();
        });
      }
      return () => {
        const asked = world.heard('irn_batchSubscribe').length + world.heard('irn_subscribe').length;
        expect(asked).to.be.at.most(8); // four at a time, of each client, before it ended
      };
    }),
  ).timeout(60_000); // eight thousand promises and timers in virtual time

  it(
    'a token that the relay repeats in its reason shows nowhere',
    played((world) => {
      const client = world.clientOf();
      fateOf(client.publish(topic, 'm', { ttl: 1 }));
      const seen: unknown[] = [];
      client.errors$.subscribe((error) => seen.push(error.message));
      client.connection.changes$.subscribe(({ reason }) => seen.push(reason?.message));
      let token = '';
      const repeat = (say: (text: string) => void): void => {
        token = world.relay.connections[0]?.params.get('auth') ?? '';
        say(`Bad token ${token}: look at it`);
      };
      world.at(1000, () => {
        const refusal = (message: string): string =>
          JSON.stringify({ id: 0, error: { code: -32600, message } });
        repeat((text) => world.relay.connections[0]?.sendRaw(refusal(text)));
      });
      world.at(2000, () => repeat((text) => world.relay.connections[0]?.close(3000, text)));
      return () => {
        expect(token).to.have.length.greaterThan(100);
        expect(seen.join()).to.contain('Bad token eyJ…: look at it').and.not.contain(token.slice(0, 20));
        expect(seen.filter((text) => String(text).includes('look at it'))).to.have.length(2);
      };
    }),
  );

  it(
    'connect() in the handler of a state is about what comes after it',
    played(
      (world) => {
        const [client, leaving] = [world.clientOf({ projectId: 'stranger' }), world.clientOf()];
        const fates: ReturnType<typeof fateOf>[] = [];
        let failures = 0;
        client.connectionState$.subscribe((state) => {
          if (state !== 'failed' || (failures += 1) > 1) return;
          world.relay.refuse();
          fates.push(fateOf(client.connect()));
        });
        fateOf(client.connect());
        leaving.connectionState$.subscribe((state) => {
          if (state === 'connecting') void leaving.dispose();
        });
        const left = fateOf(leaving.connect());
        world.at(1000, () => expect(fates).to.deep.equal([{}]));
        world.at(2000, () => world.relay.refuse(false));
        return () => {
          expect(fates[0]!.error).to.be.instanceOf(RelayError).and.include({ code: 3000 });
          expect(left.error).to.be.instanceOf(RelayError);
          expect((left.error as RelayError).message).to.contain('disposed of');
        };
      },
      { served: { projects: ['ours'] } },
    ),
  );

  it(
    'connect() in a handler that hears of the end of a dispose() rejects',
    played((world) => {
      const client = world.clientOf();
      const fates: ReturnType<typeof fateOf>[] = [];
      client.connectionState$.subscribe((state) => {
        if (state !== 'closed' || fates.length > 0) return;
        void client.disconnect();
        fates.push(fateOf(client.connect()));
      });
      fateOf(client.connect());
      world.at(1000, () => client.dispose());
      return () => expect(fates[0]?.error).to.be.instanceOf(RelayError);
    }),
  );

  for (const code of [1001, 1005, 1006, 4010])
    it(
      `close ${code}: connects again, after a wait by chance`,
      played((world, virtual) => {
        const client = world.clientOf({ random: () => 0.25 });
        const states = statesOf(client, virtual);
        fateOf(client.connect());
        world.at(10_000, () => {
          if (code < 1005 || code > 1006) world.relay.connections[0]?.close(code);
          else world.relay.connections[0]?.drop();
        });
        return () => {
          expect(names(states).slice(2, 6)).to.deep.equal([
            'connected',
            'disconnected',
            'connecting',
            'connected',
          ]);
          expect(states[4]![0] - states[3]![0]).to.equal(250);
        };
      }),
    );

  it(
    'close 1013: leaves the relay alone for a while',
    played((world, virtual) => {
      const client = world.clientOf();
      const states = statesOf(client, virtual);
      fateOf(client.connect());
      world.at(10_000, () => world.relay.connections[0]?.close(1013));
      return () => {
        expect(states[4]![0] - states[3]![0]).to.equal(5500);
      };
    }),
  );

  it(
    'close 4008: connects again only if it is needed, or with the next publish',
    played((world, virtual) => {
      const [idle, busy] = [world.clientOf(), world.clientOf()];
      const states = statesOf(idle, virtual);
      fateOf(idle.connect());
      busy.channel(topic).messages$.subscribe();
      world.at(1000, () => world.relay.connections.forEach((connection) => connection.close(4008)));
      world.at(5000, () =>
        expect([idle, busy].map(({ connection }) => connection.state)).to.deep.equal(['closed', 'connected']),
      );
      const fate: ReturnType<typeof fateOf>[] = [];
      world.at(6000, () => fate.push(fateOf(idle.publish(topic, 'm', { ttl: 1 }))));
      return () => {
        expect(names(states).slice(0, 5)).to.deep.equal([
          'initialized',
          'connecting',
          'connected',
          'closed',
          'connecting',
        ]);
        expect(fate[0]!.value).to.have.property('id');
      };
    }),
  );

  it(
    'retries a relay that closes every connection less and less often, until a connection is stable',
    played((world, virtual) => {
      const client = world.clientOf({ random: () => 0.999 });
      const states = statesOf(client, virtual);
      client.channel(topic).messages$.subscribe();
      for (let ms = 100; ms < 40_000; ms += 100) world.at(ms, () => world.relay.connections[0]?.close(4010));
      return () => {
        const dials = states.filter(([ms, name]) => name === 'connecting' && ms < 40_000).map(([ms]) => ms);
        expect(dials.length).to.be.within(5, 9);
        expect(dials.at(-1)! - dials.at(-2)!).to.be.within(9_000, 10_200);
      };
    }),
  );

  it(
    'counts the loss of a connection that was stable for five seconds as the first one',
    played(
      (world, virtual) => {
        const client = world.clientOf({ random: () => 0.999 });
        const states = statesOf(client, virtual);
        client.channel(topic).messages$.subscribe();
        for (let ms = 100; ms < 20_000; ms += 100)
          world.at(ms, () => world.relay.connections[0]?.close(4010));
        world.at(60_000, () => world.relay.connections[0]?.close(4010));
        return () => {
          const [again] = states.filter(([ms, name]) => ms > 60_000 && name === 'connecting');
          expect(again?.[0]).to.equal(60_001 + 999);
        };
      },
      { lasts: 80_000 },
    ),
  );

  it(
    'gives up a socket that does not open within requestTimeout',
    played((_, { scheduler, act }) => {
      const client = new RelayClient({ scheduler, webSocketCtor: fakeNetwork().ctor, log: () => undefined });
      const changes: unknown[] = [];
      client.connection.changes$.subscribe(({ current, reason }) =>
        changes.push([scheduler.now(), current, reason?.message]),
      );
      fateOf(client.connect());
      act('10001ms x', { x: () => client.dispose() });
      return () => {
        expect(changes.slice(0, 2)).to.deep.equal([
          [0, 'connecting', undefined],
          [
            10_000,
            'disconnected',
            'The relay did not answer within 10000 ms. Check the network and the option "relayUrl"; the client retries by itself.',
          ],
        ]);
      };
    }),
  );

  it(
    'connect() rejects with the reason when the relay refuses the client, and at disconnect()',
    played((_, { scheduler, act }) => {
      const network = fakeNetwork();
      const options = { scheduler, webSocketCtor: network.ctor, log: () => undefined };
      const [refused, left] = [new RelayClient(options), new RelayClient(options)];
      const fates = [refused, left].map((client) => fateOf(client.connect()));
      act('1s x', {
        x: () => {
          network.dialled[0]?.end(3000, 'Key revoked');
          void left.disconnect();
        },
      });
      return () => {
        expect(fates[0]!.error).to.equal(refused.connection.errorReason).and.include({ code: 3000 });
        expect(fates[1]!.error).to.be.instanceOf(RelayError);
        expect((fates[1]!.error as Error).message).to.contain('disconnected');
      };
    }),
  );

  it(
    'drops a relay that does not answer a probe in less than 15 seconds, and keeps one that does',
    played((world, virtual) => {
      const [kept, lost] = [world.clientOf(), world.clientOf()];
      const states = [statesOf(kept, virtual), statesOf(lost, virtual)];
      fateOf(kept.connect());
      world.at(100, () => fateOf(lost.connect()));
      world.at(1000, () => world.relay.connections[1]?.silence());
      return () => {
        expect(names(states[0]!)).to.deep.equal(['initialized', 'connecting', 'connected', 'closed']);
        const found = states[1]!.find(([, name]) => name === 'disconnected')![0];
        expect(found - 1000).to.be.lessThan(15_000);
        expect(world.heard('irn_fetchMessages').length).to.be.greaterThan(4);
      };
    }),
  );

  it(
    'disconnect() closes until connect(), which subscribes again; nothing is opened on demand',
    played((world, virtual) => {
      const client = world.clientOf();
      const states = statesOf(client, virtual);
      const heard = heardOn(client, topic);
      world.at(1000, () => client.disconnect());
      world.at(2000, () => fateOf(client.publish(topic, 'nobody', { ttl: 1 })));
      world.at(3000, () => client.channel(topicOf(2)).messages$.subscribe());
      world.at(5000, () => world.relay.publish(topic, 'kept'));
      world.at(6000, () => fateOf(client.connect()));
      return () => {
        expect(states.slice(2, 6).map(([ms, name]) => [name, ms > 5999])).to.deep.equal([
          ['connected', false],
          ['closed', false],
          ['connecting', true],
          ['connected', true],
        ]);
        expect(heard).to.deep.equal(['kept']);
        expect([...world.relay.clients[0]!.subscriptions.keys()]).to.deep.equal([topic, topicOf(2)]);
      };
    }),
  );

  it(
    'disconnect() and connect(): opens on demand again',
    played((world) => {
      const client = world.clientOf();
      fateOf(client.connect());
      world.at(1000, () => client.disconnect());
      world.at(2000, () => client.connect());
      world.at(3000, () => world.relay.connections[0]?.close(4008)); // nobody needs it
      world.at(4000, () => expect(client.connection.state).to.equal('closed'));
      let fate: ReturnType<typeof fateOf> | undefined;
      world.at(5000, () => (fate = fateOf(client.publish(topic, 'm', { ttl: 1 }))));
      return () => {
        expect(fate?.value).to.have.property('id');
      };
    }),
  );

  it(
    'acts at once when the system goes offline and online',
    played((world, virtual) => {
      const lifecycle$ = new Subject<Lifecycle>();
      const client = world.clientOf({ lifecycle$, random: () => 0.999 });
      const states = statesOf(client, virtual);
      fateOf(client.connect());
      world.at(10_000, () => lifecycle$.next('offline'));
      world.at(10_100, () => lifecycle$.next('online'));
      return () => {
        expect(states.slice(3, 5)).to.deep.equal([
          [10_000, 'disconnected'],
          [10_100, 'connecting'],
        ]);
      };
    }),
  );

  it(
    'goes on when its lifecycle$ errors, and when its log throws',
    played((world) => {
      const client = world.clientOf({
        lifecycle$: throwError(() => new Error('mine')),
        log: () => {
          throw new Error('mine too');
        },
      });
      const heard = heardOn(client, topic);
      world.at(1000, () => world.relay.connections[0]?.drop());
      world.at(10_000, () => world.relay.publish(topic, 'hello'));
      return () => {
        expect(heard).to.deep.equal(['hello']);
      };
    }),
  );

  it(
    'logs each state of the connection, and malformed frames',
    played((world) => {
      const told: unknown[] = [];
      const client = world.clientOf({
        log: (level, { message, error }) => told.push([level, message, error instanceof Error]),
      });
      fateOf(client.connect());
      world.at(1000, () => world.relay.connections[0]?.sendRaw('{'));
      world.at(2000, () => world.relay.connections[0]?.close(3000, 'Key revoked'));
      return () => {
        expect(told.slice(-4)).to.deep.equal([
          ['info', 'The relay connection is connecting.', false],
          ['info', 'The relay connection is connected.', false],
          ['error', 'The relay sent a malformed frame.', true],
          ['error', 'The relay connection is failed.', true],
        ]);
      };
    }),
  );

  it(
    'changes$ emits the reason, and the time until the next attempt',
    played((world) => {
      const client = world.clientOf();
      const changes: unknown[] = [];
      client.connection.changes$.subscribe(({ previous, current, reason, retryIn }) =>
        changes.push([previous, current, reason?.code, retryIn]),
      );
      fateOf(client.connect());
      world.at(10_000, () => world.relay.connections[0]?.close(4010, 'Balancing'));
      return () => {
        expect(changes.slice(0, 3)).to.deep.equal([
          ['initialized', 'connecting', undefined, undefined],
          ['connecting', 'connected', undefined, undefined],
          ['connected', 'disconnected', 4010, 500],
        ]);
      };
    }),
  );

  it(
    'dispose() ends every stream, rejects pending calls, and leaves no timer or socket',
    played((world) => {
      const client = world.clientOf();
      const ended: string[] = [];
      const streams: Readonly<Record<string, Observable<unknown>>> = {
        connectionState$: client.connectionState$,
        changes$: client.connection.changes$,
        messages$: client.messages$,
        errors$: client.errors$,
        channel: client.channel(topic).messages$,
        state$: client.channel(topic).state$,
      };
      for (const [name, stream$] of Object.entries(streams))
        stream$.subscribe({ complete: () => ended.push(name) });
      const waiting = fateOf(client.subscribe(topicOf(2)));
      world.relay.faults.ignore({ count: Infinity });
      world.at(1000, () => client.dispose());
      const late: { error?: unknown }[] = [];
      world.at(2000, () => {
        late.push(
          fateOf(client.publish(topic, 'm', { ttl: 1 })),
          fateOf(client.subscribe(topic)),
          fateOf(client.connect()),
        );
        client.channel(topic).messages$.subscribe({ complete: () => ended.push('late') });
        client.fetchMessages(topic).subscribe({ error: () => ended.push('fetch') });
      });
      return () => {
        expect(ended.sort()).to.deep.equal([...Object.keys(streams), 'fetch', 'late'].sort());
        expect(waiting.error).to.be.instanceOf(RelayError);
        for (const { error } of late) expect((error as Error).message).to.contain('disposed');
      };
    }),
  );
});

describe('options of the RelayClient', () => {
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    relayUrl: ['', 'https://relay', 'relay', 7],
    projectId: ['', 7],
    seed: ['zz', 'ab', new Uint8Array(31), 7],
    storage: [{}, 'x'],
    publishTimeout: [0, -1, NaN, '1', 2 ** 31],
    publishRetries: [-1, 101],
    publishDeadline: [0],
    detachGrace: [-1, true],
    probeAfter: [0],
    idFormat: ['hex'],
    autoConnect: ['yes'],
    failFast: [1],
    dedupe: [7],
    queue: ['big'],
    webSocketCtor: ['ws'],
    scheduler: [{}],
    random: [7],
    log: ['loud'],
  };
  for (const [option, values] of Object.entries(wrong))
    it(`names a wrong ${option}, and does not repeat its value`, () => {
      for (const value of values) {
        const error = thrownBy(() => new RelayClient({ [option]: value })) as RelayError;
        expect(error).to.be.instanceOf(RelayError);
        expect(error.message).to.contain(`"${option}"`);
        if (option === 'seed') expect(error.message).to.not.contain(String(value));
      }
    });

  it('names a wrong part of an option', () => {
    expect(() => new RelayClient({ dedupe: { ttl: 0 } })).to.throw('"dedupe.ttl"');
    expect(() => new RelayClient({ queue: { maxBytes: -1 } })).to.throw('"queue.maxBytes"');
  });

  it('has a default for everything', () => {
    expect(new RelayClient({}).connection.state).to.equal('initialized');
  });
});

describe('the storage of the seed', () => {
  const stored = (kept: Map<string, string>): SeedStorage => ({
    getItem: (name) => kept.get(name),
    setItem: (name, value) => kept.set(name, value),
  });

  it('keeps the key from process to process', async () => {
    const kept = new Map<string, string>();
    const ids = await Promise.all([1, 2].map(() => new RelayClient({ storage: stored(kept) }).clientId()));
    const later = await new RelayClient({
      storage: {
        getItem: async (name) => kept.get(name),
        setItem: () => Promise.reject(new Error('unused')),
      },
    }).clientId();
    expect([...kept.values()][0]).to.match(/^[0-9a-f]{64}$/);
    expect(new Set([ids[0], later].map(String)).size).to.be.within(1, 2);
    expect(later).to.equal(ids[1]);
  });

  it('does not connect, and makes no other key, when the storage cannot be read or holds something else', async () => {
    const broken = new RelayClient({
      storage: { getItem: () => Promise.reject(new Error('locked')), setItem: () => undefined },
    });
    const other = new RelayClient({
      storage: stored(new Map([['rx-realtime.relay.seed', 'something else']])),
    });
    const errors = await Promise.all(
      [broken, other].map((client) => client.clientId().catch((error: Error) => error)),
    );
    expect(errors.map((error) => (error as Error).message)).to.deep.equal([
      'locked',
      'The storage holds a malformed seed: 64 hexadecimal digits are expected. Correct it, or remove it for a new key and mailbox.',
    ]);
  });

  it('reads the storage again after it failed once', async () => {
    const kept = new Map<string, string>();
    const failures = [new Error('locked'), new Error('still locked')];
    const client = new RelayClient({
      storage: {
        getItem: (name) => {
          const [failure] = failures.splice(0, 1);
          if (failure) throw failure;
          return kept.get(name);
        },
        setItem: (name, value) => kept.set(name, value),
      },
    });
    const ids: string[] = [];
    for (let time = 0; time < 4; time += 1)
      ids.push(await client.clientId().catch((error: Error) => error.message));
    expect(ids.slice(0, 2)).to.deep.equal(['locked', 'still locked']);
    expect(ids[2])
      .to.match(/^did:key:z6Mk/)
      .and.equal(ids[3]);
  });

  it('does not use a key that the storage cannot keep', async () => {
    const client = new RelayClient({
      storage: { getItem: () => null, setItem: () => Promise.reject(new Error('full')) },
    });
    expect(await rejectionOf(client.clientId())).to.have.property('message', 'full');
  });

  it('does not read the storage when a seed is given, of which the client has a copy', async () => {
    const asked: string[] = [];
    const storage: SeedStorage = {
      getItem: (name) => void asked.push(name),
      setItem: (name) => asked.push(name),
    };
    const seed = new Uint8Array(32).fill(7);
    const client = new RelayClient({ seed, storage });
    seed.fill(8);
    const same = new RelayClient({ seed: new Uint8Array(32).fill(7) });
    expect(await client.clientId()).to.equal(await same.clientId());
    expect(asked).to.deep.equal([]);
  });
});
