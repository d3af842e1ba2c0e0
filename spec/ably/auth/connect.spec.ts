import { expect } from 'chai';
import { map, NEVER, type Observable, throwError, timer } from 'rxjs';
import { type AuthCallback, StopRetrying } from '../../../lib/ably/auth/auth-options.js';
import type { TokenDetails } from '../../../lib/ably/auth/token.js';
import type { ConnectionStateChange } from '../../../lib/ably/client/connection.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';
import { fakeFetch } from '../../support/fake-fetch.js';
import { secret } from '../../support/secrets.js';

const tokens = [1, 2, 3, 4, 5].map((n) => secret(`app.token-number-${n}`));
const over = { code: 40142, statusCode: 401, message: 'Token expired.' };
const no: Partial<{ key: undefined }> = { key: undefined };

/** A callback that answers after some virtual milliseconds, and counts. */
function callback(answer: (n: number) => unknown = (n) => tokens[n - 1], ms = 10) {
  const asked: AbortSignal[] = [];
  const authCallback: AuthCallback = (_, __, signal) => {
    const n = asked.push(signal);
    return timer(ms).pipe(
      map(() => {
        const answered = answer(n);
        if (answered instanceof Error) throw answered;
        return answered;
      }),
    ) as Observable<string>;
  };
  return { asked, authCallback };
}
const tokenOf = (url: string): string | null => new URL(url).searchParams.get('accessToken');
const shown = ({ net }: FakeAbly): readonly (string | null)[] => net.dialled.map(({ url }) => tokenOf(url));
/** Each step of the connection, and its reason's code. */
function steps({ client }: FakeAbly): string[] {
  const seen: string[] = [];
  client.connection.changes$.subscribe(({ event, reason }: ConnectionStateChange) => {
    seen.push(reason ? `${event} ${reason.code}` : event);
  });
  return seen;
}
const [first = '', second = '', third = ''] = tokens;

