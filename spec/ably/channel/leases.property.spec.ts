import { expect } from 'chai';
import fc from 'fast-check';
import { defer, retry, type Subscription } from 'rxjs';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { Codec } from '../../../lib/codec/codec.js';
import { vcdiff } from '../../../lib/vcdiff.js';
import { runs, timeLimit } from '../../support/chaos/replay.js';
import { channelServer, type Delay } from '../../support/channel-server.js';
import { codecs, fakeAbly } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';
import { unhandledDuring } from '../../support/unhandled.js';
import { virtually } from '../../support/virtual-time.js';

const deeds = [
  ...(['subscribe', 'subscribe', 'cling', 'unsubscribe', 'unsubscribe', 'leave', 'switch'] as const),
  ...(['attach', 'attach', 'detach', 'release', 'release and come back', 'broken delta'] as const),
  ...([
    'publish',
    'set options',
    'close',
    'connect',
    'server detach',
    'channel error',
    'drop',
    'lose',
  ] as const),
];
type Deed = readonly [deed: (typeof deeds)[number], channel: number, pause: number];
interface Plan {
  readonly rounds: readonly (readonly Deed[])[];
  readonly delays: readonly Delay[];
}

const names = ['a', 'b', 'c'];
const pauses = [0, 0, 0, 1, 2, 5, 25, 130];
const delays: readonly Delay[] = [0, 1, 1, 2, 5, 20, 130, 'never'];
const plans: fc.Arbitrary<Plan> = fc.record({
  rounds: fc.array(
    fc.array(fc.tuple(fc.constantFrom(...deeds), fc.nat(names.length - 1), fc.constantFrom(...pauses)), {
      minLength: 1,
      maxLength: 8,
      size: 'max',
    }),
    { minLength: 20, maxLength: 20 },
  ),
  delays: fc.array(fc.constantFrom(...delays), { minLength: 1, maxLength: 40, size: 'max' }),
});
const requestTimeout = 100;
/** RTL4b: where nothing can be attached. */
const unattachable: readonly string[] = ['closing', 'closed', 'suspended', 'failed'];
/** A delta that nobody can undo, without what it would be against. */
const brokenDelta = { action: Action.message, id: 'm', messages: [{ data: 'x', encoding: 'vcdiff' }] };
/** So long after the last deed of a round everything has been answered, given up and tried again. */
const quiet = 1500;

