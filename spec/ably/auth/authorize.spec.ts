import { expect } from 'chai';
import { map, NEVER, type Observable, timer } from 'rxjs';
import type { AuthCallback } from '../../../lib/ably/auth/auth-options.js';
import type { TokenDetails, TokenParams } from '../../../lib/ably/auth/token.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';
import { fakeFetch } from '../../support/fake-fetch.js';
import { secret } from '../../support/secrets.js';

const tokens = Array.from({ length: 9 }, (_, n) => secret(`app.authorized-token-${n + 1}`));
const [first = '', second = '', third = ''] = tokens;
const no: Partial<{ key: undefined }> = { key: undefined };

/** A callback that answers after ten virtual milliseconds, and keeps what it was asked with. */
function callback(answer: (n: number) => unknown = (n) => tokens[n - 1]) {
  const asked: TokenParams[] = [];
  const authCallback: AuthCallback = (params) => {
    const n = asked.push(params);
    return timer(10).pipe(
      map(() => {
        const answered = answer(n);
        if (answered instanceof Error) throw answered;
        return answered;
      }),
    ) as Observable<string>;
  };
  return { asked, authCallback };
}
/** What became of a promise: the token, or the error's code; virtual time has to be over before it is looked at. */
const outcome = async (promise: Promise<TokenDetails> | undefined): Promise<unknown> =>
  promise?.then(
    ({ token }) => token,
    (error: unknown) => (error instanceof ErrorInfo ? error.code : error),
  );
const auths = ({ net }: FakeAbly, { heard }: FakeAbly['server']): (string | undefined)[] =>
  net.dialled.length === 0
    ? []
    : heard().flatMap(({ action, auth }) => (action === 'AUTH' ? [auth?.accessToken] : []));
const shown = ({ net }: FakeAbly): (string | null)[] =>
  net.dialled.map(({ url }) => new URL(url).searchParams.get('accessToken'));

/** Connects, is welcomed after 50 ms, and asks for another token after 100: what that promises. */
function authorizeLater({ client, server, at }: FakeAbly): () => Promise<TokenDetails> | undefined {
  let promise: Promise<TokenDetails> | undefined;
  client.connect();
  at(50, server.welcome);
  at(100, () => (promise = client.auth.authorize()));
  return () => promise;
}

