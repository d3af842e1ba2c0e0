import type { SchedulerLike } from 'rxjs';
import type { Emulator } from '../../../lib/emulator/index.js';
import type { RealtimeClient } from '../../../lib/index.js';
import { type Diary, diaryOf } from './diary.js';
import type { Affliction, Fault } from './fault.js';
import { type Accepted, witnessOf } from './witness.js';

/** One publish, or release: when, by which client, and on which channel. */
export interface Deed {
  readonly at: number;
  readonly by: number;
  readonly on: number;
  /** Whether it is larger than the server's limit for frames, which closes the socket with 1009. */
  readonly isLarge: boolean;
}

/** A recovery key of a client that lives on, and another client that uses it. */
export interface Inheritance {
  readonly at: number;
  readonly of: number;
}

/** What one asks of a channel: its past, then what is live; other options; to leave it for a moment. */
export interface Wish extends Omit<Deed, 'isLarge'> {
  readonly what: 'join' | 'setOptions' | 'goAway';
}

/** What happens in a life; times in ms. */
export interface Plan {
  /** The seed of all chance in it. */
  readonly seed: number;
  readonly deeds: readonly Deed[];
  /** Channels that are released, and got anew in the same turn. */
  readonly releases: readonly Omit<Deed, 'isLarge'>[];
  readonly wishes: readonly Wish[];
  readonly afflictions: readonly Affliction[];
  readonly inheritances: readonly Inheritance[];
}

/** A client, and the network that only it is on. */
export interface Inhabitant {
  readonly client: RealtimeClient;
  readonly afflict: (fault: Fault) => void;
}

/** A life under way. */
export interface Life {
  readonly witness: ReadonlyMap<string, readonly Accepted[]>;
  readonly diaries: readonly Diary[];
  /** When the last fault has ended, and the last deed was done. */
  readonly calmAt: number;
  /** One more publish by everybody everywhere, so that a hole at the end shows; where all is calm, none may be refused. */
  readonly conclude: (isCalm: boolean) => void;
}

export const channels = ['a', 'b'] as const;

interface World {
  readonly emulator: Emulator;
  readonly scheduler: SchedulerLike;
  readonly plan: Plan;
  /** Makes one more client, on the network of that inhabitant. */
  readonly inherit: (of: number, recover: string) => Inhabitant;
}

const endOf = ({ at, fault }: Affliction): number => at + ('lasting' in fault ? fault.lasting : 0);

/** Everybody listens to everything from the beginning; then it goes as planned. */
export function live(
  inhabitants: readonly Inhabitant[],
  { emulator, scheduler, plan, inherit }: World,
): Life {
  const witness = witnessOf(emulator, channels);
  const diaries: Diary[] = [];
  const follow = ({ client }: Inhabitant): void =>
    void diaries.push(diaryOf(client, `client ${diaries.length}, no.`, witness));
  inhabitants.forEach(follow);
  const bequeath = (of: number): void => {
    const recover = inhabitants[of]?.client.connection.createRecoveryKey();
    if (recover) follow(inherit(of, recover));
  };
  const suffer = ({ of, fault }: Affliction): void => {
    if (fault.type === 'forget') forget(emulator, inhabitants[of]?.client.connection.id);
    else inhabitants[of]?.afflict(fault);
  };
  inTurn(scheduler, [
    ...plan.deeds.map(({ at, by, on, isLarge }) => ({
      at,
      act: () => diaries[by % diaries.length]?.publish(channels[on] ?? channels[0], isLarge),
    })),
    ...plan.releases.map(({ at, by, on }) => ({
      at,
      act: () => diaries[by % diaries.length]?.release(channels[on] ?? channels[0]),
    })),
    ...plan.wishes.map(({ at, by, on, what }) => ({
      at,
      act: () => diaries[by % diaries.length]?.[what](channels[on] ?? channels[0]),
    })),
    ...plan.inheritances.map(({ at, of }) => ({ at, act: () => bequeath(of) })),
    ...plan.afflictions.map((affliction) => ({ at: affliction.at, act: () => suffer(affliction) })),
  ]);
  return {
    witness,
    diaries,
    calmAt: Math.max(
      0,
      ...[...plan.deeds, ...plan.releases, ...plan.wishes, ...plan.inheritances].map(({ at }) => at),
      ...plan.afflictions.map(endOf),
    ),
    conclude: (isCalm) =>
      diaries.forEach(({ conclude, publish }) =>
        channels.forEach((name) => {
          if (isCalm) conclude(name);
          else publish(name);
        }),
      ),
  };
}

const forget = ({ connections }: Emulator, id: string | undefined): void =>
  connections.find((connection) => connection.id === id)?.forget();

/** One timer at a time: a day has thousands of events, and the virtual clock sorts all that is scheduled. */
function inTurn(
  scheduler: SchedulerLike,
  events: readonly { readonly at: number; readonly act: () => void }[],
): void {
  const start = scheduler.now();
  const waiting = [...events].sort((one, other) => other.at - one.at);
  const next = (): void => {
    const event = waiting.pop();
    if (!event) return;
    scheduler.schedule(
      () => {
        event.act();
        next();
      },
      Math.max(0, start + event.at - scheduler.now()),
    );
  };
  next();
}
