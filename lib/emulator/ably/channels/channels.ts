import { type Observable, tap } from 'rxjs';
import { ageing } from '../ageing.js';
import { refusal } from '../errors.js';
import { randomText } from '../../../rx/clock.js';
import type { Settings } from '../settings.js';
import { type Accepted, Channel, type Subscriber } from './channel.js';
import type { Publication } from './publication.js';
import { ticks } from './serials.js';

/** All channels of one app. They come into being by being named, and go when nobody has used them for a while. */
export interface Channels {
  /** Throws 40010 if the name cannot be one. */
  readonly named: (name: unknown) => Channel;
  /** The channel, if there is one: asking does not make it. */
  readonly existing: (name: string) => Channel | undefined;
  readonly attach: (channel: Channel, subscriber: Subscriber, wantsMessages: boolean) => () => void;
  readonly publish: (channel: Channel, accepted: Accepted) => Publication;
  /** Drops what is unused for as long as anything of it is kept or anybody can resume; must be subscribed to. */
  readonly tidying$: Observable<unknown>;
}

export function channelsOf(settings: Settings): Channels {
  const { scheduler, random, history, connectionStateTtl } = settings;
  const byName = new Map<string, Channel>();
  const idle = ageing<Channel>(Math.max(history.ttl, connectionStateTtl), scheduler);
  const now = (): number => scheduler.now();
  const next = ticks(now);
  const restIfIdle = (channel: Channel): void => {
    if (channel.idle) idle.add(channel);
  };
  return {
    named: (name) => {
      const known = byName.get(checkedName(name));
      if (known) return known;
      const channel = new Channel(checkedName(name), {
        series: randomText(10, random),
        ticks: next,
        now,
        history,
      });
      byName.set(channel.name, channel);
      idle.add(channel);
      return channel;
    },
    existing: (name) => byName.get(name),
    attach: (channel, subscriber, wantsMessages) => {
      const detach = channel.attach(subscriber, wantsMessages);
      idle.delete(channel);
      return () => {
        detach();
        restIfIdle(channel);
      };
    },
    publish: (channel, accepted) => {
      const publication = channel.publish(accepted);
      restIfIdle(channel);
      return publication;
    },
    tidying$: idle.expired$.pipe(tap(({ name }) => byName.delete(name))),
  };
}

function checkedName(name: unknown): string {
  if (typeof name === 'string' && /^[^\r\n]{1,2048}$/.test(name)) return name;
  throw refusal(
    40010,
    400,
    'The channel name is missing, too long or has a line feed in it: give it another.',
  );
}
