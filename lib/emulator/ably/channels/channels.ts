import { merge, type Observable, tap } from 'rxjs';
import { expiringSet } from '../../host/expiring-set.js';
import { refusal } from '../wire/errors.js';
import { randomText } from '../../../rx/clock.js';
import { ObjectStore } from '../objects/object-store.js';
import type { Settings } from '../settings.js';
import { Channel, type Subscriber } from './channel.js';
import { checkChannelName } from './channel-name.js';
import { type Namespaces, persistedBounds, rulesOf } from './namespaces.js';
import { occupancyWatch } from '../occupancy/occupancy-watch.js';
import { ticks } from './serials.js';

/** All channels of one app. A channel is created when it is named, and deleted when it is unused for a while. */
export interface Channels {
  /** Throws 40010 when the name is not valid, 40114 where there are as many channels as allowed. */
  readonly getOrCreate: (name: unknown) => Channel;
  /** The channel, if it exists; does not create it. */
  readonly find: (name: string) => Channel | undefined;
  /** The objects of a channel, if there are any, also where the channel was deleted: they stay. */
  readonly objectsOf: (name: string) => ObjectStore | undefined;
  readonly all: () => Iterable<Channel>;
  /** Channels in use, and those that were a minute ago. */
  readonly active: () => readonly Channel[];
  readonly attach: (channel: Channel, subscriber: Subscriber) => () => void;
  /** Calls `perform` with the channel, whose idle time starts anew afterwards. */
  readonly use: <T>(channel: Channel, perform: (channel: Channel) => T) => T;
  /** Deletes unused channels once their history has expired and no session can resume, while it is subscribed. */
  readonly cleanup$: Observable<unknown>;
}

/** Time in ms for which the service keeps a channel active after its last use. */
const activeFor = 60_000;

/** `namespaces` are those of an app of its own. Default: those of the settings. */
export function channelsOf(settings: Settings, namespaces?: Namespaces): Channels {
  const { scheduler, history, connectionStateTtl } = settings;
  const byName = new Map<string, Channel>();
  const kept = new Map<string, ObjectStore>(); // objects of deleted channels
  const idleFor = (ttl: number) => expiringSet<Channel>(Math.max(ttl, connectionStateTtl), scheduler);
  const [usual, persisted] = [idleFor(history.ttl), idleFor(persistedBounds(history).ttl)];
  const idle = ({ rules }: Channel) => (rules.history === history ? usual : persisted);
  const occupancy = occupancyWatch(scheduler);
  const now = (): number => scheduler.now();
  const make = channelMaker(settings, namespaces);
  const used = (channel: Channel): void => {
    if (channel.idle) idle(channel).add(channel);
    else idle(channel).delete(channel);
    occupancy.check(channel);
  };
  return {
    getOrCreate: (name) => {
      const checked = checkChannelName(name);
      const known = byName.get(checked);
      if (known) return known;
      const { maxChannels } = settings;
      if (byName.size + kept.size >= maxChannels && !kept.has(checked)) throw tooMany(maxChannels);
      const channel = make(checked, kept.get(checked));
      kept.delete(checked);
      byName.set(channel.name, channel);
      idle(channel).add(channel);
      return channel;
    },
    find: (name) => byName.get(name),
    objectsOf: (name) => byName.get(name)?.objects ?? kept.get(name),
    all: () => byName.values(),
    active: () =>
      [...byName.values()].filter((channel) => now() - (idle(channel).sinceOf(channel) ?? now()) < activeFor),
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
      merge(usual.expired$, persisted.expired$).pipe(
        tap(({ name, objects }) => {
          byName.delete(name);
          if (!objects.isEmpty) kept.set(name, objects);
        }),
      ),
      occupancy.notifications$,
    ),
  };
}

/** Makes channels, whose serials are in one order. */
function channelMaker(
  settings: Settings,
  namespaces: Namespaces | undefined,
): (name: string, objects: ObjectStore | undefined) => Channel {
  const { scheduler, random, history } = settings;
  const now = (): number => scheduler.now();
  const maxMembers = (): number => settings.maxMembersPerChannel;
  const next = ticks(now);
  return (name, objects = new ObjectStore(settings)) =>
    new Channel(name, {
      ...{ series: randomText(10, random), ticks: next, now, maxMembers, objects },
      rules: rulesOf(name, namespaces ?? settings.namespaces, history),
    });
}

const tooMany = (most: number): Error =>
  refusal(
    40114,
    403,
    `The app has ${most} channels already, those that keep a history among them: use fewer, or raise \`maxChannels\`.`,
  );
