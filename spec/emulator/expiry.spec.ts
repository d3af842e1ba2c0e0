import { expect } from 'chai';
import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Action } from '../../lib/ably/wire/actions.js';
import { createEmulator, type Emulator, type EmulatorOptions } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient } from './fake-client.js';
import { ask, bearer } from './fake-http.js';

interface Virtual {
  readonly emulator: Emulator;
  /** With the token of what is asked for. */
  readonly connect: (params?: Parameters<Emulator['issueToken']>[0], more?: object) => FakeClient;
  readonly after: (ms: number, act: () => void) => void;
}

/** Runs in virtual time, and looks at the end whether all was reached. */
const virtually =
  (body: (virtual: Virtual) => void, options: EmulatorOptions = {}) =>
  (): void => {
    let [planned, done] = [0, 0];
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(() => {
      const emulator = createEmulator({ maxIdleInterval: 0, ...options });
      body({
        emulator,
        connect: (params, more) =>
          connectTo(emulator, { key: undefined, accessToken: emulator.issueToken(params).token, ...more }),
        after: (ms, act) => {
          planned += 1;
          timer(ms).subscribe(() => {
            act();
            done += 1;
          });
        },
      });
    });
    expect(done).equal(planned);
  };

const actions = ({ frames }: FakeClient) => frames.map(({ action }) => action);
const [connected, auth, disconnected] = ['CONNECTED', 'AUTH', 'DISCONNECTED'] as const;

describe('emulator: tokens that end', () => {
  it(
    'RTN22, RTN22a, RTN15h: asks for another token half a minute before, then disconnects',
    virtually(({ connect, after }) => {
      const client = connect();
      after(3_569_999, () => expect(actions(client)).deep.equal([connected]));
      after(3_570_001, () => expect(actions(client)).deep.equal([connected, auth]));
      after(3_599_999, () => expect(client.end).equal(undefined));
      after(3_600_001, () => {
        expect(actions(client)).deep.equal([connected, auth, disconnected]);
        expect(client.last()?.error).include({ code: 40142, statusCode: 401 });
        expect(client.end?.code).equal(1000);
      });
    }),
  );

  it(
    'RTN22: does not ask where no more than the notice is left',
    virtually(({ connect, after }) => {
      const client = connect({ ttl: 30_000 });
      after(30_001, () => expect(actions(client)).deep.equal([connected, disconnected]));
    }),
  );

  it(
    'asks as early as it is told to',
    virtually(
      ({ connect, after }) => {
        const client = connect({ ttl: 1000 });
        after(399, () => expect(actions(client)).deep.equal([connected]));
        after(401, () => expect(actions(client)).deep.equal([connected, auth]));
      },
      { renewalNotice: 600 },
    ),
  );

  it(
    'requests no token when renewalNotice is 0',
    virtually(
      ({ connect, after }) => {
        const client = connect({ ttl: 1000 });
        after(1001, () => expect(actions(client)).deep.equal([connected, disconnected]));
      },
      { renewalNotice: 0 },
    ),
  );

  it(
    'RTC8a: a new token in time replaces the old one’s end by its own',
    virtually(({ emulator, connect, after }) => {
      const client = connect({ ttl: 1000 });
      after(900, () =>
        client.send({ action: Action.auth, auth: { accessToken: emulator.issueToken({ ttl: 1000 }).token } }),
      );
      after(1899, () => expect(actions(client)).deep.equal([connected, connected]));
      after(1901, () => expect(actions(client)).deep.equal([connected, connected, disconnected]));
    }),
  );

  it(
    'each in its order, whatever the order of their coming',
    virtually(({ emulator, connect, after }) => {
      const clients = [300, 100, 200, 1].map((ttl) => connect({ ttl }));
      const ended = () => clients.map(({ end }) => end !== undefined);
      after(50, () => expect(ended()).deep.equal([false, false, false, true]));
      after(150, () => expect(ended()).deep.equal([false, true, false, true]));
      after(250, () => expect(ended()).deep.equal([false, true, true, true]));
      after(350, () => expect(emulator.connections).deep.equal([]));
    }),
  );

  it(
    'RTN15h2: keeps the state for a resume with another token; the old one is told that it has expired',
    virtually(({ emulator, connect, after }) => {
      const { token } = emulator.issueToken({ ttl: 1000 });
      const client = connectTo(emulator, { key: undefined, accessToken: token });
      client.attach('chat');
      after(1500, () => {
        const refused = connectTo(emulator, { key: undefined, accessToken: token, resume: client.key() });
        expect(refused.last()).nested.include({ action: 'ERROR', 'error.code': 40142 });
        const resumed = connect({}, { resume: client.key() });
        expect(resumed.last()?.connectionId).equal(client.frames[0]?.connectionId);
        expect(resumed.last()).not.property('error');
        resumed.send({ action: Action.close });
      });
      after(1501, () => {
        const { status, code } = ask(emulator, '/channels/chat/messages', { headers: bearer(token) });
        expect([status, code]).deep.equal([401, 40142]);
      });
    }),
  );

  it(
    'leaves connections by key as they are, and needs no timer for them',
    virtually(({ emulator, after }) => {
      const client = connectTo(emulator);
      after(100_000_000, () => expect(actions(client)).deep.equal([connected]));
    }),
  );

  it(
    'stops its timer with the last connection that needs it',
    virtually(({ connect, emulator, after }) => {
      const client = connect({ ttl: 1 });
      after(2, () => expect(client.end?.code).equal(1000));
      after(3, () => emulator.issueToken());
    }),
  );

  it(
    'tells a half-open connection nothing until it is open again',
    virtually(({ emulator, connect, after }) => {
      const client = connect({ ttl: 1000 });
      emulator.connections[0]?.silence();
      after(2000, () => {
        expect([actions(client), client.end]).deep.equal([[connected], undefined]);
        emulator.connections[0]?.silence(false);
        expect(actions(client)).deep.equal([connected, disconnected]);
        expect(client.end?.code).equal(1000);
      });
    }),
  );

  describe('on request', () => {
    it(
      'expires a token at once: for this connection, others by it, and those to come',
      virtually(({ emulator }) => {
        const { token } = emulator.issueToken();
        const params = { key: undefined, accessToken: token };
        const [client, twin, other] = [params, params, {}].map((given) => connectTo(emulator, given));
        emulator.connections[0]?.expireToken();
        for (const ended of [client, twin])
          expect(ended?.last()).nested.include({ action: disconnected, 'error.code': 40142 });
        expect([client?.end?.code, other?.end]).deep.equal([1000, undefined]);
        expect(connectTo(emulator, params).last()?.error?.code).equal(40142);
      }),
    );

    it(
      'expires a JWT, too',
      virtually(({ emulator }) => {
        const params = { key: undefined, accessToken: emulator.issueJwt() };
        connectTo(emulator, params);
        emulator.connections[0]?.expireToken();
        expect(connectTo(emulator, params).last()?.error?.code).equal(40142);
      }),
    );

    it(
      'says that a key does not expire',
      virtually(({ emulator }) => {
        connectTo(emulator);
        expect(() => emulator.connections[0]?.expireToken()).throw(TypeError, /connect with a token/);
      }),
    );

    it(
      'RTN22: asks for another token now',
      virtually(({ emulator }) => {
        const client = connectTo(emulator);
        emulator.connections[0]?.requestAuth();
        expect(client.last()).deep.equal({ action: auth });
      }),
    );
  });
});
