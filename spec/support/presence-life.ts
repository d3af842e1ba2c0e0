import fc from 'fast-check';
import { type SchedulerLike, Subject, type Subscription } from 'rxjs';
import type { Emulator } from '../../lib/emulator/index.js';
import type { PresenceMessage, RealtimeClient } from '../../lib/index.js';
import type { Afflicted, Fault } from './chaos/fault.js';
import { faults } from './chaos/fault.js';
import { follow } from './presence-model.js';

/** What a client says of itself, on its own or by one of two holds. */
interface Word {
  readonly type: 'enter' | 'update' | 'leave' | 'hold' | 'say' | 'end';
  readonly slot: 0 | 1;
}

/** What somebody does, or suffers. */
type Act =
  | Word
  | { readonly type: 'detach' | 'reattach' | 'sync' | 'hold sync' | 'release sync' }
  | { readonly type: 'go away' | 'come back' }
  | { readonly type: 'bot comes' | 'bot goes'; readonly bot: number }
  | { readonly type: 'fault'; readonly fault: Afflicted };

const words = [
  'enter',
  'update',
  'update',
  'update',
  'leave',
  'leave',
  'hold',
  'hold',
  'say',
  'say',
  'end',
  'end',
] as const;

/** One of two clients that are present on a channel, and what happens to it; times in ms. */
export interface PresencePlan {
  readonly seed: number;
  readonly acts: readonly (readonly [at: number, by: 0 | 1, act: Act])[];
}

/** Two clients that come, go and hold for `span` ms, with faults of up to `most` ms each. */
export const presencePlans = (span: number, most: number): fc.Arbitrary<PresencePlan> => {
  const who = fc.constantFrom<0 | 1>(0, 1);
  const act: fc.Arbitrary<Act> = fc.oneof(
    { weight: 11, arbitrary: fc.record<Word>({ type: fc.constantFrom(...words), slot: who }) },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constantFrom('detach', 'reattach', 'sync', 'hold sync', 'release sync'),
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('go away', 'come back') }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('bot comes', 'bot goes'), bot: fc.nat(3) }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('fault'), fault: faults(most) }) },
    { weight: 1, arbitrary: fc.constant({ type: 'fault', fault: { type: 'forget' } }) },
  );
  const acts = fc.array(fc.tuple(fc.nat(span), who, act), { minLength: 10, maxLength: 50, size: 'max' });
  return fc.record({ seed: fc.integer(), acts });
};

interface Said {
  readonly data: string;
  readonly at: number;
}

/** What a client has said of itself, in the plainest way. */
class Speaker {
  readonly holds: (
    { said: Said; readonly data$: Subject<string>; readonly lease: Subscription } | undefined
  )[] = [];
  direct: Said | undefined = undefined;
  /** Whether a word of its own was refused, so that it may or may not be what counts. */
  isUnsure = false;
  readonly client: RealtimeClient;
  #count = 0;
  #last: unknown = undefined;

  constructor(client: RealtimeClient) {
    this.client = client;
  }

