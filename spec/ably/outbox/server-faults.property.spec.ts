import { expect } from 'chai';
import fc from 'fast-check';
import { map, NEVER, type Observable, Subject, throwError, timer } from 'rxjs';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { json } from '../../../lib/codec/json.js';
import { type EmulatedConnection, type Emulator, inMemory } from '../../../lib/emulator/index.js';
import { type Lifecycle, RealtimeClient } from '../../../lib/index.js';
import { chanceOf } from '../../support/chaos/chance.js';
import { impatient } from '../../support/chaos/impatient.js';
import { runs, timeLimit } from '../../support/chaos/replay.js';
import { VirtualClock } from '../../support/chaos/virtual-clock.js';
import { witnessOf } from '../../support/chaos/witness.js';
import { settling } from '../../support/settling.js';

/** Faults that the server makes, on the connection that the client has at that time. */
const faults: Readonly<Record<string, (connection: EmulatedConnection) => void>> = {
  drop: (connection) => connection.drop(),
  close: (connection) => connection.close(1001),
  silence: (connection) => connection.silence(),
  'silence no more': (connection) => connection.silence(false),
  'hold ACKs': (connection) => connection.holdAcks(true),
  'send them': (connection) => connection.holdAcks(false),
  delay: (connection) => connection.delay(2000),
  'delay no more': (connection) => connection.delay(0),
  nack: (connection) => connection.nack(),
  forget: (connection) => connection.forget(),
  'ignore presence': (connection) => connection.ignorePresence(),
  'ask for a token': (connection) => connection.requestAuth(),
  'expire the token': (connection) => connection.status.hasToken && connection.expireToken(),
};
const refusals: Readonly<Record<string, (emulator: Emulator) => void>> = {
  refuse: (emulator) => emulator.refuse('drop'),
  admit: (emulator) => emulator.refuse(false),
  revoke: (emulator) => emulator.revoke('clientId:ann'),
};
/** How whoever gives tokens answers from then on. */
const moods = ['gives tokens', 'gives none', 'is silent'] as const;
const deeds: Readonly<Record<string, (client: RealtimeClient) => void>> = {
  close: (client) => void client.close(),
  connect: (client) => client.connect(),
};
const signs: readonly Lifecycle[] = ['offline', 'online'];
const span = 60_000;
const what = fc.oneof(
  { arbitrary: fc.constantFrom('publish', 'publish and drop', 'take back', 'authorize'), weight: 8 },
  { arbitrary: fc.constantFrom('enter', ...Object.keys(refusals)), weight: 3 },
  { arbitrary: fc.constantFrom('connect', 'gives tokens', 'online'), weight: 3 },
  { arbitrary: fc.constantFrom('close', 'gives none', 'is silent', 'offline'), weight: 2 },
  { arbitrary: fc.constantFrom(...Object.keys(faults)), weight: 10 },
);
const plans = fc.record({
  seed: fc.integer(),
  queueMessages: fc.boolean(),
  connectionStateTtl: fc.constantFrom(1, 5000, 20_000),
  /** How long its tokens live, or that it has a key. */
  tokens: fc.constantFrom(undefined, 4000, 20_000, 3_600_000),
  events: fc.array(fc.record({ at: fc.nat(span), what }), { minLength: 10, maxLength: 50, size: 'max' }),
});
type Plan = typeof plans extends fc.Arbitrary<infer T> ? T : never;

/** A publish, and how often and with what it has settled. */
interface Publish {
  readonly data: string;
  settled: number;
  serial: string | null | undefined;
  error: ErrorInfo | undefined;
}

