import { expect } from 'chai';
import { inspect } from 'node:util';
import { firstValueFrom, Subject } from 'rxjs';
import sinon from 'sinon';
import { TestScheduler } from 'rxjs/testing';
import { AblyClient } from '../../../lib/ably/client/client.js';
import type { ConnectionStateChange } from '../../../lib/ably/client/connection.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { platform } from '../../../lib/socket/platform.js';
import type { Lifecycle } from '../../../lib/socket/types.js';
import { realtimeTesting } from '../../../lib/testing/realtime.js';
import { codecs, fakeAbly, life } from '../../support/fake-ably.js';
import { fakeFetch } from '../../support/fake-fetch.js';
import { fakeNetwork } from '../../support/fake-socket.js';
import { emulatorKey, secret } from '../../support/secrets.js';
import { codesOf } from '../../support/thrown.js';

const error = { code: 80003, statusCode: 400, message: 'lost' };

for (const codec of codecs) {
  describe(`AblyClient, ${codec.format}`, () => {
    it(
      'opens nothing before it is asked to',
      life(codec, { until: 1000 }, ({ client, net, at }) => {
        const channel = client.channel('a');
        at(500, () => {
          expect([client.connection.state, channel.state, net.dialled.length]).to.deep.equal([
            'initialized',
            'initialized',
            0,
          ]);
        });
      }),
    );

    it('RTN3, RTC1b: connects in the constructor if autoConnect is true, and never by itself if it is false', () => {
      life(codec, { until: 10, autoConnect: true }, ({ net, at }) => {
        at(0, () => {
          expect(net.dialled).to.have.length(1);
        });
      })();
      life(codec, { until: 10, autoConnect: false }, ({ client, net, at }) => {
        at(0, () => {
          client.channel('a').messages$.subscribe();
          void client.channel('a').publish('n', 'd');
          expect(net.dialled).to.have.length(0);
        });
      })();
    });

    it(
      'opens the socket on the first publish',
      life(codec, { until: 10 }, ({ client, net, at }) => {
        at(0, () => {
          void client.channel('a').publish('n', 'd');
          expect(net.dialled).to.have.length(1);
        });
      }),
    );

    it(
      'RTN2a, RTN2b, RTN2d, RTN2e, RTN23b, RSC7d3, RTC1f, RTC1f1: asks for what the options say',
      life(
        codec,
        { until: 10, clientId: 'me', echoMessages: false, transportParams: { x: 1, v: '7' } },
        ({ client, net, at }) => {
          at(0, () => {
            client.connect();
            const { searchParams, origin } = new URL(net.last().url);
            expect(origin).to.equal('ws://localhost');
            expect(Object.fromEntries(searchParams)).to.deep.equal({
              format: codec.format,
              echo: 'false',
              clientId: 'me',
              key: emulatorKey,
              v: '7',
              x: '1',
              heartbeats: 'true',
              agent: `rx-realtime/0.1.0 ${platform.agent}`,
            });
          });
        },
      ),
    );

    it('RTN2f, RSC7e, CSV2b, CSV2c: names protocol version 6, in the handshake and over HTTP', () => {
      const versions: unknown[] = [];
      const fetch = fakeFetch((_, { headers }) => {
        versions.push(new Headers(headers).get('X-Ably-Version'));
        return { text: '[]' };
      });
      life(codec, { until: 10, fetch }, ({ client, net }) => {
        client.connect();
        versions.push(new URL(net.last().url).searchParams.get('v'));
        client.channel('a').history().subscribe();
      })();
      expect(versions).to.deep.equal(['6', '6']);
    });

    it('RTN4a, RTN4b, RTN4c, RTN4d, RTN4e, RTN12a, RTN27a, RTN27b, RTN27e, RTN27f, RTN27g, TA1, TA2, TA5: tells each state, and what led to it', () => {
      const seen: ConnectionStateChange[] = [];
      const states: string[] = [];
      let heard: unknown;
      life(codec, { until: 100 }, ({ client, server, at }) => {
        client.connection.changes$.subscribe((change) => {
          seen.push(change);
          expect(client.connection.state).to.equal(change.current); // RTN4d
        });
        client.connectionState$.subscribe((state) => states.push(state));
        at(0, () => {
          client.connect();
        });
        at(10, server.welcome);
        at(20, () => {
          void client.close();
        });
        at(25, () => {
          heard = server.heard();
        });
        at(30, () => {
          server.say({ action: Action.closed });
        });
      })();
      const plain = { reason: undefined, retryIn: undefined, resumed: false };
      expect(states).to.deep.equal(['initialized', 'connecting', 'connected', 'closing', 'closed']);
      expect(seen).to.deep.equal([
        { previous: 'initialized', current: 'connecting', event: 'connecting', ...plain },
        { previous: 'connecting', current: 'connected', event: 'connected', ...plain },
        { previous: 'connected', current: 'closing', event: 'closing', ...plain },
        { previous: 'closing', current: 'closed', event: 'closed', ...plain },
      ]);
      expect(heard).to.deep.equal([{ action: 'CLOSE' }]);
    });

    it('gives the current state at once to whoever comes later, and completes on dispose', () => {
      const late: unknown[] = [];
      life(codec, { until: 100 }, ({ client, server, at }) => {
        at(0, () => {
          client.connect();
          server.welcome();
          client.connectionState$.subscribe({
            next: (state) => late.push(state),
            complete: () => late.push('|'),
          });
          client.connection.changes$.subscribe({ complete: () => late.push('|') });
          client.errors$.subscribe({ complete: () => late.push('|') });
        });
      })();
      expect(late).to.deep.equal(['connected', 'closed', '|', '|', '|']);
    });

    it('RTN12b, RTN12c, RTN12d, RTN12f: closes from every state', () => {
      const closedAt = (prepare: (fake: Parameters<Parameters<typeof life>[2]>[0]) => void): number => {
        let time = -1;
        life(codec, { until: 200_000, realtimeRequestTimeout: 1000 }, (fake) => {
          prepare(fake);
          fake.client.connectionState$.subscribe((state) => {
            if (state === 'closed') fake.at(0, () => undefined);
          });
          fake.at(5000, () => {
            void fake.client.close();
          });
          for (let ms = 5000; ms < 7000; ms += 100)
            fake.at(ms + 1, () => {
              if (time < 0 && fake.client.connection.state === 'closed') time = ms - 5000;
            });
        })();
        return time;
      };
      const connect = ({ client, at }: Parameters<Parameters<typeof life>[2]>[0], ms: number): void => {
        at(ms, () => {
          client.connect();
        });
      };
      expect(
        closedAt((fake) => {
          connect(fake, 4000);
          fake.at(4001, fake.server.welcome);
        }),
        'no answer',
      ).to.equal(1000);
      expect(
        closedAt((fake) => {
          connect(fake, 4000);
          fake.at(4001, fake.server.welcome);
          fake.at(5500, fake.server.drop);
        }),
        'cut',
      ).to.equal(500);
      expect(
        closedAt((fake) => {
          connect(fake, 3900);
        }),
        'disconnected',
      ).to.equal(0);
      expect(
        closedAt((fake) => {
          connect(fake, 4500);
        }),
        'connecting, without success',
      ).to.equal(500);
    });

    it('RTN12f: says goodbye if the connection comes after all', () => {
      let heard: unknown;
      life(codec, { until: 100 }, ({ client, server, at }) => {
        at(0, () => {
          client.connect();
        });
        at(10, () => {
          void client.close();
          expect(client.connection.state).to.equal('closing');
        });
        at(20, server.welcome);
        at(30, () => {
          heard = server.heard();
          server.say({ action: Action.closed });
          expect(client.connection.state).to.equal('closed');
        });
      })();
      expect(heard).to.deep.equal([{ action: 'CLOSE' }]);
    });

    it('RTN4f, RTN8a, RTN9a, RTN15b1, RTN15c6, RTN15e, TA3: resumes with the key, keeps the id, takes the new key', () => {
      const seen: unknown[] = [];
      life(codec, { until: 100 }, ({ client, net, server, details, at }) => {
        const { connection } = client;
        const note = (): void => void seen.push([connection.state, connection.id, connection.key]);
        connection.changes$.subscribe(({ current, resumed, reason }) =>
          seen.push([current, resumed, reason?.code]),
        );
        note();
        at(0, () => {
          client.connect();
        });
        at(10, server.welcome);
        at(20, server.drop);
        at(21, () => {
          note();
          seen.push(new URL(net.last().url).searchParams.get('resume'));
          server.welcome('id-1', { connectionDetails: { ...details, connectionKey: 'key-2' } });
          note();
        });
      })();
      expect(seen).to.deep.equal([
        ['initialized', undefined, undefined],
        ['connecting', false, undefined],
        ['connected', false, undefined],
        ['connecting', false, 80003],
        ['connecting', 'id-1', 'key-1'],
        'key-1',
        ['connected', true, undefined],
        ['connected', 'id-1', 'key-2'],
        ['closed', false, undefined], // disposed of
      ]);
    });

    it('RTN15c7, RTN25: tells why a resume failed, and is connected all the same', () => {
      const seen: unknown[] = [];
      life(codec, { until: 100 }, ({ client, server, at }) => {
        at(0, () => {
          client.connect();
        });
        at(10, server.welcome);
        at(20, server.drop);
        at(30, () => {
          client.connection.changes$.subscribe(({ current, resumed, reason }) =>
            seen.push([current, resumed, reason?.code]),
          );
          server.welcome('id-2', { error: { code: 80008, statusCode: 400, message: 'expired' } });
          seen.push(client.connection.errorReason?.code, client.connection.id);
        });
      })();
      expect(seen.slice(0, 3)).to.deep.equal([['connected', false, 80008], 80008, 'id-2']);
    });

    it('RTN14c, RTN14d, RTN27c, RTB1, RTC7: waits longer from failure to failure, and says how long', () => {
      const seen: unknown[] = [];
      life(
        codec,
        { until: 60_000, realtimeRequestTimeout: 1000, disconnectedRetryTimeout: 3000 },
        ({ client, at }) => {
          client.connection.changes$.subscribe(({ current, retryIn, reason }) => {
            if (current === 'disconnected') seen.push([Math.round(retryIn ?? 0), reason?.code]);
          });
          at(0, () => {
            client.connect();
          });
        },
      )();
      const jitter = 0.9; // random is 0.5
      expect(seen.slice(0, 5)).to.deep.equal(
        [1, 4 / 3, 5 / 3, 2, 2].map((backoff) => [Math.round(3000 * backoff * jitter), 80014]),
      );
    });

    it('RTN14e, RTN14f, RTN27d: is suspended when the outage outlives the session, and goes on trying', () => {
      const seen: string[] = [];
      life(
        codec,
        { until: 250_000, realtimeRequestTimeout: 1000, disconnectedRetryTimeout: 15_000 },
        ({ client, at }) => {
          client.connectionState$.subscribe((state) => seen.push(state));
          at(0, () => {
            client.connect();
          });
        },
      )();
      const suspended = seen.indexOf('suspended');
      expect(seen.slice(0, suspended).filter((state) => state === 'disconnected')).to.have.length.greaterThan(
        3,
      );
      expect(seen.slice(suspended, suspended + 3)).to.deep.equal(['suspended', 'connecting', 'suspended']);
    });

    it('DF1a, RTN14e: is suspended after connectionStateTtl, and after that of the server where it names one', () => {
      for (const greets of [false, true])
        life(codec, { until: 100_000, connectionStateTtl: 20_000 }, ({ client, server, at }) => {
          const seen: string[] = [];
          client.connectionState$.subscribe((state) => seen.push(state));
          at(0, () => {
            client.connect();
            if (greets)
              server.welcome('id-1', {
                connectionDetails: { connectionKey: 'k', connectionStateTtl: 50_000 },
              });
            server.drop();
          });
          const ttl = greets ? 50_000 : 20_000;
          at(ttl - 1, () => {
            expect(seen).to.not.include('suspended');
          });
          at(ttl + 10_000, () => {
            expect(seen).to.include('suspended'); // the attempt under way may finish
          });
        })();
    });

    it('RTN14g, RTN15j, RTN27h: fails for good on an ERROR without a channel, until told to connect', () => {
      life(codec, { until: 100 }, ({ client, net, server, at }) => {
        at(0, () => {
          client.connect();
        });
        at(10, () => {
          server.open();
          server.say({ action: Action.error, error: { code: 40101, statusCode: 401, message: 'wrong key' } });
          expect([client.connection.state, client.connection.errorReason?.message]).to.deep.equal([
            'failed',
            'wrong key',
          ]);
        });
        at(20, () => {
          expect(net.dialled).to.have.length(1);
          client.connect();
          expect(net.dialled).to.have.length(2);
          expect(client.connection.errorReason).to.equal(undefined);
        });
      })();
    });

    it('RTN23a: gives an idle connection up, and resumes it', () => {
      const seen: unknown[] = [];
      life(codec, { until: 60_000, realtimeRequestTimeout: 5000 }, ({ client, server, at }) => {
        client.connection.changes$.subscribe(({ current, reason }) => seen.push([current, reason?.code]));
        at(0, () => {
          client.connect();
          server.welcome();
        });
        at(10_000, () => {
          server.say({ action: Action.heartbeat });
        });
        at(29_999, () => {
          expect(client.connection.state).to.equal('connected');
        });
        at(30_001, () => {
          expect(client.connection.state).to.equal('connecting');
        });
      })();
      expect(seen.slice(0, 3)).to.deep.equal([
        ['connecting', undefined],
        ['connected', undefined],
        ['connecting', 80003],
      ]);
    });

    it('RTN24, RTN21, RTN4h: takes over what a later CONNECTED says, as an update', () => {
      const seen: unknown[] = [];
      life(codec, { until: 100 }, ({ client, server, at }) => {
        at(0, () => {
          client.connect();
          server.welcome();
          client.connection.changes$.subscribe(({ previous, current, event, reason }) =>
            seen.push([previous, current, event, reason?.code]),
          );
          server.greet('id-1', { error, connectionDetails: { connectionKey: 'key-9', maxMessageSize: 10 } });
          seen.push(client.connection.key);
          client
            .channel('a')
            .publish('n', 'x'.repeat(10))
            .catch(({ code }: ErrorInfo) => seen.push(code));
        });
      })();
      return Promise.resolve().then(() => {
        expect([seen[0], seen[1], seen.at(-1)]).to.deep.equal([
          ['connected', 'connected', 'update', 80003],
          'key-9',
          40009,
        ]);
      });
    });

    it('RTF1: ignores actions, fields and channels it does not know; one bad frame is one error', () => {
      const seen: string[] = [];
      life(codec, { until: 100 }, ({ client, net, server, at }) => {
        at(0, () => {
          client.connect();
          server.welcome('id-1', { novelty: { deep: [1] } } as object);
          client.errors$.subscribe(({ message }) => seen.push(message));
          server.say({ action: 99 as 0 });
          server.say({ action: Action.message, channel: 'nobody', messages: [{ name: 'n' }] });
          server.say({ action: Action.activate });
          expect(seen).to.deep.equal([]);
          net.last().receive(codec.binary ? new Uint8Array([0xc1]) : '{');
          net.last().receive(codec.encode('no frame'));
          net.last().receive(codec.encode({ id: 'no action' }));
          net.last().receive(codec.encode(null));
          expect(seen).to.have.length(4);
          expect(client.connection.state).to.equal('connected');
        });
      })();
    });

    it(
      'survives a log that throws',
      life(
        codec,
        {
          until: 10,
          log: () => {
            throw new Error('no disk');
          },
        },
        ({ client, server, at }) => {
          at(0, () => {
            client.connect();
            server.welcome();
            expect(client.connection.state).to.equal('connected');
          });
        },
      ),
    );

    it('RTN11b, RTN11c, RTN11e, RTN11f: connect() while closing, waiting, connecting and connected', () => {
      life(codec, { until: 100 }, ({ client, net, server, at }) => {
        at(0, () => {
          client.connect();
          client.connect();
          expect(net.dialled).to.have.length(1); // RTN11e
          server.welcome();
          client.connect();
          expect([net.dialled.length, client.connection.state]).to.deep.equal([1, 'connected']);
          const channel = client.channel('a');
          const states: string[] = [];
          channel.messages$.subscribe();
          server.attached('a');
          channel.state$.subscribe((state) => states.push(state));
          void client.close();
          const old = net.last();
          client.connect(); // RTN11b
          expect([net.dialled.length, client.connection.state]).to.deep.equal([2, 'connecting']);
          expect(states).to.deep.equal(['attached', 'detached', 'initialized']);
          old.receive(codec.encode({ action: Action.closed }));
          old.end();
          expect(client.connection.state).to.equal('connecting');
          net.last().fail();
          expect(client.connection.state).to.equal('disconnected');
          client.connect(); // RTN11c
          expect([net.dialled.length, client.connection.state]).to.deep.equal([3, 'connecting']);
        });
      })();
    });

    it('RTN8a, RTN9a, RTN15b, RTF1: has no id and no key, and resumes nothing, where the server told none', () => {
      life(codec, { until: 100 }, ({ client, net, server }) => {
        client.connect();
        server.welcome('', { connectionDetails: {} });
        const { id, key, state } = client.connection;
        expect([id, key, state]).to.deep.equal([undefined, undefined, 'connected']);
        server.drop();
        expect(new URL(net.last().url).searchParams.has('resume')).to.equal(false);
      })();
    });

    it('RTN8d, RTN9d, RTN14h: keeps id and key while disconnected and suspended, and not beyond', () => {
      const seen: unknown[] = [];
      life(codec, { until: 300_000 }, ({ client, net, server, at }) => {
        const { connection } = client;
        connection.changes$.subscribe(({ current }) => seen.push([current, connection.id, connection.key]));
        at(0, () => {
          client.connect();
          server.welcome();
          server.drop();
          net.last().fail();
        });
        at(200_000, () => {
          expect(seen[3]).to.deep.equal(['disconnected', 'id-1', 'key-1']);
          expect(seen.find((entry) => (entry as unknown[])[0] === 'suspended')).to.deep.equal([
            'suspended',
            'id-1',
            'key-1',
          ]);
          client.connect();
          expect(new URL(net.last().url).searchParams.get('resume')).to.equal('key-1');
          server.welcome();
          seen.length = 0;
          void client.close();
          server.say({ action: Action.closed });
          expect(seen).to.deep.equal([
            ['closing', undefined, undefined],
            ['closed', undefined, undefined],
          ]);
          client.connect();
          server.welcome();
          server.say({ action: Action.error, error });
          expect(seen.at(-1)).to.deep.equal(['failed', undefined, undefined]);
        });
      })();
    });

    it('RTN14b, RTN15c5, RTN15h1, RSA4a2: a token that is not accepted and cannot be renewed is the end', () => {
      const token = secret('app.token');
      const tokenError = { code: 40142, statusCode: 401, message: 'Token expired.' };
      for (const resuming of [false, true])
        life(codec, { until: 100, key: null as never, token }, ({ client, net, server, at }) => {
          at(0, () => {
            client.connect();
            if (resuming) {
              server.welcome();
              server.drop();
            }
            server.open();
            server.say({ action: Action.error, error: tokenError });
            const { state, errorReason } = client.connection;
            expect([state, errorReason?.code, (errorReason?.cause as ErrorInfo).code]).to.deep.equal([
              'failed',
              40171,
              40142,
            ]);
            expect(new URL(net.last().url).searchParams.get('accessToken')).to.equal(token);
          });
        })();
    });

    it('RTN26a, RTN26b: whenState emits once, at once if it is so already', () => {
      const seen: unknown[] = [];
      life(codec, { until: 100 }, ({ client, server, at }) => {
        const note = (when: string) => ({
          next: (state: string) => seen.push([when, state]),
          complete: () => seen.push('|'),
        });
        client.connection.whenState('connected').subscribe(note('before'));
        at(10, () => {
          client.connect();
          server.welcome();
          client.connection.whenState('connected').subscribe(note('after'));
        });
      })();
      expect(seen).to.deep.equal([['before', 'connected'], '|', ['after', 'connected'], '|']);
    });

    it('RTN20: follows the network as the system reports it', () => {
      const seen: unknown[] = [];
      const lifecycle$ = new Subject<Lifecycle>();
      life(codec, { until: 60_000, lifecycle$ }, ({ client, net, server, at }) => {
        client.connection.changes$.subscribe(({ current, reason, retryIn }) =>
          seen.push([current, reason?.code, retryIn !== undefined]),
        );
        at(0, () => {
          client.connect();
          server.welcome();
        });
        at(100, () => {
          lifecycle$.next('offline'); // RTN20a
        });
        at(200, () => {
          lifecycle$.next('online'); // RTN20b
          const dialled = net.dialled.length;
          lifecycle$.next('online'); // RTN20c
          expect(net.dialled.length).to.equal(dialled + 1);
          server.welcome();
        });
      })();
      expect(seen.slice(0, 5)).to.deep.equal([
        ['connecting', undefined, false],
        ['connected', undefined, false],
        ['disconnected', 80003, true],
        ['connecting', 80003, false],
        ['connected', undefined, false],
      ]);
    });

    for (const recover of [undefined, () => null])
      it(`${recover ? 'stays for the next page of the tab, with "recover",' : 'says CLOSE'} when its page ends`, () => {
        const lifecycle$ = new Subject<Lifecycle>();
        const { client, server } = fakeAbly(codec, { lifecycle$, ...(recover && { recover }) });
        client.connect();
        server.welcome();
        lifecycle$.next('hidden');
        expect(client.connection.state).to.equal('connected');
        lifecycle$.next('terminated');
        expect(client.connection.state).to.equal(recover ? 'connected' : 'closing');
        expect(server.heard().map(({ action }) => action)).to.deep.equal(recover ? [] : ['CLOSE']);
        void client.dispose();
      });

    it('RTN23a: a page that wakes from sleep looks at once whether the connection is still there', () => {
      const lifecycle$ = new Subject<Lifecycle>();
      const clock = new TestScheduler(() => undefined);
      const seen: string[] = [];
      let slept = 0;
      const scheduler = { now: () => clock.now() + slept, schedule: clock.schedule.bind(clock) }; // timers stand still, the clock does not
      const { client, server } = fakeAbly(codec, { lifecycle$, scheduler });
      client.connectionState$.subscribe((state) => seen.push(state));
      client.connect();
      server.welcome();
      lifecycle$.next('visible');
      slept = 3_600_000;
      expect(seen).to.deep.equal(['initialized', 'connecting', 'connected']);
      lifecycle$.next('resumed');
      expect(seen).to.deep.equal(['initialized', 'connecting', 'connected', 'connecting']);
      void client.dispose();
    });

    it("jitter: 'full' waits anything up to the backoff", () => {
      let retryIn: number | undefined;
      life(
        codec,
        { until: 100, jitter: 'full', random: () => 0.25, disconnectedRetryTimeout: 4000 },
        ({ client, net, at }) => {
          client.connection.changes$.subscribe((change) => (retryIn = change.retryIn ?? retryIn));
          at(0, () => {
            client.connect();
            net.last().fail();
          });
        },
      )();
      expect(retryIn).to.equal(1000);
    });

    describe('recovery', () => {
      const name = 'kanal/ünï "quoted" 🙂 __proto__';
      /** The key of a client that is attached to one channel and has one publish acknowledged. */
      const keyOf = (): string => {
        let key: string | null = null;
        life(codec, { until: 100 }, ({ client, server, at }) => {
          const nothing = (): void => {
            expect(client.connection.createRecoveryKey()).to.equal(null); // RTN16g2
          };
          nothing();
          at(0, () => {
            client.channel(name).messages$.subscribe();
            client.channel('not attached');
            server.welcome();
            server.attached(name, { channelSerial: 's-5' });
            void client.channel(name).publish('n', 'd');
            server.say({ action: Action.ack, msgSerial: 0, count: 1 });
            key = client.connection.createRecoveryKey();
            void client.close();
            nothing();
            server.say({ action: Action.closed });
            nothing();
          });
        })();
        return String(key);
      };

      it('RTC1c, RTN16f, RTN16g, RTN16g1, RTN16i, RTN16j, RTN16k: goes on where another process left off', () => {
        life(codec, { until: 100, recover: keyOf }, ({ client, net, server, details, at }) => {
          at(0, () => {
            client.channel(name).messages$.subscribe();
            const { searchParams } = new URL(net.last().url);
            expect([searchParams.get('recover'), searchParams.get('resume')]).to.deep.equal(['key-1', null]);
            expect([client.connection.id, client.connection.key]).to.deep.equal([undefined, undefined]);
            server.welcome('id-1', { connectionDetails: { ...details, connectionKey: 'key-2' } });
            void client.channel(name).publish('n', 'd');
            const [attach, message] = server.heard();
            expect([attach?.channel, attach?.channelSerial, message?.msgSerial]).to.deep.equal([
              name,
              's-5',
              1,
            ]);
            server.drop();
            const again = new URL(net.last().url).searchParams;
            expect([again.get('recover'), again.get('resume')]).to.deep.equal([null, 'key-2']);
          });
        })();
      });
      it(
        'RTN16g, RTN7b: the key counts what was sent, and nothing that waits',
        life(codec, { until: 100 }, ({ client, server, at }) => {
          at(0, () => {
            void client.channel('a').publish('n', 'd');
            server.welcome();
            server.drop();
            for (const data of ['d', 'e']) void client.channel('a').publish('n', data);
            expect(client.connection.createRecoveryKey()).to.contain('"msgSerial":1');
          });
        }),
      );
      it('RTN16g2: there is no key where there is nothing to go on with', () => {
        keyOf(); // asserts it before the connection, while closing and when closed
        life(codec, { until: 300_000 }, ({ client, server, at }) => {
          const keys: unknown[] = [];
          client.connection.changes$.subscribe(({ current }) => {
            if (current === 'suspended' || current === 'failed')
              keys.push([current, client.connection.createRecoveryKey()]);
          });
          at(0, () => {
            client.connect();
            server.welcome();
            server.drop();
          });
          at(200_000, () => {
            expect(keys[0]).to.deep.equal(['suspended', null]);
            client.connect();
            server.welcome();
            server.say({ action: Action.error, error });
            expect(keys.at(-1)).to.deep.equal(['failed', null]);
          });
        })();
      });
      it(
        'RTN16l, RTN15c7: begins anew where the server cannot',
        life(codec, { until: 100, recover: () => keyOf() }, ({ client, server, at }) => {
          at(0, () => {
            client.connect();
            server.welcome('id-2', { error });
            void client.channel(name).publish('n', 'd');
            expect(server.heard()[0]?.msgSerial).to.equal(0);
            expect(client.connection.errorReason?.code).to.equal(80003);
          });
        }),
      );
      it('RTC1c, RTN16k: shows the key of the page before to a function, and keeps its own when the page is hidden', () => {
        const lifecycle$ = new Subject<Lifecycle>();
        const kept: (string | null)[] = ['the last one'];
        const shown: unknown[] = [];
        const memory = {
          take: () => kept.pop() ?? null,
          keep: (text: string | null) => void kept.push(text),
          free: () => void kept.push('free'),
        };
        const names: string[] = [];
        const net = fakeNetwork();
        const recover = (lastKey: string | null): null => {
          shown.push(lastKey);
          return null;
        };
        const client = new AblyClient(
          {
            key: emulatorKey,
            endpoint: 'localhost',
            tls: false,
            codec,
            webSocketCtor: net.ctor,
            log: () => undefined,
            lifecycle$,
            recover,
            clientId: 'ann',
          },
          {
            ...platform,
            memory: (name) => {
              names.push(name);
              return memory;
            },
          },
        );
        client.connect();
        net.last().open();
        net.last().receive(
          codec.encode({
            action: Action.connected,
            connectionId: 'id-1',
            connectionDetails: { connectionKey: 'key-1' },
          }),
        );
        lifecycle$.next('hidden');
        expect(shown).to.deep.equal(['the last one']);
        expect(kept).to.deep.equal(['{"connectionKey":"key-1","msgSerial":0,"channelSerials":{}}']);
        lifecycle$.next('visible');
        expect(kept.at(-1)).to.equal(null);
        void client.dispose();
        expect([names, kept.slice(-2)]).to.deep.equal([['ann'], [null, 'free']]); // RTN16g2
      });
      it('RTN16f1: logs a key that cannot be read, without repeating it, and begins anew', () => {
        for (const recover of [
          '',
          'secret!',
          '{"connectionKey":"secret!"}',
          '[]',
          'null',
          '{"connectionKey":1,"msgSerial":0,"channelSerials":{}}',
          '{"connectionKey":"secret!","msgSerial":-1,"channelSerials":{}}',
        ]) {
          const logged: unknown[] = [];
          const log = (level: string, event: object): void => void logged.push([level, event]);
          life(codec, { until: 100, recover, log }, ({ client, net, at }) => {
            at(0, () => {
              client.connect();
              expect(new URL(net.last().url).searchParams.has('recover')).to.equal(false);
            });
          })();
          expect(inspect(logged, { depth: 9 }), recover)
            .to.contain('error')
            .and.contain('recover')
            .and.not.contain('secret!');
        }
      });
    });

    describe('fallback hosts', () => {
      const answering = (text: string | Error, asked: string[] = []) =>
        fakeFetch((url) => {
          asked.push(url);
          return text instanceof Error ? text : { text };
        });
      const hosts = { endpoint: 'localhost', fallbackHosts: ['127.0.0.2', '127.0.0.3', '127.0.0.4'] };
      const dialled = (net: { dialled: readonly { url: string }[] }): string[] =>
        net.dialled.map(({ url }) => new URL(url).hostname);

      it('RTN17i, RTN17f, RTN17j, REC2a2, REC3b: are tried in random order, once the internet is known to be there', () => {
        const asked: string[] = [];
        life(
          codec,
          { until: 1000, ...hosts, fetch: answering('yes\n', asked), connectivityCheckUrl: 'http://up' },
          ({ client, net, server, at }) => {
            at(0, () => {
              client.connect();
              for (let n = 0; n < 3; n += 1) net.last().fail();
              expect(dialled(net)).to.deep.equal(['localhost', '127.0.0.3', '127.0.0.4', '127.0.0.2']); // chance is 0.5
              expect(asked).to.deep.equal(['http://up']);
              server.welcome();
              server.drop();
              expect(dialled(net).at(-1)).to.equal('localhost'); // RTN17i
            });
          },
        )();
      });
      it('RTN17j: are left alone where there is no internet', () => {
        for (const answer of ['no', new TypeError('fetch failed')])
          life(codec, { until: 1000, ...hosts, fetch: answering(answer) }, ({ client, net, at }) => {
            at(0, () => {
              client.connect();
              net.last().fail();
              expect([dialled(net), client.connection.state]).to.deep.equal([['localhost'], 'disconnected']);
            });
          })();
      });
      it('RTN17g: are not asked for where there are none', () => {
        const asked: string[] = [];
        life(codec, { until: 1000, fetch: answering('yes', asked) }, ({ client, net, at }) => {
          at(0, () => {
            client.connect();
            net.last().fail();
            expect([asked, client.connection.state]).to.deep.equal([[], 'disconnected']);
          });
        })();
      });
      it('RTN17f1: are tried on a DISCONNECTED that blames the server', () => {
        life(codec, { until: 1000, ...hosts, fetch: answering('yes') }, ({ client, net, server, at }) => {
          at(0, () => {
            client.connect();
            server.open();
            server.say({
              action: Action.disconnected,
              error: { code: 50001, statusCode: 503, message: 'overload' },
            });
            expect(dialled(net)).to.have.length(2);
          });
        })();
      });
    });

    describe('ping', () => {
      const pinged = async (
        script: (fake: Parameters<Parameters<typeof life>[2]>[0], ping: () => void) => void,
      ): Promise<unknown[]> => {
        const ends: Promise<unknown>[] = [];
        life(codec, { until: 50_000, realtimeRequestTimeout: 1000 }, (fake) => {
          script(fake, () => {
            ends.push(fake.client.ping().catch(codesOf));
          });
        })();
        return Promise.all(ends);
      };
      const pong = (
        { server }: Parameters<Parameters<typeof life>[2]>[0],
        id = server.heard().at(-1)?.id,
      ): void => {
        server.say({ action: Action.heartbeat, ...(id !== undefined && { id }) });
      };

      it('RTN13a: takes no less than no time where the clock of the system is set back meanwhile', async () => {
        await using rt = realtimeTesting();
        const client = rt.client({ codec });
        client.connect();
        await firstValueFrom(client.connection.whenState('connected'));
        const clock = sinon.stub(Date, 'now').returns(3_600_000);
        try {
          const measured = client.ping();
          clock.returns(0);
          expect(await measured).to.be.within(0, 60_000);
        } finally {
          clock.restore();
        }
      });

      it('RTN13a, RTN13e: measures the way there and back, by its own id', async () => {
        const ends = await pinged((fake, ping) => {
          fake.at(0, () => {
            fake.client.connect();
            fake.server.welcome();
            ping();
          });
          fake.at(10, () => {
            fake.server.say({ action: Action.heartbeat });
            pong(fake, 'other');
          });
          fake.at(25, () => {
            pong(fake);
          });
        });
        expect(ends).to.deep.equal([25]);
      });
      it('RTN13b: fails at once where there is no connection to wait for', async () => {
        expect(
          await pinged((fake, ping) => {
            fake.at(0, ping);
          }),
        ).to.deep.equal([{ code: 80000, statusCode: 400 }]);
      });
      it('RTN13c: fails when nobody answers in time', async () => {
        expect(
          await pinged((fake, ping) => {
            fake.at(0, () => {
              fake.client.connect();
              fake.server.welcome();
              ping();
            });
          }),
        ).to.deep.equal([{ code: 50003, statusCode: 408 }]);
      });
      it('RTN13d: waits for the connection', async () => {
        const ends = await pinged((fake, ping) => {
          fake.at(0, () => {
            fake.client.connect();
            ping();
          });
          fake.at(500, fake.server.welcome);
          fake.at(507, () => {
            pong(fake);
          });
        });
        expect(ends).to.deep.equal([7]);
      });
    });
  });
}

describe('AblyClient', () => {
  it('hands out nothing that can be written to', () => {
    const client = new AblyClient({ key: 'a.b:c' }, platform);
    const channel = client.channel('x');
    const streams = [
      client.connectionState$,
      client.errors$,
      client.connection.state$,
      client.connection.changes$,
      channel.messages$,
      channel.messages('n'),
      channel.state$,
      channel.changes$,
      channel.discontinuities$,
    ];
    for (const stream$ of streams) {
      const chain: unknown[] = [];
      for (let link: unknown = stream$; link; link = (link as { source?: unknown }).source) chain.push(link);
      expect(
        chain.filter(
          (link) => link instanceof Subject || typeof (link as { next?: unknown }).next === 'function',
        ),
      ).to.deep.equal([]);
    }
    void client.dispose();
  });

  it('never shows its key', () => {
    const client = new AblyClient({ key: secret('app.key:topsecret'), clientId: 'me' }, platform);
    expect(JSON.stringify(client) + String(client)).to.not.include('topsecret');
    void client.dispose();
  });
});