  get #latest() {
    return this.holds.reduce(
      (latest, hold) => (hold && (!latest || hold.said.at > latest.said.at) ? hold : latest),
      undefined,
    );
  }

  /** The data with which it is to be present, or `undefined`. */
  get expected(): string | undefined {
    return (this.#latest?.said ?? this.direct)?.data;
  }

  perform(act: Word): void {
    const { presence } = this.client.channel('a');
    const word: Said = { data: String(this.#count), at: this.#count };
    this.#count += 1;
    if (act.type === 'enter' || act.type === 'update') {
      const latest = this.#latest;
      const before = latest?.said;
      if (latest) latest.said = word;
      else this.direct = word;
      this.#sure(presence[act.type](word.data), () => {
        if (latest && before && latest.said === word) latest.said = before; // refused, it was never said by that hold
      });
    } else if (act.type === 'leave') {
      if (this.#latest) return; // a hold would bring it back some time
      this.direct = undefined;
      this.#sure(presence.leave());
    } else if (act.type === 'hold') {
      if (this.holds[act.slot]) return;
      const data$ = new Subject<string>();
      const options = act.slot === 0 ? {} : { clientId: this.client.auth.clientId ?? '' };
      const lease = presence.hold(data$, options).subscribe({
        error: () => {
          this.holds[act.slot] = undefined;
          this.isUnsure = true;
        },
      });
      this.#last = lease;
      this.isUnsure = false;
      this.direct = undefined;
      this.holds[act.slot] = { said: word, data$, lease };
      data$.next(word.data);
    } else {
      const hold = this.holds[act.slot];
      if (!hold) return;
      if (act.type === 'say') {
        hold.said = word;
        this.#last = word;
        hold.data$.next(word.data);
      } else {
        this.holds[act.slot] = undefined;
        hold.lease.unsubscribe();
      }
    }
  }

  /** Detaches the channel: a member that it has entered has left, and one that it holds comes back with the channel. */
  goAway(): void {
    const done = this.client.channel('a').detach();
    if (this.#latest) return void done.catch(() => undefined);
    this.direct = undefined;
    this.#sure(done);
  }

  comeBack(): void {
    this.client
      .channel('a')
      .attach()
      .catch(() => undefined); // it is attached in the end
  }

  /** Unless it is refused, and nothing was said after it. */
  #sure(done: Promise<void>, undo?: () => void): void {
    this.isUnsure = false;
    this.#last = done;
    done.catch(() => {
      undo?.();
      if (this.#last === done) this.isUnsure = true;
    });
  }
}

/** A client, and the network that only it is on. */
interface Inhabitant {
  readonly client: RealtimeClient;
  readonly afflict: (fault: Fault) => void;
}

interface World {
  readonly emulator: Emulator;
  readonly scheduler: SchedulerLike;
  readonly plan: PresencePlan;
}

/** Both watch from the beginning; then it goes as planned. */
export function livePresence(inhabitants: readonly Inhabitant[], { emulator, scheduler, plan }: World) {
  const speakers = inhabitants.map(({ client }) => new Speaker(client));
  const watchers = inhabitants.map(({ client }) => {
    const { presence } = client.channel('a');
    const there = new Set<string>();
    const wrong: string[] = [];
    const leases = [
      presence.members$.subscribe(),
      client.channel('a').state$.subscribe((state) => void (state === 'detached' && there.clear())), // RTP5a: without a word
      presence.events$.subscribe((event: PresenceMessage) => wrong.push(...follow([event], there))),
    ];
    return { presence, there, wrong, leases };
  });
  const suffer = ({ client, afflict }: Inhabitant, act: Act): void => {
    const connection = emulator.connections.find(({ id }) => id === client.connection.id);
    const isAttached = connection?.channels.includes('a');
    if (act.type === 'fault' && act.fault.type !== 'forget') afflict(act.fault);
    else if (act.type === 'fault') connection?.forget();
    else if (act.type === 'bot comes') emulator.presence('a').enter({ clientId: `bot ${act.bot}` });
    else if (act.type === 'bot goes')
      emulator.presence('a').leave({ clientId: `bot ${act.bot}`, data: 'bye' });
    else if (!isAttached) return;
    else if (act.type === 'detach') connection?.detach('a');
    else if (act.type === 'reattach') connection?.reattach('a');
    else if (act.type === 'sync') connection?.sync('a');
    else if (act.type === 'hold sync') connection?.holdSync('a');
    else if (act.type === 'release sync') connection?.releaseSync('a');
  };
  let calmAt = 0;
  for (const [at, by, act] of plan.acts) {
    const lasting = act.type === 'fault' && 'lasting' in act.fault ? act.fault.lasting : 0;
    calmAt = Math.max(calmAt, at + lasting);
    scheduler.schedule(() => {
      const inhabitant = inhabitants[by];
      if ('slot' in act) speakers[by]?.perform(act);
      else if (act.type === 'go away') speakers[by]?.goAway();
      else if (act.type === 'come back') speakers[by]?.comeBack();
      else if (inhabitant) suffer(inhabitant, act);
    }, at);
  }
  const release = (): void => emulator.connections.forEach((connection) => connection.holdSync('a', false));
  /** Ends all that has not ended by itself: syncs that are held, and sockets that are to be cut some time. */
  const calm = (): void => {
    release();
    for (const { afflict } of inhabitants) afflict({ type: 'close', code: 1001 });
  };
  /** Attaches the channels that were detached. */
  const gather = (): void => speakers.forEach((speaker) => speaker.comeBack());
  const linesOf = (members: Iterable<{ readonly clientId?: string | undefined; readonly data?: unknown }>) =>
    [...members].map(({ clientId, data }) => `${clientId} ${String(data)}`).sort();
  /** Members that a client still shows although the server has them no longer, in words. */
  const ghosts = (): readonly string[] => {
    const actual = new Set<string | undefined>(
      emulator.presence('a').members.map(({ clientId }) => clientId),
    );
    return watchers.flatMap(({ presence }, index) =>
      [...presence.members.values()]
        .filter(({ clientId }) => !actual.has(clientId))
        .map(({ clientId }) => `client ${index} still shows ${clientId}`),
    );
  };
  /** Clients that know of all members, and see others than there are, in words. */
  const strays = (): readonly string[] => {
    const actual = linesOf(emulator.presence('a').members).join();
    return inhabitants.flatMap(({ client }, index) => {
      const { presence, state } = client.channel('a');
      const seen = linesOf(presence.members.values()).join();
      const knows = client.connection.state === 'connected' && state === 'attached' && presence.synced;
      return knows && seen !== actual
        ? [`client ${index} sees ${seen} for long, and the server ${actual}`]
        : [];
    });
  };
  /** What is wrong now that all is calm, in words. */
  const problems = (): readonly string[] => {
    const found: string[] = [];
    const actual = linesOf(emulator.presence('a').members);
    for (const [index, { expected, isUnsure, client }] of speakers.entries()) {
      const own = actual.filter((line) => line.startsWith(`${client.auth.clientId} `));
      const said = expected === undefined ? [] : [`${client.auth.clientId} ${expected}`];
      if (!isUnsure && own.join() !== said.join())
        found.push(`client ${index} said "${said.join()}" last, and the server has "${own.join()}"`);
    }
    for (const [index, { presence, there, wrong }] of watchers.entries()) {
      const seen = linesOf(presence.members.values());
      if (seen.join() !== actual.join())
        found.push(`client ${index} sees ${seen.join()}, and the server ${actual.join()}`);
      const told = [...there].sort().join();
      const keys = [...presence.members.keys()].sort().join();
      if (told !== keys) found.push(`client ${index} was told of ${told}, and sees ${keys}`);
      if (wrong.length > 0)
        found.push(`client ${index} was told to leave, without having come: ${wrong.join()}`);
    }
    return found;
  };
  return {
    calmAt,
    calm,
    gather,
    release,
    strays,
    ghosts,
    problems,
    sure: () => speakers.filter(({ isUnsure }) => !isUnsure).length,
  };
}