/** What is wrong about a plan: what the server notes, and where what it has is not what is wanted after a round. */
function problemsOf({ rounds, delays: tape }: Plan, codec: Codec): readonly string[] {
  const problems: string[] = [];
  virtually(({ scheduler, flush }) => {
    let [calm, drawn, changes] = [false, 0, 0];
    const delay = (): Delay => (calm ? 1 : (tape[drawn++ % tape.length] ?? 1));
    const server = channelServer({ codec, scheduler, requestTimeout, delay });
    const { client } = fakeAbly(codec, {
      ...{ scheduler, webSocketCtor: server.ctor, detachGrace: 20, realtimeRequestTimeout: requestTimeout },
      ...{ channelRetryTimeout: 50, disconnectedRetryTimeout: 10, suspendedRetryTimeout: 10, vcdiff },
    });
    const held = new Map<string, Subscription[]>(names.map((name) => [name, []]));
    /** Where `attach()` holds a lease, and where `detach()` has sent away whoever was there. */
    const [attached, dismissed] = [new Set<string>(), new Set<string>()];
    const leasesOf = (name: string): Subscription[] => held.get(name) ?? [];
    const take = (name: string, retries = 0): void => {
      const messages$ = defer(() => {
        dismissed.delete(name);
        return client.channel(name).messages$;
      });
      leasesOf(name).push(messages$.pipe(retry(retries)).subscribe({ error: ignore }));
    };
    const leave = (name: string): void => {
      for (const lease of leasesOf(name).splice(0)) lease.unsubscribe();
    };
    const attach = (name: string): void => {
      if (!unattachable.includes(client.connection.state)) {
        attached.add(name);
        dismissed.delete(name);
      }
      client.channel(name).attach().catch(ignore);
    };
    const detach = (name: string): void => {
      if (client.channel(name).state !== 'failed') {
        attached.delete(name);
        dismissed.add(name);
      }
      client.channel(name).detach().catch(ignore);
    };
    const watch = (name: string): void => {
      const channel = client.channel(name);
      channel.changes$.subscribe(({ previous, current }) => {
        if (client.channels.get(name) !== channel) return; // released
        if (current === 'failed') attached.delete(name);
        if (previous === 'detaching' && current.startsWith('attach')) dismissed.delete(name); // RTL5f
      });
    };
    names.forEach(watch);
    const release = (name: string): void => {
      void client.releaseChannel(name); // nobody awaits it
      attached.delete(name);
      dismissed.delete(name);
      watch(name);
    };
    const enact = ([deed, index]: Deed): void => {
      const name = names[index] ?? '';
      const other = names[(index + 1) % names.length] ?? '';
      const socket = server.sockets.at(-1);
      const isAttached = socket?.attached.has(name);
      if (deed === 'subscribe') take(name);
      if (deed === 'cling') take(name, Infinity);
      if (deed === 'unsubscribe') leasesOf(name).pop()?.unsubscribe();
      if (deed === 'leave') leave(name);
      if (deed === 'switch') {
        leave(name);
        take(other);
      }
      if (deed === 'attach') attach(name);
      if (deed === 'detach') detach(name);
      if (deed === 'release') release(name);
      if (deed === 'release and come back') {
        release(name);
        take(name);
      }
      if (deed === 'broken delta' && isAttached) socket?.say({ ...brokenDelta, channel: name });
      if (deed === 'publish') void client.channel(name).publish('n', 'x'); // nobody awaits it
      if (deed === 'set options')
        client
          .channel(name)
          .setOptions({ params: { change: (changes += 1) } })
          .catch(ignore);
      if (deed === 'close') void client.close();
      if (deed === 'connect') client.connect();
      if (deed === 'drop' || deed === 'lose') socket?.fail();
      if (deed === 'lose') server.forget();
      if (deed === 'server detach' && isAttached) socket?.say({ action: Action.detached, channel: name });
      if (deed === 'channel error' && isAttached)
        socket?.say({ action: Action.error, channel: name, error: { code: 40160, statusCode: 401 } });
    };
    const compare = (): void => {
      const isHeard = (name: string): boolean => leasesOf(name).some(({ closed }) => !closed);
      const wanted = names.filter((name) => attached.has(name) || (isHeard(name) && !dismissed.has(name)));
      const has = names.filter((name) => server.sockets.at(-1)?.attached.has(name));
      const says = names.filter((name) => client.channel(name).state === 'attached');
      const open = server.sockets.filter(({ readyState }) => readyState <= 1).length;
      const found = JSON.stringify([client.connection.state, open, has, says]);
      const hoped = JSON.stringify(['connected', 1, wanted, wanted]);
      if (found !== hoped) problems.push(`${found} instead of ${hoped} at ${scheduler.now()}`);
    };
    const inTurn = rounds.flatMap((round) => [
      ...round.map((deed) => [deed[2], () => ((calm = false), enact(deed))] as const),
      [0, () => ((calm = true), client.connect())] as const,
      [quiet, compare] as const,
    ]);
    const goOn = (turn: number): void => {
      const [pause, deed] = inTurn[turn] ?? [0, () => void client.dispose()];
      scheduler.schedule(() => {
        deed();
        if (turn < inTurn.length) goOn(turn + 1);
      }, pause);
    };
    goOn(0);
    flush();
    problems.push(...server.problems);
    if (problems.length > 0) problems.push(...server.sent);
  })();
  return problems;
}

/** Four times 63 lives of 20 sequences each, in either codec: 10,080 sequences. */
for (const codec of codecs)
  describe(`leases of channels, ${codec.format}`, () => {
    for (const seed of [1, 2, 3, 4])
      it(`RTL4, RTL5: one request at a time, and in the end the server has what is wanted; 1260 sequences from seed ${seed}`, async () => {
        const property = fc.property(plans, (plan) => {
          expect(problemsOf(plan, codec).join('\n')).to.equal('');
        });
        const unhandled = await unhandledDuring(() => {
          fc.assert(property, runs(63, seed));
        });
        expect(unhandled).to.deep.equal([]);
      }).timeout(timeLimit(1000));
  });