for (const codec of codecs)
  describe(`authorize, ${codec.format}`, () => {
    /** Runs a life in which something is authorized, and tells what came of it. */
    const authorized = async (
      options: Parameters<typeof life>[1],
      script: (fake: FakeAbly) => (() => Promise<TokenDetails> | undefined) | undefined,
    ): Promise<unknown> => {
      let promise: (() => Promise<TokenDetails> | undefined) | undefined;
      life(codec, options, (fake) => {
        promise = script(fake);
      })();
      return outcome(promise?.());
    };

    it("RTC8a, RTC8a1, RTC8a3: shows an open connection's new token in band, and resolves when the server has accepted it", async () => {
      const { authCallback } = callback();
      const seen: unknown[] = [];
      const result = await authorized({ ...no, authCallback, until: 1000 }, (fake) => {
        let promise: Promise<TokenDetails> | undefined;
        fake.client.connection.changes$.subscribe(({ event, previous, current }) =>
          seen.push([event, previous, current]),
        );
        fake.client.connect();
        fake.at(50, fake.server.welcome);
        fake.at(100, () => {
          promise = fake.client.auth.authorize();
          void promise.then(() => seen.push('resolved'));
        });
        fake.at(200, () => {
          expect(auths(fake, fake.server)).to.deep.equal([second]);
          expect(fake.client.auth.tokenDetails).to.deep.equal({ token: second });
          fake.server.greet('id-1', {
            connectionDetails: { ...fake.details, connectionKey: 'key-2', maxMessageSize: 77 },
          });
          expect(fake.client.connection.key).to.equal('key-2'); // RTN21
          expect(shown(fake)).to.deep.equal([first]);
        });
        return () => promise;
      });
      expect(result).to.equal(second);
      expect(seen).to.deep.equal([
        ['connecting', 'initialized', 'connecting'],
        ['connected', 'connecting', 'connected'],
        ['update', 'connected', 'connected'], // RTN24
        ['closed', 'connected', 'closed'],
        'resolved',
      ]);
    });

    it('RTC8a3: has not resolved before the server answers', async () => {
      const { authCallback } = callback();
      const result = await authorized({ ...no, authCallback, until: 1000 }, authorizeLater);
      expect(result).to.equal(80017); // the client was disposed of before
    });

    it('RTC8a2: rejects, and the connection fails, when the server refuses the token', async () => {
      const { authCallback } = callback();
      const result = await authorized({ ...no, authCallback, until: 1000 }, (fake) => {
        const promise = authorizeLater(fake);
        fake.at(200, () => {
          fake.server.say({
            action: Action.error,
            error: { code: 40102, statusCode: 401, message: 'another one' },
          });
          expect(fake.client.connection.state).to.equal('failed');
        });
        return promise;
      });
      expect(result).to.equal(40102);
    });

    it('rejects with 80014 when the server does not answer at all, and the connection stays', async () => {
      const { authCallback } = callback();
      const result = await authorized({ ...no, authCallback, until: 15_000 }, (fake) => {
        const promise = authorizeLater(fake);
        fake.at(14_999, () => {
          expect(fake.client.connection.state).to.equal('connected');
        });
        return promise;
      });
      expect(result).to.equal(80014);
    });

    it('RTC8a4: shows an Ably token and a JWT alike', async () => {
      const jwt = secret('eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjF9.c2lnbmF0dXJl');
      for (const token of [first, jwt]) {
        const result = await authorized({ ...no, token: third, until: 1000 }, (fake) => {
          let promise: Promise<TokenDetails> | undefined;
          fake.client.connect();
          fake.server.welcome();
          fake.at(10, () => (promise = fake.client.auth.authorize({}, { token })));
          fake.at(20, () => {
            expect(auths(fake, fake.server)).to.deep.equal([token]);
            fake.server.greet();
          });
          return () => promise;
        });
        expect(result).to.equal(token);
      }
    });

    it('RTC8a: goes on when the connection is lost before the answer, with the new token', async () => {
      const { authCallback } = callback();
      const result = await authorized({ ...no, authCallback, until: 1000 }, (fake) => {
        const promise = authorizeLater(fake);
        fake.at(150, fake.server.drop);
        fake.at(200, () => {
          expect(shown(fake)).to.deep.equal([first, second]);
          fake.server.welcome();
        });
        return promise;
      });
      expect(result).to.equal(second);
    });

    it('RTC8b1, RTN15h2: resolves with the next token where the server disconnects because of this one', async () => {
      const { authCallback } = callback();
      const result = await authorized({ ...no, authCallback, until: 1000 }, (fake) => {
        const promise = authorizeLater(fake);
        fake.at(200, () => {
          fake.server.say({
            action: Action.disconnected,
            error: { code: 40142, statusCode: 401, message: 'over' },
          });
        });
        fake.at(300, fake.server.welcome);
        fake.at(301, () => {
          expect([fake.client.auth.tokenDetails, shown(fake)]).to.deep.equal([
            { token: third },
            [first, third],
          ]);
        });
        return promise;
      });
      expect(result).to.equal(third);
    });

    it('RTC8b: while connecting, the attempt is given up at once and begun again with the new token', async () => {
      const { authCallback } = callback();
      const result = await authorized({ ...no, authCallback, until: 1000 }, (fake) => {
        let promise: Promise<TokenDetails> | undefined;
        fake.client.connect();
        fake.at(50, () => {
          promise = fake.client.auth.authorize();
          expect(fake.net.dialled.map(({ readyState }) => readyState)).to.deep.equal([2]); // closing
          expect(fake.client.connection.state).to.equal('connecting');
        });
        fake.at(100, () => {
          expect(shown(fake)).to.deep.equal([first, second]);
          fake.server.welcome();
        });
        return () => promise;
      });
      expect(result).to.equal(second);
    });

    it('RTC8b1: rejects when the connection fails, is suspended or is closed instead', async () => {
      const ends: readonly [number, number, (fake: FakeAbly) => void][] = [
        [
          40400,
          1000,
          ({ server }) => {
            server.open();
            server.say({ action: Action.error, error: { code: 40400, statusCode: 404 } });
          },
        ],
        [
          80003,
          200_000,
          ({ server }) => {
            server.drop();
          },
        ],
        [80017, 1000, ({ client }) => void client.close()],
      ];
      for (const [code, until, end] of ends) {
        const { authCallback } = callback();
        const result = await authorized({ ...no, authCallback, until, fallbackHosts: [] }, (fake) => {
          let promise: Promise<TokenDetails> | undefined;
          fake.client.connect();
          fake.at(50, () => (promise = fake.client.auth.authorize()));
          for (let ms = 100; ms < until; ms += 100)
            fake.at(ms, () => {
              if (fake.client.connection.state === 'connecting') end(fake);
            });
          return () => promise;
        });
        expect(result).to.equal(code);
      }
    });

    const reach: Readonly<Record<string, (fake: FakeAbly) => void>> = {
      initialized: () => undefined,
      disconnected: (fake) => {
        fake.client.connect();
        fake.at(50, fake.server.drop);
      },
      suspended: (fake) => {
        fake.client.connect();
        for (let ms = 50; ms < 125_000; ms += 50)
          fake.at(ms, () => {
            if (fake.client.connection.state === 'connecting' && fake.net.dialled.length > 0)
              fake.server.drop();
          });
      },
      failed: (fake) => {
        fake.client.connect();
        fake.at(50, () => {
          fake.server.open();
          fake.server.say({ action: Action.error, error: { code: 40400, statusCode: 404 } });
        });
      },
      closed: (fake) => {
        fake.client.connect();
        fake.at(50, () => {
          fake.server.welcome();
          void fake.client.close();
          fake.server.say({ action: Action.closed });
        });
      },
    };
    for (const [state, script] of Object.entries(reach))
      it(`RTC8c: when ${state}, connects with the new token once it is there`, async () => {
        const { authCallback } = callback((n) => (n === 1 && state !== 'initialized' ? third : second));
        const result = await authorized(
          { ...no, authCallback, until: 140_000, fallbackHosts: [] },
          (fake) => {
            let promise: Promise<TokenDetails> | undefined;
            script(fake);
            const begin = state === 'suspended' ? 125_050 : 60;
            fake.at(begin, () => {
              expect(fake.client.connection.state).to.equal(state);
              promise = fake.client.auth.authorize();
              expect(fake.client.connection.state).to.equal(state);
            });
            fake.at(begin + 20, () => {
              expect([fake.client.connection.state, shown(fake).at(-1)]).to.deep.equal([
                'connecting',
                second,
              ]);
              fake.server.welcome();
              void fake.client.close();
              fake.server.say({ action: Action.closed });
            });
            return () => promise;
          },
        );
        expect(result).to.equal(second);
      });

    it('RTN22: gets a new token and shows it in band when the server asks for it', () => {
      const { authCallback, asked } = callback();
      life(codec, { ...no, authCallback, until: 1000 }, (fake) => {
        fake.client.connect();
        fake.at(50, fake.server.welcome);
        fake.at(100, () => {
          fake.server.say({ action: Action.auth });
        });
        fake.at(200, () => {
          expect(auths(fake, fake.server)).to.deep.equal([second]);
          fake.server.greet();
          fake.server.say({ action: Action.auth });
        });
        fake.at(300, () => {
          expect(auths(fake, fake.server)).to.deep.equal([second, third]);
          expect([asked.length, fake.net.dialled.length]).to.deep.equal([3, 1]);
        });
      })();
    });

    it('RTN22, RTN12: opens no connection that was closed, or is only being opened, where AUTH comes in late or early', () => {
      const { authCallback, asked } = callback();
      life(codec, { ...no, authCallback, until: 1000 }, ({ client, net, server, at }) => {
        client.connect();
        at(50, () => {
          net.last().open();
          server.say({ action: Action.auth });
        });
        at(100, server.greet);
        at(200, () => {
          void client.close();
          server.say({ action: Action.auth });
        });
        at(300, () => {
          expect(client.connection.state).to.equal('closing');
          server.say({ action: Action.closed });
        });
        at(400, () => {
          expect([client.connection.state, asked.length, net.dialled.length]).to.deep.equal(['closed', 1, 1]);
        });
      })();
    });

    it('RTN27h, RTN22: stays failed, though the token comes that the server had asked for', () => {
      const { authCallback, asked } = callback();
      life(codec, { ...no, authCallback, until: 1000 }, ({ client, net, server, at }) => {
        client.connect();
        at(50, server.welcome);
        at(100, () => {
          server.say({ action: Action.auth });
          server.say({ action: Action.error, error: { code: 40000, statusCode: 400, message: 'no' } });
        });
        at(200, () => {
          expect([client.connection.state, asked.length, net.dialled.length]).to.deep.equal(['failed', 2, 1]);
        });
      })();
    });

    it('RSA4b: a hundred reasons to renew at once make one request and one AUTH', async () => {
      const { authCallback, asked } = callback();
      const results: Promise<unknown>[] = [];
      life(codec, { ...no, authCallback, until: 1000 }, (fake) => {
        fake.client.connect();
        fake.at(50, fake.server.welcome);
        fake.at(100, () => {
          for (let n = 0; n < 50; n += 1) {
            fake.server.say({ action: Action.auth });
            results.push(outcome(fake.client.auth.authorize()));
          }
        });
        fake.at(200, () => {
          expect([asked.length, auths(fake, fake.server)]).to.deep.equal([2, [second]]);
          fake.server.greet();
        });
      })();
      expect(new Set(await Promise.all(results))).to.deep.equal(new Set([second]));
    });

    it("RSA4b: a renewal under way is shared by an attempt, by authorize and by the server's wish", async () => {
      const { authCallback, asked } = callback();
      const results: Promise<unknown>[] = [];
      life(codec, { ...no, authCallback, until: 1000 }, (fake) => {
        fake.client.connect();
        fake.at(5, () => {
          for (let n = 0; n < 3; n += 1) results.push(outcome(fake.client.auth.authorize()));
        });
        fake.at(50, () => {
          expect([asked.length, shown(fake)]).to.deep.equal([1, [first]]);
          fake.server.welcome();
        });
      })();
      expect(await Promise.all(results)).to.deep.equal([first, first, first]);
    });

    it('RSA4c3, RSA4c1: an open connection stays when no new token is to be had, and knows why', async () => {
      for (const reason of ['server', 'user'] as const) {
        const { authCallback } = callback((n) => (n === 1 ? first : new Error('out of order')));
        const errors: number[] = [];
        const result = await authorized({ ...no, authCallback, until: 1000 }, (fake) => {
          let promise: Promise<TokenDetails> | undefined;
          const seen: string[] = [];
          fake.client.errors$.subscribe(({ code }) => errors.push(code));
          fake.client.connect();
          fake.at(50, fake.server.welcome);
          fake.at(100, () => {
            fake.client.connection.changes$.subscribe(({ event }) => seen.push(event));
            if (reason === 'server') fake.server.say({ action: Action.auth });
            else promise = fake.client.auth.authorize();
          });
          fake.at(200, () => {
            expect([fake.client.connection.state, seen]).to.deep.equal(['connected', []]);
            expect(fake.client.connection.errorReason).to.deep.include({ code: 80019, statusCode: 401 });
            fake.server.greet();
            expect(fake.client.connection.errorReason).to.equal(undefined);
          });
          return () => promise;
        });
        expect([result, errors]).to.deep.equal([reason === 'user' ? 80019 : undefined, [80019]]);
      }
    });

    it('RSA4d, RSA4d1: an open connection fails when a new token is forbidden', async () => {
      const { authCallback } = callback((n) =>
        n === 1 ? first : new ErrorInfo('banned', { code: 40300, statusCode: 403 }),
      );
      const result = await authorized({ ...no, authCallback, until: 1000 }, (fake) => {
        const promise = authorizeLater(fake);
        fake.at(200, () => {
          expect(fake.client.connection.state).to.equal('failed');
          expect(fake.client.connection.errorReason).to.deep.include({ code: 80019, statusCode: 403 });
        });
        return promise;
      });
      expect(result).to.equal(80019);
    });

    it('RSA4d1: requestToken leaves the connection alone, whatever it meets', async () => {
      const { authCallback } = callback((n) =>
        n === 1 ? first : new ErrorInfo('banned', { code: 40300, statusCode: 403 }),
      );
      const result = await authorized({ ...no, authCallback, until: 1000 }, (fake) => {
        let promise: Promise<TokenDetails> | undefined;
        fake.client.connect();
        fake.at(50, fake.server.welcome);
        fake.at(100, () => (promise = fake.client.auth.requestToken()));
        fake.at(200, () => {
          expect([fake.client.connection.state, fake.client.connection.errorReason]).to.deep.equal([
            'connected',
            undefined,
          ]);
          expect(fake.client.auth.tokenDetails).to.deep.equal({ token: first });
        });
        return () => promise;
      });
      expect(result).to.equal(40300);
    });

    it('RSA15c: an open connection fails when it is authorized for another clientId than its own', async () => {
      const result = await authorized({ ...no, token: first, clientId: 'me', until: 1000 }, (fake) => {
        let promise: Promise<TokenDetails> | undefined;
        fake.client.connect();
        fake.server.welcome();
        fake.at(
          100,
          () =>
            (promise = fake.client.auth.authorize({}, { tokenDetails: { token: second, clientId: 'you' } })),
        );
        fake.at(101, () => {
          expect(fake.client.connection.errorReason).to.deep.include({ code: 40102 });
          expect([fake.client.connection.state, auths(fake, fake.server)]).to.deep.equal(['failed', []]);
        });
        return () => promise;
      });
      expect(result).to.equal(40102);
    });

    it('RSA10a, RSA10f: a client with a key uses tokens from then on', async () => {
      const { authCallback } = callback();
      const result = await authorized({ until: 1000 }, (fake) => {
        let promise: Promise<TokenDetails> | undefined;
        fake.client.connect();
        fake.at(50, fake.server.welcome);
        fake.at(100, () => (promise = fake.client.auth.authorize({}, { authCallback })));
        fake.at(200, () => {
          fake.server.greet();
          fake.server.drop();
          expect(shown(fake)).to.deep.equal([null, first]);
          expect(new URL(fake.net.last().url).searchParams.has('key')).to.equal(false);
        });
        return () => promise;
      });
      expect(result).to.equal(first);
    });

    it('RSA10j, RSA10g, RSA10b: params and options, even empty ones, replace those before, but for timestamp and queryTime', () => {
      const { authCallback, asked } = callback();
      const other = callback(() => third);
      life(
        codec,
        { ...no, authCallback, defaultTokenParams: { ttl: 1000, capability: '{"a":["*"]}' }, until: 2000 },
        (fake) => {
          fake.client.connect();
          fake.at(50, fake.server.welcome);
          const greet = fake.server.greet;
          fake.at(
            100,
            () => void fake.client.auth.authorize({ capability: { b: ['publish'] }, timestamp: 5 }),
          );
          fake.at(150, () => {
            greet();
          });
          fake.at(200, () => void fake.client.auth.authorize());
          fake.at(250, () => {
            greet();
          });
          fake.at(
            300,
            () => void fake.client.auth.authorize({}, { authCallback: other.authCallback, queryTime: true }),
          );
          fake.at(350, () => {
            greet();
          });
          fake.at(400, () => void fake.client.auth.authorize());
        },
      )();
      expect(asked).to.deep.equal([
        { ttl: 1000, capability: '{"a":["*"]}' },
        { capability: '{"b":["publish"]}', timestamp: 5 },
        { capability: '{"b":["publish"]}' },
      ]);
      expect(other.asked).to.deep.equal([{}, {}]);
    });

    it('RSA10e: a token among the options is used as it is, and the way to the next one is kept', () => {
      const { authCallback, asked } = callback(() => third);
      life(codec, { ...no, token: first, until: 1000 }, (fake) => {
        fake.client.connect();
        fake.server.welcome();
        fake.at(10, () => void fake.client.auth.authorize({}, { token: second, authCallback }));
        fake.at(50, () => {
          expect([auths(fake, fake.server), asked.length]).to.deep.equal([[second], 0]);
          fake.server.greet();
          fake.server.say({ action: Action.disconnected, error: { code: 40142, statusCode: 401 } });
        });
        fake.at(100, () => {
          expect([shown(fake), asked.length]).to.deep.equal([[first, third], 1]);
        });
      })();
    });

    it('RSA4g, RSA10i: a callback is preferred to a key', () => {
      const { authCallback, asked } = callback();
      life(codec, { authCallback, until: 100 }, (fake) => {
        fake.client.connect();
        fake.at(50, () => {
          expect([asked.length, shown(fake)]).to.deep.equal([1, [first]]);
        });
      })();
    });

    it('RSA10h: asks for a token of the clientId that it has, where no other is named', () => {
      const { authCallback, asked } = callback();
      life(codec, { ...no, authCallback, until: 1000 }, (fake) => {
        fake.client.connect();
        fake.at(50, () => {
          fake.server.welcome('id-1', { connectionDetails: { ...fake.details, clientId: 'confirmed' } });
        });
        fake.at(100, () => void fake.client.auth.authorize({ ttl: 5 }));
        fake.at(150, () => {
          fake.server.greet();
        });
        fake.at(200, () => void fake.client.auth.authorize({ clientId: 'another' }));
      })();
      expect(asked).to.deep.equal([{}, { ttl: 5, clientId: 'confirmed' }, { clientId: 'another' }]);
    });

    it('RSA10h: asks for the one that it has at the moment also where nothing is said, by one request', () => {
      const { authCallback, asked } = callback();
      life(codec, { ...no, authCallback, defaultTokenParams: { ttl: 7 }, until: 1000 }, (fake) => {
        const { client, server, details, at } = fake;
        const greet = (clientId?: string): void => {
          server.greet('id-1', { connectionDetails: { ...details, ...(clientId && { clientId }) } });
        };
        client.connect();
        at(50, () => {
          fake.net.last().open();
          greet('ann');
        });
        at(100, () => void client.auth.authorize());
        at(105, () => void client.auth.authorize());
        at(150, () => {
          greet('bob');
        });
        at(200, () => void client.auth.authorize());
      })();
      const ttl = 7;
      expect(asked).to.deep.equal([{ ttl }, { ttl, clientId: 'ann' }, { ttl, clientId: 'bob' }]);
    });

    it('RSA10a, RSA10e: has a new token created, whichever token the client was made with', async () => {
      const { authCallback, asked } = callback();
      const results: Promise<unknown>[] = [];
      life(codec, { ...no, token: third, authCallback, until: 1000 }, (fake) => {
        const { auth } = fake.client;
        fake.client.connect();
        fake.server.welcome();
        fake.at(10, () => results.push(outcome(auth.authorize({ ttl: 5 }))));
        fake.at(50, fake.server.greet);
        fake.at(60, () => results.push(outcome(auth.authorize({}, { token: third, authCallback }))));
        fake.at(70, fake.server.greet);
        fake.at(80, () => results.push(outcome(auth.authorize({ ttl: 6 }))));
        fake.at(100, fake.server.greet);
      })();
      expect(await Promise.all(results)).to.deep.equal([first, third, second]);
      expect(asked).to.deep.equal([{ ttl: 5 }, { ttl: 6 }]);
    });

    it('takes turns: two authorizations with options of their own are shown in their order', async () => {
      const slow = callback(() => first);
      const results: Promise<unknown>[] = [];
      life(codec, { ...no, token: third, until: 1000 }, (fake) => {
        fake.client.connect();
        fake.server.welcome();
        fake.at(10, () => {
          results.push(outcome(fake.client.auth.authorize({}, { authCallback: slow.authCallback })));
          results.push(outcome(fake.client.auth.authorize({}, { token: second })));
        });
        fake.at(50, () => {
          expect(auths(fake, fake.server)).to.deep.equal([first]);
          fake.server.greet();
          expect(auths(fake, fake.server)).to.deep.equal([first, second]);
          fake.server.greet();
          expect(fake.client.auth.tokenDetails).to.deep.equal({ token: second });
        });
      })();
      expect(await Promise.all(results)).to.deep.equal([first, second]);
    });

    it('refuses what is wrong with it at once, and changes nothing', async () => {
      const results: Promise<unknown>[] = [];
      life(codec, { ...no, token: first, until: 100 }, (fake) => {
        fake.client.connect();
        fake.server.welcome();
        const { auth } = fake.client;
        results.push(outcome(auth.authorize({}, {}))); // RSA10j: nothing is left to prove oneself with
        results.push(outcome(auth.authorize({ ttl: -1 })));
        results.push(outcome(auth.authorize({}, { authMethod: 'PUT' as 'GET' })));
        results.push(outcome(auth.authorize())); // RSA4a: no way to a new one
        fake.at(50, () => {
          expect(fake.client.connection.errorReason).to.equal(undefined);
          expect([fake.client.connection.state, auths(fake, fake.server)]).to.deep.equal(['connected', []]);
          expect(auth.tokenDetails).to.deep.equal({ token: first });
        });
      })();
      expect(await Promise.all(results)).to.deep.equal([40106, 40000, 40000, 40171]);
    });

    it('is given up when the client is closed meanwhile, and does not connect again', async () => {
      const { authCallback } = callback();
      const result = await authorized({ ...no, authCallback, until: 1000 }, (fake) => {
        let promise: Promise<TokenDetails> | undefined;
        fake.client.connect();
        fake.at(50, () => {
          fake.server.welcome();
          promise = fake.client.auth.authorize();
          void fake.client.close();
          fake.server.say({ action: Action.closed });
        });
        fake.at(999, () => {
          expect([fake.client.connection.state, fake.net.dialled.length]).to.deep.equal(['closed', 1]);
        });
        return () => promise;
      });
      expect(result).to.equal(80017);
    });

    it('rejects when the client is disposed of, before, meanwhile and after', async () => {
      const results: Promise<unknown>[] = [];
      life(codec, { ...no, authCallback: () => NEVER, until: 100 }, ({ client, at }) => {
        results.push(outcome(client.auth.authorize()));
        results.push(outcome(client.auth.authorize({ ttl: 1 })));
        at(50, () => void client.dispose());
        at(60, () => results.push(outcome(client.auth.authorize()), outcome(client.auth.requestToken())));
      })();
      expect(await Promise.all(results)).to.deep.equal([80017, 80017, 80017, 80017]);
    });

    describe('against all odds', () => {
      it('RTC8b, RTC8b1: while connecting, a token that is there at once is dialled with', async () => {
        for (const options of [
          { token: second },
          { tokenDetails: { token: second } },
          { authCallback: () => second },
        ]) {
          const result = await authorized({ ...no, token: first, until: 100 }, (fake) => {
            let promise: Promise<TokenDetails> | undefined;
            fake.client.connect();
            fake.at(10, () => (promise = fake.client.auth.authorize(null, options)));
            fake.at(20, () => {
              expect(shown(fake)).to.deep.equal([first, second]);
              fake.server.welcome();
            });
            return () => promise;
          });
          expect(result).to.equal(second);
        }
      });

      it('RTC8b: while connecting, gives up a callback that does not answer', async () => {
        const signals: AbortSignal[] = [];
        const authCallback: AuthCallback = (_, __, signal) => {
          signals.push(signal);
          return NEVER;
        };
        const result = await authorized({ ...no, authCallback, until: 100 }, (fake) => {
          let promise: Promise<TokenDetails> | undefined;
          fake.client.connect();
          fake.at(10, () => (promise = fake.client.auth.authorize(null, { token: second })));
          fake.at(20, () => {
            expect(signals.map(({ aborted }) => aborted)).to.deep.equal([true]);
            fake.server.welcome();
          });
          return () => promise;
        });
        expect(result).to.equal(second);
      });

      for (const [state, script] of Object.entries(reach).filter(([name]) => name !== 'initialized'))
        it(`RTC8c: from a subscriber that has just heard of ${state}`, async () => {
          const result = await authorized(
            { ...no, token: first, until: 140_000, fallbackHosts: [] },
            (fake) => {
              let promise: Promise<TokenDetails> | undefined;
              fake.client.connectionState$.subscribe((now) => {
                if (now === state && !promise) {
                  promise = fake.client.auth.authorize(null, { token: second });
                  fake.at(1, fake.server.welcome);
                }
              });
              script(fake);
              return () => promise;
            },
          );
          expect(result).to.equal(second);
        });

      it('close() gives up what was asked for before it, from whatever state', async () => {
        for (const [state, script] of Object.entries(reach).filter(([name]) => name !== 'suspended')) {
          const { authCallback } = callback();
          const result = await authorized({ ...no, authCallback, until: 1000 }, (fake) => {
            let promise: Promise<TokenDetails> | undefined;
            script(fake);
            fake.at(60, () => {
              promise = fake.client.auth.authorize();
              void fake.client.auth.authorize({ ttl: 1 });
              void fake.client.close();
            });
            fake.at(999, () => {
              expect(['initialized', 'closed', 'failed']).to.include(fake.client.connection.state);
            });
            return () => promise;
          });
          expect(result, state).to.be.oneOf([80017, 40400, 80003]);
        }
      });

      it('RSA16c: whoever listens to tokenDetails$ ends on the same token, whatever the others do', async () => {
        const seen: (string | undefined)[][] = [[], []];
        await authorized({ ...no, token: first, until: 100 }, (fake) => {
          fake.client.auth.tokenDetails$.subscribe((details) => {
            seen[0]?.push(details?.token);
            if (details?.token === second) void fake.client.auth.authorize(null, { token: third });
          });
          fake.client.auth.tokenDetails$.subscribe((details) => seen[1]?.push(details?.token));
          fake.client.connect();
          fake.server.welcome();
          fake.at(10, () => void fake.client.auth.authorize(null, { token: second }));
          fake.at(20, () => {
            fake.server.greet();
          });
          fake.at(30, () => {
            fake.server.greet();
          });
          return undefined;
        });
        expect(seen).to.deep.equal([
          [first, second, third],
          [first, second, third],
        ]);
      });

      it('RSA16d: whoever hears that the token is gone may bring another one', async () => {
        let promise: Promise<TokenDetails> | undefined;
        const result = await authorized(
          { ...no, token: first, authCallback: () => NEVER, until: 100 },
          (fake) => {
            fake.client.connect();
            fake.server.welcome();
            fake.client.auth.tokenDetails$.subscribe((details) => {
              if (details === null) promise ??= fake.client.auth.authorize(null, { token: second });
            });
            fake.at(10, () => {
              fake.server.say({ action: Action.disconnected, error: { code: 40142, statusCode: 401 } });
              expect(shown(fake)).to.deep.equal([first, second]);
              fake.server.welcome();
            });
            return () => promise;
          },
        );
        expect(result).to.equal(second);
      });

      it('RSA16d: a token that is refused in band is none any more', async () => {
        await authorized({ ...no, token: first, until: 100 }, (fake) => {
          fake.client.connect();
          fake.server.welcome();
          fake.at(10, () => void fake.client.auth.authorize(null, { token: second }));
          fake.at(20, () => {
            fake.server.say({ action: Action.error, error: { code: 40101, statusCode: 401 } });
            expect(fake.client.auth.tokenDetails).to.equal(null);
          });
          return undefined;
        });
      });

      it('RSA10g: a call without options is not served by what was under way before other ones came', async () => {
        const { authCallback, asked } = callback();
        const results: Promise<unknown>[] = [];
        life(codec, { ...no, authCallback, until: 1000 }, (fake) => {
          fake.client.connect();
          fake.at(50, fake.server.welcome);
          fake.at(100, () => {
            const { auth } = fake.client;
            for (const params of [undefined, { ttl: 99 }, undefined])
              results.push(outcome(auth.authorize(params)));
          });
          for (const ms of [150, 200, 250])
            fake.at(ms, () => {
              fake.server.greet();
            });
        })();
        expect(await Promise.all(results)).to.deep.equal([second, third, tokens[3]]);
        expect(asked).to.deep.equal([{}, {}, { ttl: 99 }, { ttl: 99 }]);
      });

      it('RSA10k, RSA4b1: queryTime among the options of authorize lets tokens be renewed in time, and is not kept', async () => {
        const asked: string[] = [];
        const { authCallback, asked: wanted } = callback((n) => ({
          token: tokens[n - 1],
          expires: n * 1000,
        }));
        await authorized(
          {
            ...{ ...no, token: third, until: 950 },
            fetch: fakeFetch((url) => {
              asked.push(new URL(url).pathname);
              return { text: '[0]' };
            }),
          },
          (fake) => {
            fake.client.connect();
            fake.server.welcome();
            fake.at(0, () => void fake.client.auth.authorize(null, { authCallback, queryTime: true }));
            fake.at(20, () => {
              fake.server.greet();
            });
            fake.at(949, () => {
              expect([asked, wanted.length]).to.deep.equal([['/time'], 2]);
            });
            return undefined;
          },
        );
      });

      it('RSA4b1: a token that is over when it comes is not renewed for that, or there would be no end to it', async () => {
        const { authCallback, asked } = callback((n) => ({ token: tokens[n - 1], expires: -1 }));
        await authorized(
          { ...no, authCallback, queryTime: true, until: 5000, fetch: fakeFetch(() => ({ text: '[0]' })) },
          (fake) => {
            fake.client.connect();
            fake.at(50, fake.server.welcome);
            fake.at(4999, () => {
              expect([asked.length, fake.client.connection.state]).to.deep.equal([1, 'connected']);
            });
            return undefined;
          },
        );
      });

      it('RSA7b3, RSA12: what the server has confirmed comes before what the token says', async () => {
        await authorized({ ...no, tokenDetails: { token: first, clientId: '*' }, until: 100 }, (fake) => {
          expect(fake.client.clientId).to.equal('*');
          fake.client.connect();
          fake.server.welcome('id-1', { connectionDetails: { ...fake.details, clientId: 'confirmed' } });
          expect(fake.client.clientId).to.equal('confirmed');
          return undefined;
        });
      });

      it('RSA4d: StopRetrying of the package in its other format ends it as well', async () => {
        const stop = Object.assign(new Error('enough'), { name: 'StopRetrying' });
        await authorized(
          {
            ...no,
            authCallback: () => {
              throw stop;
            },
            until: 100,
          },
          (fake) => {
            fake.client.connect();
            expect(fake.client.connection.state).to.equal('failed');
            return undefined;
          },
        );
      });
    });
  });