for (const codec of codecs)
  describe(`connecting with tokens, ${codec.format}`, () => {
    it(
      'RSA3a, RSA3c, RTN2e: a token travels as accessToken, also without TLS',
      life(codec, { ...no, token: first, until: 100 }, (fake) => {
        fake.client.connect();
        expect(new URL(fake.net.last().url).protocol).to.equal('ws:');
        expect(shown(fake)).to.deep.equal([first]);
      }),
    );

    it(
      'TO3j2, RSA16a: a token may come with its details',
      life(codec, { ...no, token: { token: first, clientId: 'ann' }, until: 100 }, (fake) => {
        fake.client.connect();
        expect(shown(fake)).to.deep.equal([first]);
        expect(fake.client.auth.tokenDetails).to.deep.equal({ token: first, clientId: 'ann' });
      }),
    );

    it('TO3j2, RSA4a2: a signed request in the place of a token is exchanged, once', () => {
      const request = { keyName: 'app.id', timestamp: 1, nonce: 'n', mac: 'm' };
      const asked: string[] = [];
      const fetch = fakeFetch((url, { headers }) => {
        asked.push(new URL(url).pathname);
        expect(headers).to.not.have.property('Authorization');
        return { text: JSON.stringify({ token: first }), type: 'application/json' };
      });
      life(codec, { ...no, token: request, fetch, until: 60_000 }, (fake) => {
        const seen = steps(fake);
        fake.client.connect();
        fake.server.welcome();
        fake.server.drop();
        fake.server.welcome();
        expect([shown(fake), asked]).to.deep.equal([[first, first], ['/keys/app.id/requestToken']]);
        fake.server.say({ action: Action.disconnected, error: over });
        expect([seen.at(-1), asked.length]).to.deep.equal(['failed 40171', 1]);
      })();
    });

    it('TO3j2, RSA10e: goes on with the other way to a token when that one is over', () => {
      const { authCallback, asked } = callback(() => second, 0);
      const request = { keyName: 'app.id', timestamp: 1, nonce: 'n', mac: 'm' };
      const fetch = fakeFetch(() => ({ text: JSON.stringify({ token: first }), type: 'application/json' }));
      life(codec, { ...no, token: request, authCallback, fetch, until: 60_000 }, (fake) => {
        fake.client.connect();
        fake.at(10, () => {
          fake.server.welcome();
          fake.server.say({ action: Action.disconnected, error: over });
        });
        fake.at(20, () => {
          expect([shown(fake), asked.length]).to.deep.equal([[first, second], 1]);
        });
      })();
    });

    it('RSA4a1: says at once when the token cannot be renewed, and where to read of it', () => {
      const logged: unknown[] = [];
      life(
        codec,
        { ...no, token: first, until: 1, log: (...entry) => logged.push(entry) },
        () => undefined,
      )();
      const [entry] = logged as [[string, { message: string; error: ErrorInfo }]];
      expect([entry[0], entry[1].error.code]).to.deep.equal(['info', 40171]);
      expect(entry[1].message).to.contain('https://help.ably.io/error/40171');
    });

    for (const [how, action] of [
      ['ERROR', Action.error],
      ['DISCONNECTED', Action.disconnected],
    ] as const)
      it(
        `RSA4a2, RTN14b: fails with 40171 when a token that cannot be renewed is refused by ${how}`,
        life(codec, { ...no, token: first, until: 60_000 }, (fake) => {
          fake.client.connect();
          fake.at(10, () => {
            fake.server.open();
            fake.server.say({ action, error: over });
            expect(fake.client.connection.state).to.equal('failed');
            expect(fake.client.connection.errorReason).to.deep.include({ code: 40171, statusCode: 401 });
            expect(fake.client.connection.errorReason?.cause).to.deep.include(over);
            expect(fake.client.auth.tokenDetails).to.equal(null); // RSA16d
          });
          fake.at(59_999, () => {
            expect(fake.net.dialled).to.have.length(1);
          });
        }),
      );

    it('RTN14b, RSA4b: gets one new token and dials with it at once', () => {
      const { asked, authCallback } = callback();
      life(codec, { ...no, authCallback, until: 1000 }, (fake) => {
        const seen = steps(fake);
        fake.client.connect();
        fake.at(50, () => {
          fake.server.open();
          fake.server.say({ action: Action.error, error: over });
          expect(fake.client.connection.state).to.equal('connecting');
          expect(fake.client.auth.tokenDetails).to.equal(null); // RSA16d
        });
        fake.at(100, () => {
          fake.server.welcome();
          expect(shown(fake)).to.deep.equal([first, second]);
          expect(fake.client.auth.tokenDetails).to.deep.equal({ token: second }); // RSA16b, RSA16c
          expect([seen, asked.length]).to.deep.equal([['connecting', 'connected'], 2]);
          expect(fake.client.connection.errorReason).to.equal(undefined);
        });
      })();
    });

    it('RTN14b, RSA4b: waits when the new token is refused as well, longer each time, and asks once a time', () => {
      const { asked, authCallback } = callback();
      life(codec, { ...no, authCallback, until: 40_000 }, (fake) => {
        const seen = steps(fake);
        fake.client.connect();
        const refuse = (): void => {
          fake.server.open();
          fake.server.say({ action: Action.error, error: over });
        };
        fake.at(50, refuse);
        fake.at(100, refuse); // RTB1: 15 s × 1 × 0.9 from here
        fake.at(13_599, () => {
          expect([seen, asked.length]).to.deep.equal([['connecting', 'disconnected 40142'], 2]);
          expect(fake.client.connection.errorReason?.code).to.equal(40142);
        });
        fake.at(13_650, refuse); // RTB1: 15 s × 4/3 × 0.9 from here
        fake.at(31_649, () => {
          expect([fake.client.connection.state, asked.length]).to.deep.equal(['disconnected', 3]);
        });
        fake.at(31_700, () => {
          fake.server.welcome();
          expect([fake.client.connection.state, asked.length]).to.deep.equal(['connected', 4]);
        });
      })();
    });

    it('RTN15h2, RTN15h2i, RTN22a: an open connection whose token is over resumes at once with a new one', () => {
      const { asked, authCallback } = callback();
      life(codec, { ...no, authCallback, until: 1000 }, (fake) => {
        const seen = steps(fake);
        fake.client.connect();
        fake.at(50, () => {
          fake.server.welcome();
        });
        fake.at(100, () => {
          fake.server.say({ action: Action.disconnected, error: over });
          expect(fake.client.connection.state).to.equal('connecting');
        });
        fake.at(150, () => {
          expect(new URL(fake.net.last().url).searchParams.get('resume')).to.equal('key-1');
          fake.server.welcome();
          expect(shown(fake)).to.deep.equal([first, second]);
          expect([seen, asked.length]).to.deep.equal([
            ['connecting', 'connected', 'connecting 40142', 'connected'],
            2,
          ]);
        });
      })();
    });

    it('RTN15h2: waits when no new token is to be had, or the next one is refused too', () => {
      for (const refuses of [true, false]) {
        const { authCallback } = callback((n) => (n === 1 || refuses ? tokens[n] : new Error('no token')));
        life(codec, { ...no, authCallback, until: 1000 }, (fake) => {
          fake.client.connect();
          fake.at(50, () => {
            fake.server.welcome();
          });
          fake.at(100, () => {
            fake.server.say({ action: Action.disconnected, error: over });
          });
          fake.at(150, () => {
            if (refuses) fake.server.open();
            if (refuses) fake.server.say({ action: Action.error, error: over });
            expect(fake.client.connection.state).to.equal('disconnected');
            expect(fake.client.connection.errorReason?.code).to.equal(refuses ? 40142 : 80019);
          });
        })();
      }
    });

    it('RTN15c5: a token that is refused when resuming is renewed, and the connection is resumed with it', () => {
      const { authCallback } = callback();
      life(codec, { ...no, authCallback, until: 1000 }, (fake) => {
        fake.client.connect();
        fake.at(50, () => {
          fake.server.welcome();
        });
        fake.at(100, fake.server.drop);
        fake.at(150, () => {
          fake.server.open();
          fake.server.say({ action: Action.error, error: over });
        });
        fake.at(200, () => {
          expect(shown(fake)).to.deep.equal([first, first, second]);
          expect(new URL(fake.net.last().url).searchParams.get('resume')).to.equal('key-1');
        });
      })();
    });

    it(
      'RTN15h1: fails when an open connection is told that a token is over which cannot be renewed',
      life(codec, { ...no, token: first, until: 100 }, (fake) => {
        fake.client.connect();
        fake.server.welcome();
        fake.server.say({ action: Action.disconnected, error: over });
        expect(fake.client.connection.errorReason?.code).to.equal(40171);
        expect(fake.client.connection.state).to.equal('failed');
      }),
    );

    it('a key is not exchanged for a token because the server complains of one', () => {
      life(codec, { until: 100 }, (fake) => {
        fake.client.connect();
        fake.server.welcome();
        fake.server.say({ action: Action.disconnected, error: over });
        expect(fake.client.connection.errorReason?.code).to.equal(40142);
        expect(fake.client.connection.state).to.equal('failed');
      })();
    });

    for (const [what, answer] of [
      ['throws', () => new Error('out of order')],
      ['answers what is no token', () => ({ nothing: 1 })],
    ] as const)
      it(`RSA4c, RSA4c1, RSA4c2: an attempt whose authCallback ${what} has failed, and the next follows`, () => {
        const { asked, authCallback } = callback((n) => (n === 1 ? answer() : tokens[n]));
        life(codec, { ...no, authCallback, until: 20_000 }, (fake) => {
          const seen = steps(fake);
          fake.client.connect();
          fake.at(11, () => {
            expect(seen).to.deep.equal(['connecting', 'disconnected 80019']);
            const { errorReason } = fake.client.connection;
            expect(errorReason).to.deep.include({ code: 80019, statusCode: 401 });
            expect(errorReason?.cause).to.deep.include({ code: 40170, statusCode: 401 });
          });
          fake.at(13_530, () => {
            fake.server.welcome();
            expect([seen.slice(2), asked.length]).to.deep.equal([['connecting 80019', 'connected'], 2]);
            expect(fake.client.connection.errorReason).to.equal(undefined);
          });
        })();
      });

    it('RSA4c: an authCallback that does not answer is given up after realtimeRequestTimeout, and told so', () => {
      const asked: AbortSignal[] = [];
      const authCallback: AuthCallback = (_, __, signal) => {
        asked.push(signal);
        return NEVER;
      };
      life(codec, { ...no, authCallback, until: 10_001 }, (fake) => {
        const seen = steps(fake);
        fake.client.connect();
        fake.at(9_999, () => {
          expect([seen, asked[0]?.aborted]).to.deep.equal([['connecting'], false]);
        });
        fake.at(10_000, () => {
          expect([seen, asked[0]?.aborted]).to.deep.equal([['connecting', 'disconnected 80019'], true]);
        });
      })();
    });

    for (const [what, thrown] of [
      ['an error of statusCode 403', new ErrorInfo('banned', { code: 40300, statusCode: 403 })],
      ['what looks like one', Object.assign(new Error('banned'), { statusCode: 403 })],
      ['StopRetrying', new StopRetrying()],
    ] as const)
      it(`RSA4d: fails for good when the authCallback gives ${what}`, () => {
        const { asked, authCallback } = callback(() => thrown);
        life(codec, { ...no, authCallback, until: 60_000 }, (fake) => {
          const seen = steps(fake);
          fake.client.connect();
          fake.at(59_999, () => {
            expect([seen, asked.length]).to.deep.equal([['connecting', 'failed 80019'], 1]);
            const { errorReason } = fake.client.connection;
            expect(errorReason).to.deep.include({ code: 80019, statusCode: 403 });
            expect(errorReason?.cause).to.be.instanceOf(ErrorInfo);
          });
        })();
      });

    it('RSA4b1, RSA16d: dials with a new token where the old one is known to be over', () => {
      const { authCallback } = callback((n) => ({ token: tokens[n - 1], expires: n * 1000 }));
      life(codec, { ...no, authCallback, until: 3000, queryTime: true, fetch: timeIs(0) }, (fake) => {
        void fake.client.auth.createTokenRequest({}, { key: 'app.key:secret', queryTime: true });
        fake.client.connect();
        fake.at(20, fake.server.welcome);
        fake.at(30, () => void fake.client.close());
        fake.at(31, () => {
          fake.server.say({ action: Action.closed });
        });
        fake.at(1100, () => {
          fake.client.connect();
        });
        fake.at(1105, () => {
          expect(fake.client.auth.tokenDetails === null).to.equal(true); // RSA16d
        });
        fake.at(1200, () => {
          expect(shown(fake)).to.deep.equal([first, second]);
        });
      })();
    });

    it('RSA4b1: renews in band before the token is over, and once only', () => {
      const { asked, authCallback } = callback((n) => ({ token: tokens[n - 1], expires: n * 100_000 }));
      life(codec, { ...no, authCallback, until: 100_000, fetch: timeIs(0) }, (fake) => {
        void fake.client.auth.createTokenRequest({}, { key: 'app.key:secret', queryTime: true });
        fake.client.connect();
        fake.at(20, fake.server.welcome);
        for (let ms = 10_000; ms < 100_000; ms += 10_000)
          fake.at(ms, () => {
            fake.server.say({ action: Action.heartbeat });
          });
        fake.at(89_999, () => {
          expect(asked).to.have.length(1);
        });
        fake.at(90_050, () => {
          expect(fake.server.heard().filter(({ action }) => action === 'AUTH')).to.deep.equal([
            { action: 'AUTH', auth: { accessToken: second } },
          ]);
          fake.server.greet();
        });
        fake.at(99_999, () => {
          expect([asked.length, fake.net.dialled.length]).to.deep.equal([2, 1]);
        });
      })();
    });

    it('RSA15a, RSA15c: fails when a token is for another clientId, before it is shown', () => {
      const given: readonly TokenDetails[] = [{ token: first, clientId: 'somebody else' }];
      for (const options of [
        { tokenDetails: given[0] },
        { authCallback: callback(() => given[0]).authCallback },
      ])
        life(codec, { ...no, ...options, clientId: 'me', until: 100 }, (fake) => {
          fake.client.connect();
          fake.at(50, () => {
            expect([fake.client.connection.state, fake.net.dialled.length]).to.deep.equal(['failed', 0]);
            expect(fake.client.connection.errorReason).to.deep.include({ code: 40102, statusCode: 401 });
          });
        })();
    });

    it(
      'RSA15a, RSA15c: fails when the server takes the client for another one',
      life(codec, { ...no, token: first, clientId: 'me', until: 100 }, (fake) => {
        fake.client.connect();
        fake.server.welcome('id-1', { connectionDetails: { ...fake.details, clientId: 'somebody else' } });
        expect(fake.client.connection.state).to.equal('failed');
        expect(fake.client.connection.errorReason).to.deep.include({ code: 40102, statusCode: 401 });
      }),
    );

    it('RSA15b: a wildcard is good for any clientId', () => {
      life(
        codec,
        { ...no, tokenDetails: { token: first, clientId: '*' }, clientId: 'me', until: 100 },
        (fake) => {
          fake.client.connect();
          fake.server.welcome('id-1', { connectionDetails: { ...fake.details, clientId: '*' } });
          expect([fake.client.connection.state, fake.client.clientId]).to.deep.equal(['connected', 'me']);
        },
      )();
    });

    it(
      'RSA7e1, RTN2d: the clientId goes into the URL',
      life(codec, { ...no, token: first, clientId: 'mé', until: 100 }, ({ client, net }) => {
        client.connect();
        expect(new URL(net.last().url).searchParams.get('clientId')).to.equal('mé');
      }),
    );

    const identified = (clientId: string | undefined, expected: string | null) =>
      life(codec, { ...no, token: first, until: 100 }, ({ client, server, details }) => {
        client.connect();
        server.welcome('id-1', {
          connectionDetails: { ...details, ...(clientId !== undefined && { clientId }) },
        });
        expect([client.auth.clientId, client.clientId]).to.deep.equal([expected, expected]);
      });
    it('RSA7b3, RTC4a: auth.clientId is what CONNECTED says', identified('confirmed', 'confirmed'));
    it('RSA7b4: auth.clientId is "*" when CONNECTED says so', identified('*', '*'));
    it('RSA12a: auth.clientId is null when CONNECTED names nobody', identified(undefined, null));

    it('RSA16c, RSA16d: tokenDetails$ tells of each token, and when it does not hold any more', () => {
      const seen: unknown[] = [];
      const { authCallback } = callback();
      life(codec, { ...no, authCallback, until: 1000 }, (fake) => {
        fake.client.auth.tokenDetails$.subscribe({
          next: (details) => seen.push(details?.token ?? null),
          complete: () => seen.push('completed'),
        });
        fake.client.connect();
        fake.at(50, fake.server.welcome);
        fake.at(100, () => {
          fake.server.say({ action: Action.disconnected, error: over });
        });
        fake.at(200, fake.server.welcome);
      })();
      expect(seen).to.deep.equal([null, first, null, second, 'completed']);
    });

    it('gives the authCallback up when the client is closed or disposed of meanwhile', () => {
      for (const end of ['close', 'dispose'] as const) {
        const { asked, authCallback } = callback();
        life(codec, { ...no, authCallback, until: 100 }, (fake) => {
          fake.client.connect();
          fake.at(5, () => void fake.client[end]());
          fake.at(6, () => {
            expect(asked.map(({ aborted }) => aborted)).to.deep.equal([true]);
            expect(fake.client.connection.state).to.equal('closed');
          });
          fake.at(99, () => {
            expect(fake.net.dialled).to.have.length(0);
          });
        })();
      }
    });

    it('tries again after a failed authCallback of each kind, with the third token', () => {
      const { authCallback } = callback((n) => (n < 3 ? throwError(() => new Error('not yet')) : third));
      life(codec, { ...no, authCallback, until: 40_000 }, (fake) => {
        fake.client.connect();
        fake.at(39_999, () => {
          expect(shown(fake)).to.deep.equal([third]);
        });
      })();
    });
  });

/** A server whose clock stands at `ms` when virtual time begins, and goes with it. */
function timeIs(ms: number): typeof fetch {
  return (() => {
    const answer = { ok: true, status: 200, headers: new Headers(), text: () => kept(`[${ms}]`) };
    return kept(answer);
  }) as unknown as typeof fetch;
}
/** A promise that is kept at once. */
const kept = (value: unknown) => ({
  then: (next: (value: unknown) => unknown) => kept(next(value)),
});
