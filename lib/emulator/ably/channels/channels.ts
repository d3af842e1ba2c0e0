import { merge, type Observable, tap } from 'rxjs';
import { expiringSet } from '../../host/expiring-set.js';
import { refusal } from '../wire/errors.js';
import { randomText } from '../../../rx/clock.js';
import type { Settings } from '../settings.js';
import { Channel, type Subscriber } from './channel.js';
import { persistedBounds, rulesOf } from './namespaces.js';
import { occupancyWatch } from '../occupancy/occupancy-watch.js';
import { ticks } from './serials.js';

/** All channels of one app. A channel is created when it is named, and deleted when it is unused for a while. */
export interface Channels {
  /** Throws 40010 when the name is not valid. */
  readonly getOrCreate: (name: unknown) => Channel;
  /** The channel, if it exists; does not create it. */
  readonly find: (name: string) => Channel | undefined;
  readonly all: () => Iterable<Channel>;
  readonly attach: (channel: Channel, subscriber: Subscriber) => () => void;
  /** Calls `perform` with the channel, whose idle time starts anew afterwards. */
  readonly use: <T>(channel: Channel, perform: (channel: Channel) => T) => T;
  /** Deletes unused channels once their history has expired and no session can resume, while it is subscribed. */
  readonly cleanup$: Observable<unknown>;
}

export function channelsOf(settings: Settings): Channels {
  const { scheduler, random, history, namespaces, connectionStateTtl } = settings;
  const byName = new Map<string, Channel>();
  const idleFor = (ttl: number) => expiringSet<Channel>(Math.max(ttl, connectionStateTtl), scheduler);
  const [usual, persisted] = [idleFor(history.ttl), idleFor(persistedBounds(history).ttl)];
  const idle = ({ rules }: Channel) => (rules.history === history ? usual : persisted);
  const occupancy = occupancyWatch(scheduler);
  const now = (): number => scheduler.now();
  const next = ticks(now);
  const used = (channel: Channel): void => {
    if (channel.idle) idle(channel).add(channel);
    else idle(channel).delete(channel);
    occupancy.check(channel);
  };
  return {
    getOrCreate: (name) => {
      const known = byName.get(checkName(name));
      if (known) return known;
      const channel = new Channel(checkName(name), {
        series: randomText(10, random),
        ticks: next,
        now,
        rules: rulesOf(checkName(name), namespaces, history),
      });
      byName.set(channel.name, channel);
      idle(channel).add(channel);
      return channel;
    },
    find: (name) => byName.get(name),
    all: () => byName.values(),
    attach: (channel, subscriber) => {
      const detach = channel.attach(subscriber);
      used(channel);
      return () => {
        detach();
        used(channel);
      };
    },
    use: (channel, perform) => {
      try {
        return perform(channel);
      } finally {
        used(channel);
      }
    },
    cleanup$: merge(
      merge(usual.expired$, persisted.expired$).pipe(tap(({ name }) => byName.delete(name))),
      occupancy.notifications$,
    ),
  };
}

function checkName(name: unknown): string {
  if (typeof name === 'string' && /^[^\r\n]{1,2048}$/.test(name)) return name;
  throw refusal(
    40010,
    400,
    'The channel name is missing, too long or has a line feed in it: give it another.',
  );
}