/** Lives a plan, then half a minute without faults and two last publishes. Returns what is wrong. */
async function live(plan: Plan): Promise<readonly string[]> {
  const { seed, queueMessages, connectionStateTtl, tokens, events } = plan;
  const [clock, chance] = [new VirtualClock(), chanceOf(seed)];
  const shared = { scheduler: clock, random: chance };
  const limits = { connectionStateTtl, maxIdleInterval: 5000, latency: 20, renewalNotice: 1000 };
  const { emulator, webSocketCtor, key } = inMemory({ ...shared, ...limits });
  const witness = witnessOf(emulator, ['a']);
  let mood = 'gives tokens';
  const authCallback = (): Observable<unknown> => {
    if (mood === 'is silent') return NEVER;
    if (mood === 'gives none') return throwError(() => new Error('no token'));
    return timer(chance() * 500, clock).pipe(
      map(() => emulator.issueToken({ clientId: 'ann', ttl: tokens! })),
    );
  };
  const lifecycle$ = new Subject<Lifecycle>();
  const client = new RealtimeClient({
    ...{ ...impatient, ...shared, codec: json, webSocketCtor, queueMessages, clientId: 'ann', lifecycle$ },
    ...(tokens === undefined ? { key } : { authCallback }),
  });
  const channel = client.channel('a');
  const ended = channel.messages$.subscribe();
  const publishes: Publish[] = [];
  const publish = (signal?: AbortSignal): void => {
    const made: Publish = {
      data: `no. ${publishes.length}`,
      settled: 0,
      serial: undefined,
      error: undefined,
    };
    publishes.push(made);
    channel.publish({ name: 'n', data: made.data }, { signal }).then(
      ({ serials: [serial] }) => Object.assign(made, { settled: made.settled + 1, serial }),
      (error: ErrorInfo) => Object.assign(made, { settled: made.settled + 1, error }),
    );
  };
  const takeBack = (): void => {
    const controller = new AbortController();
    publish(controller.signal);
    clock.schedule(() => controller.abort(), chance() * 3000);
  };
  const { authorize, isOpen, wrong } = authorizationsOf(client);
  const own = (): EmulatedConnection | undefined =>
    emulator.connections.find(({ id }) => id === client.connection.id);
  for (const event of [...events].sort((one, other) => one.at - other.at)) {
    await clock.runTo(event.at);
    const connection = own();
    if (event.what.startsWith('publish')) publish();
    if (event.what === 'take back') takeBack();
    if (event.what === 'publish and drop') connection?.drop(); // before it has arrived
    if (event.what === 'enter') channel.presence.enter(`${event.at}`).catch(() => undefined);
    else if (connection) faults[event.what]?.(connection);
    refusals[event.what]?.(emulator);
    deeds[event.what]?.(client);
    if (event.what === 'authorize' && tokens !== undefined) void authorize();
    mood = moods.find((each) => each === event.what) ?? mood;
    const sign = signs.find((each) => each === event.what);
    if (sign) lifecycle$.next(sign);
  }
  await clock.runTo(span);
  emulator.refuse(false);
  mood = 'gives tokens';
  lifecycle$.next('online');
  client.connect();
  own()?.drop(); // the next transport has none of its faults
  await clock.runTo(2 * span);
  publish();
  publish();
  if (tokens !== undefined)
    authorize().catch((error: unknown) => wrong.push(`the last authorization was refused: ${String(error)}`));
  await clock.runTo(2 * span + 5000);
  await settling();
  const last = publishes.slice(-2).flatMap(({ error }) => error?.message ?? []);
  const problems = publishes.flatMap((each) => problemsOf(each, witness.get('a') ?? []));
  if (isOpen()) wrong.push('an authorization has not settled');
  ended.unsubscribe();
  await client.dispose();
  emulator.dispose();
  await clock.runTo(3 * span);
  return [...last, ...problems, ...wrong];
}

/** Authorizes, and looks whether each authorization settles, with the token of the connection. */
function authorizationsOf({ auth, connection }: RealtimeClient) {
  const open = new Set<Promise<unknown>>();
  const wrong: string[] = [];
  const authorize = (): Promise<unknown> => {
    const done = auth.authorize();
    const settle = (): void => void open.delete(done);
    open.add(done);
    done.then(({ token }) => {
      settle();
      if (token !== auth.tokenDetails?.token) wrong.push('authorize() resolved with another token');
      if (connection.state !== 'connected') wrong.push(`authorize() resolved while ${connection.state}`);
    }, settle);
    return done;
  };
  return { authorize, isOpen: () => open.size > 0, wrong };
}

function problemsOf(
  { data, settled, serial, error }: Publish,
  accepted: readonly { readonly data: string; readonly serial: string }[],
): readonly string[] {
  const serials = accepted.filter((message) => message.data === data).map((message) => message.serial);
  return [
    ...(settled === 1 ? [] : [`${data} has settled ${settled} times`]),
    ...(serials.length > 1 ? [`${data} was accepted ${serials.length} times`] : []),
    ...(error || serials.includes(serial ?? '') ? [] : [`${data} is acknowledged under another serial`]),
    ...(error && !error.uncertain && serials.length > 0 ? [`${data} was refused and accepted`] : []),
  ];
}

describe('publishes to a server that makes faults', () => {
  it('RTN7, RTN19a, RTC8: settle once, by what became of them, and go on when there are none', () =>
    fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        expect(await live(plan)).to.deep.equal([]);
      }),
      runs(120, 7),
    )).timeout(timeLimit(4000));
});
