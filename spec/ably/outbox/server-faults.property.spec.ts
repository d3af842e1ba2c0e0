import { expect } from 'chai';
import fc from 'fast-check';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { json } from '../../../lib/codec/json.js';
import { type EmulatedConnection, type Emulator, inMemory } from '../../../lib/emulator/index.js';
import { RealtimeClient } from '../../../lib/index.js';
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
};
const refusals: Readonly<Record<string, (emulator: Emulator) => void>> = {
  refuse: (emulator) => emulator.refuse('drop'),
  admit: (emulator) => emulator.refuse(false),
};
const span = 60_000;
const what = fc.oneof(
  { arbitrary: fc.constantFrom('publish', 'publish and drop'), weight: 6 },
  { arbitrary: fc.constantFrom('enter', ...Object.keys(refusals)), weight: 3 },
  { arbitrary: fc.constantFrom(...Object.keys(faults)), weight: 10 },
);
const plans = fc.record({
  seed: fc.integer(),
  queueMessages: fc.boolean(),
  connectionStateTtl: fc.constantFrom(1, 5000, 20_000),
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
async function live({ seed, queueMessages, connectionStateTtl, events }: Plan): Promise<readonly string[]> {
  const [clock, chance] = [new VirtualClock(), chanceOf(seed)];
  const shared = { scheduler: clock, random: chance };
  const limits = { connectionStateTtl, maxIdleInterval: 5000, latency: 20 };
  const { emulator, webSocketCtor, key } = inMemory({ ...shared, ...limits });
  const witness = witnessOf(emulator, ['a']);
  const client = new RealtimeClient({
    ...{ ...impatient, ...shared, key, codec: json, webSocketCtor, queueMessages, clientId: 'ann' },
  });
  const channel = client.channel('a');
  const ended = channel.messages$.subscribe();
  const publishes: Publish[] = [];
  const publish = (): void => {
    const made: Publish = {
      data: `no. ${publishes.length}`,
      settled: 0,
      serial: undefined,
      error: undefined,
    };
    publishes.push(made);
    channel.publish('n', made.data).then(
      ({ serials: [serial] }) => Object.assign(made, { settled: made.settled + 1, serial }),
      (error: ErrorInfo) => Object.assign(made, { settled: made.settled + 1, error }),
    );
  };
  const own = (): EmulatedConnection | undefined =>
    emulator.connections.find(({ id }) => id === client.connection.id);
  for (const event of [...events].sort((one, other) => one.at - other.at)) {
    await clock.runTo(event.at);
    const connection = own();
    if (event.what.startsWith('publish')) publish();
    if (event.what === 'publish and drop') connection?.drop(); // before it has arrived
    if (event.what === 'enter') channel.presence.enter(`${event.at}`).catch(() => undefined);
    else if (connection) faults[event.what]?.(connection);
    refusals[event.what]?.(emulator);
  }
  await clock.runTo(span);
  emulator.refuse(false);
  own()?.drop(); // the next transport has none of its faults
  await clock.runTo(2 * span);
  publish();
  publish();
  await clock.runTo(2 * span + 5000);
  await settling();
  const last = publishes.slice(-2).flatMap(({ error }) => error?.message ?? []);
  const problems = publishes.flatMap((each) => problemsOf(each, witness.get('a') ?? []));
  ended.unsubscribe();
  await client.dispose();
  emulator.dispose();
  await clock.runTo(3 * span);
  return [...last, ...problems];
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
  it('RTN7, RTN19a: settle once, by what became of them, and go on when there are none', () =>
    fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        expect(await live(plan)).to.deep.equal([]);
      }),
      runs(120, 7),
    )).timeout(timeLimit(4000));
});
