import { expect } from 'chai';
import { catchError, filter, Subject, takeUntil } from 'rxjs';
import type { OutgoingMessage } from '../../../lib/ably/wire/outgoing.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { Lifecycle } from '../../../lib/socket/types.js';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';
import { fakeFetch } from '../../support/fake-fetch.js';
import { secret } from '../../support/secrets.js';

const error = { code: 80003, statusCode: 400, message: 'lost' };
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'done',
    (thrown: unknown) => (thrown instanceof ErrorInfo ? thrown.code : thrown),
  );

for (const codec of codecs) {
  describe(`what must not harm anybody else, ${codec.format}`, () => {
    const connected = (script: (fake: FakeAbly) => void, options: object = {}): (() => void) =>
      life(codec, { until: 1000, ...options }, (fake) => {
        fake.at(0, () => {
          fake.client.connect();
          fake.server.welcome();
          script(fake);
        });
      });

    for (const [state, frame] of [
      ['disconnected', { action: Action.disconnected, error }],
      ['failed', { action: Action.error, error: { code: 40400, statusCode: 404 } }],
      ['closed', { action: Action.closed }],
    ] as const)
      it(`RTN11c, RTN11d: \`connect()\` in a handler of "${state}" dials no more than once a second on average`, () => {
        let dialled = 0;
        life(codec, { until: 60_000, fallbackHosts: [] }, ({ client, server, net, at }) => {
          client.connectionState$.subscribe((current) => {
            if (current === state) client.connect();
          });
          at(0, () => {
            client.connect();
          });
          for (let ms = 1; ms < 60_000; ms += 50)
            at(ms, () => {
              if (net.dialled.length === dialled) return;
              dialled = net.dialled.length;
              server.open();
              server.say(frame);
            });
        })();
        expect(dialled).to.be.within(3, 60);
      });

    it('a publish that cannot be encoded is refused, before a connection and on one, and the others go on', async () => {
      const loop: { self?: unknown } = {};
      loop.self = loop;
      const bad = [
        { name: 'n', id: 10n },
        { name: 'n', clientId: 5 },
        { name: 'n', extras: { big: 1n } },
        { name: 'n', extras: loop },
        5,
        undefined,
        [null],
      ] as unknown as OutgoingMessage[];
      const ends: Promise<unknown>[] = [];
      life(codec, { until: 1000 }, ({ client, server, at }) => {
        at(0, () => {
          for (const message of bad) ends.push(codeOf(client.channel('a').publish(message)));
          void client.channel('a').publish('good', '1');
          server.welcome();
          for (const message of bad) ends.push(codeOf(client.channel('a').publish(message)));
          void client.channel('a').publish('good', '2');
          server.drop();
          server.welcome();
          expect(
            server.heard().map(({ msgSerial, messages }) => [msgSerial, messages?.[0]?.data]),
          ).to.deep.equal([
            [0, '1'],
            [1, '2'],
          ]);
        });
      })();
      expect((await Promise.all(ends)).every((code) => code === 40013 || code === 40000)).to.equal(true);
    });

    it('a frame that the codec throws on is refused, and the serials have no hole', async () => {
      let broken = true;
      const moody = {
        ...codec,
        encode: (frame: unknown) => {
          if (broken && (frame as { action: number }).action === Action.message) throw new TypeError('moody');
          return codec.encode(frame);
        },
      };
      const ends: Promise<unknown>[] = [];
      life(moody, { until: 1000 }, ({ client, server, at }) => {
        at(0, () => {
          ends.push(codeOf(client.channel('a').publish('n', '1')));
          server.welcome('id-1');
          broken = false;
          ends.push(codeOf(client.channel('a').publish('n', '2')));
          expect(server.heard().map(({ msgSerial }) => msgSerial)).to.deep.equal([0]);
          server.say({ action: Action.ack, msgSerial: 0, count: 1 });
        });
      })();
      expect(await Promise.all(ends)).to.deep.equal([40013, 'done']);
    });

    it(
      'what is queued is sent as it was when it was published',
      connected(({ client, server }) => {
        server.drop();
        const data = new Uint8Array([1]);
        const extras = { headers: { a: 'b' } };
        void client.channel('a').publish({ data, extras });
        data[0] = 9;
        extras.headers.a = 'c';
        server.welcome();
        const [message] = server.heard()[0]?.messages ?? [];
        expect([message?.data, message?.extras]).to.deep.equal([
          codec.binary ? new Uint8Array([1]) : 'AQ==',
          { headers: { a: 'b' } },
        ]);
      }),
    );

    it(
      'channel options that are wrong name themselves',
      connected(({ client }) => {
        const wrong: readonly [object, string][] = [
          [{ params: { n: 1n } }, 'params'],
          [{ params: 'x' }, 'params'],
          [{ modes: 'subscribe' }, 'modes'],
          [{ modes: ['nonsense'] }, 'modes'],
        ];
        for (const [options, name] of wrong)
          expect(() => client.channel('b', options)).to.throw(ErrorInfo, `"${name}"`);
        expect(client.channel('b').state).to.equal('initialized');
      }),
    );

    it('frames of the wrong shape are errors, and nothing more', () => {
      const errors: number[] = [];
      const data: unknown[] = [];
      connected(({ client, server }) => {
        client.errors$.subscribe(({ code }) => errors.push(code));
        const channel = client.channel('a');
        channel.messages$.subscribe((message) => data.push(message.data));
        server.attached('a', { channelSerial: null, params: null, flags: null, error: null } as object);
        expect([channel.state, channel.properties.attachSerial, channel.params, channel.modes]).to.deep.equal(
          ['attached', undefined, {}, []],
        );
        const message = (messages: unknown): void => {
          server.say({ action: Action.message, channel: 'a', messages } as never);
        };
        message([{ data: 'x', encoding: 5 }]);
        message('abc');
        message([1, null, { data: 'good', id: null, name: null, version: null, annotations: null }]);
        message(null);
        server.say({ action: Action.ack, msgSerial: null, count: null, res: 'abc' } as never);
        server.greet('id-1', {
          connectionDetails: { connectionKey: 'k', maxIdleInterval: 'x', connectionStateTtl: -1 } as never,
          error: null as never,
        });
        server.greet('id-1', { connectionDetails: null as never });
      })();
      expect(errors).to.deep.equal([40013, 40013, 40013, 40013]);
      expect(data).to.deep.equal(['x', 'good']);
    });

    it('an ACK of a strange shape settles what it covers', async () => {
      const ends: Promise<unknown>[] = [];
      connected(({ client, server }) => {
        for (const n of '123') ends.push(client.channel('a').publish('n', n));
        server.say({ action: Action.ack, msgSerial: 0, count: null, res: 'abc' } as never);
        server.say({ action: Action.ack, msgSerial: 1, count: 2, res: [{ serials: null }, null] } as never);
      })();
      expect(await Promise.all(ends)).to.deep.equal([{ serials: [] }, { serials: [] }, { serials: [] }]);
    });

    it('the key shows in no error, whatever the socket says', () => {
      const said: string[] = [];
      class Talkative {
        constructor(url: string) {
          throw new Error(`cannot reach ${url}`);
        }
      }
      life(
        codec,
        {
          until: 10,
          key: secret('app.key:s3cr3t!'),
          webSocketCtor: Talkative as never,
          log: (_, event) => said.push(String(event.error), event.message),
        },
        ({ client, at }) => {
          at(0, () => {
            client.connect();
            said.push(String(client.connection.errorReason));
          });
        },
      )();
      expect(said.join(' '))
        .to.contain('cannot reach')
        .and.not.match(/s3cr3t/);
    });

    it('RTN11b, RTN12: close() resolves when somebody connects again meanwhile', async () => {
      const ends: Promise<unknown>[] = [];
      connected(({ client }) => {
        ends.push(codeOf(client.close()));
        client.connect();
      })();
      expect(await Promise.all(ends)).to.deep.equal(['done']);
    });

    it('RTL4d: attach() ends when the connection is closed instead', async () => {
      const ends: Promise<unknown>[] = [];
      connected(({ client, server }) => {
        const channel = client.channel('a');
        channel.messages$.subscribe();
        server.attached('a');
        void channel.detach();
        ends.push(codeOf(channel.attach()));
        void client.close();
        server.say({ action: Action.closed });
      })();
      expect(await Promise.all(ends)).to.deep.equal([90000]);
    });

    it('after dispose() everything is closed and every verb says so', async () => {
      const ends: Promise<unknown>[] = [];
      for (const prepare of [
        () => undefined,
        ({ client, server }: FakeAbly) => {
          client.connect();
          server.welcome();
        },
      ])
        life(codec, { until: 10 }, (fake) => {
          const { client, at } = fake;
          at(0, () => {
            prepare(fake);
            void client.dispose();
            expect(client.connection.state).to.equal('closed');
            ends.push(
              codeOf(client.channel('a').publish('n')),
              codeOf(client.channel('a').attach()),
              codeOf(client.ping()),
              codeOf(client.close()),
            );
          });
        })();
      const each = [80017, 80017, 80017, 'done'];
      expect(await Promise.all(ends)).to.deep.equal([...each, ...each]);
    });

    it(
      'dispose() inside a subscriber says goodbye and ends',
      life(codec, { until: 10 }, ({ client, net, server, at }) => {
        const seen: string[] = [];
        client.connectionState$.subscribe({
          next: (state) => {
            seen.push(state);
            if (state === 'connected') void client.dispose();
          },
          complete: () => seen.push('|'),
        });
        at(0, () => {
          client.connect();
          server.welcome();
          expect(seen).to.deep.equal(['initialized', 'connecting', 'connected', 'closed', '|']);
          expect(server.heard().at(-1)).to.deep.equal({ action: 'CLOSE' });
          expect(net.last().readyState).to.be.above(1);
        });
      }),
    );

    it(
      'state$ tells what its own subscriber brought about',
      connected(({ client }) => {
        const channel = client.channel('a');
        const seen: string[] = [];
        channel.state$.subscribe((state) => {
          seen.push(state);
          if (state === 'initialized') channel.attach().catch(() => undefined);
          if (state === 'attaching') void client.close();
        });
        expect([seen, channel.state]).to.deep.equal([['initialized', 'attaching'], 'attaching']);
      }),
    );

    it(
      'a lease that is given back while it is taken is none',
      life(codec, { until: 1000, detachGrace: 50 }, ({ client, server, at }) => {
        at(0, () => {
          const connecting$ = client.connectionState$.pipe(filter((state) => state === 'connecting'));
          client.channel('a').messages$.pipe(takeUntil(connecting$)).subscribe();
          server.welcome();
          if (client.channel('a').state === 'attaching') server.attached('a');
        });
        at(900, () => {
          expect(client.channel('a').state).to.be.oneOf(['initialized', 'detached', 'detaching']);
        });
      }),
    );

    it(
      'whoever falls back on another stream when the channel fails is not hit by the same failure',
      connected(({ client, server }) => {
        const channel = client.channel('a');
        const ends: unknown[] = [];
        channel.messages('a').subscribe({ error: () => ends.push('named') });
        channel.messages$
          .pipe(
            catchError(() => {
              ends.push('fallback');
              return channel.messages('a');
            }),
          )
          .subscribe({ error: () => ends.push('hit twice') });
        server.attached('a');
        server.say({ action: Action.error, channel: 'a', error });
        expect([ends, channel.state]).to.deep.equal([['fallback', 'named'], 'attaching']);
      }),
    );

    it('RTN7e: a publish about a failure is judged by it', async () => {
      const ends: Promise<unknown>[] = [];
      connected(({ client, server }) => {
        let answered = false;
        client.errors$.subscribe(() => {
          if (answered) return;
          answered = true;
          ends.push(codeOf(client.channel('b').publish('n')));
        });
        ends.push(codeOf(client.channel('a').publish('n')));
        server.say({ action: Action.error, error });
      })();
      expect(await Promise.all(ends)).to.deep.equal([80003, 80000]);
    });

    it(
      'who goes on listening through a close and a connect is told of the gap',
      connected(({ client, server }) => {
        const channel = client.channel('a');
        const gaps: unknown[] = [];
        channel.discontinuities$.subscribe((gap) => gaps.push(gap));
        channel.messages$.subscribe();
        server.attached('a');
        void client.close();
        server.say({ action: Action.closed });
        expect(gaps).to.deep.equal([{ channel: 'a', reason: undefined }]);
        client.connect();
        server.welcome('id-2');
        server.attached('a');
        expect(gaps).to.have.length(1);
      }),
    );

    it(
      'RTN16l: whoever recovers in vain is told of the gap',
      life(
        codec,
        { until: 100, recover: '{"connectionKey":"k","msgSerial":3,"channelSerials":{"a":"s-1"}}' },
        ({ client, server, at }) => {
          at(0, () => {
            const gaps: unknown[] = [];
            const channel = client.channel('a');
            channel.discontinuities$.subscribe(({ reason }) => gaps.push(reason?.code));
            channel.messages$.subscribe();
            server.welcome('id-2', { error });
            server.attached('a', { error });
            expect(gaps).to.deep.equal([80003]);
          });
        },
      ),
    );

    it('RTL5: detach() ends when somebody subscribes meanwhile', async () => {
      const ends: Promise<unknown>[] = [];
      connected(({ client, server }) => {
        const channel = client.channel('a');
        channel.messages$.subscribe();
        ends.push(codeOf(channel.detach()));
        channel.messages$.subscribe();
        server.attached('a');
      })();
      expect(await Promise.all(ends)).to.deep.equal([90000]);
    });

    it('RTN11b, RTN7e: close() and connect() at once publish nothing twice', async () => {
      const ends: Promise<unknown>[] = [];
      connected(({ client, server }) => {
        ends.push(codeOf(client.channel('a').publish('n', 'once')));
        void client.close();
        client.connect();
        server.welcome('id-2');
        expect(server.heard()).to.deep.equal([]);
      })();
      expect(await Promise.all(ends)).to.deep.equal([80017]);
    });

    it(
      'RTN21, RTN24: a CONNECTED that says less takes nothing away',
      connected(({ client, server }) => {
        server.greet('id-1', { connectionId: null as never, connectionDetails: { maxMessageSize: 10 } });
        expect([client.connection.id, client.connection.key]).to.deep.equal(['id-1', 'key-1']);
      }),
    );

    it("RTN20: a lifecycle$ that fails is the user's affair", () => {
      const lifecycle$ = new Subject<Lifecycle>();
      connected(
        ({ client }) => {
          lifecycle$.error(new Error('mine'));
          expect(client.connection.state).to.equal('connected');
          void client.close();
          expect(client.connection.state).to.equal('closing');
        },
        { lifecycle$ },
      )();
    });

    it('RTN17j: a check that hangs, or a portal that says yes, is no internet; and the question is given up', () => {
      const hosts = { endpoint: 'localhost', fallbackHosts: ['127.0.0.2'] };
      for (const answer of ['nothing', { text: 'accept? yes', status: 511 }] as const) {
        const signals: (AbortSignal | null | undefined)[] = [];
        const fetch = fakeFetch((_, { signal }) => {
          signals.push(signal);
          return answer;
        });
        life(codec, { until: 9000, ...hosts, fetch, realtimeRequestTimeout: 1000 }, ({ client, net, at }) => {
          at(0, () => {
            client.connect();
            net.last().fail();
          });
          at(600, () => {
            expect([net.dialled.length, client.connection.state]).to.deep.equal([1, 'disconnected']);
            expect(client.connection.errorReason?.message).to.contain('internet');
            expect(signals.map((signal) => signal?.aborted)).to.deep.equal([true]);
          });
        })();
      }
    });

    it('time() ends when the client is disposed of', async () => {
      const ends: Promise<unknown>[] = [];
      life(codec, { until: 10, fetch: fakeFetch(() => 'nothing') }, ({ client, at }) => {
        at(0, () => {
          ends.push(codeOf(client.time()));
        });
      })();
      expect(await Promise.all(ends)).to.deep.equal([80017]);
    });
  });
}
