import { randomText } from '../../../rx/clock.js';
import { acceptedPresence } from '../messages/accept-messages.js';
import type { App } from '../auth/apps.js';
import type { Channels } from '../channels/channels.js';
import { type Member, PresenceAction } from './members.js';
import { changePresence } from './change-presence.js';
import { appNamed } from '../messages/server-publish.js';
import { listed } from '../wire/json-data.js';
import type { Settings } from '../settings.js';

/** A member to put on a channel from code: objects and arrays as data are made JSON. */
export interface PresentMember {
  readonly clientId: string;
  readonly data?: unknown;
  readonly encoding?: string;
  readonly extras?: unknown;
  /** Whose member it is; default: `emulator`, which is no connection, so that it stays until it is told to leave. */
  readonly connectionId?: string;
  /** TP3a; default: one that is newer than all before. */
  readonly id?: string;
}

type Members = PresentMember | readonly PresentMember[];

/** Who is present on one channel, as the server sees it. */
export interface EmulatedPresence {
  /** All that are there now, those of connections among them, in the order in which they came. */
  readonly members: readonly Member[];
  /** Each in a frame of its own. Throws an ErrorInfo on what is no member. */
  enter(members: Members): void;
  update(members: Members): void;
  /** RTP2b1: by the server's word, as when a connection is lost; with a `connectionId`, for any member there is. */
  leave(members: Members): void;
}

/** Changes who is present as the server, which may do so in any name. */
export function presenting(settings: Settings, channels: (app: App) => Channels) {
  const { random, maxMessageSize } = settings;
  let count = 0;
  return (name: string, appId?: string): EmulatedPresence => {
    const { named, existing, use } = channels(appNamed(settings, appId));
    const change = (action: number, members: Members): void => {
      for (const member of listed(members)) {
        const { connectionId = 'emulator', ...fields } = member as PresentMember;
        const changes = acceptedPresence({ clientId: '*', maxMessageSize }, [{ ...fields, action }]);
        const source = action === PresenceAction.leave ? randomText(10, random) : connectionId;
        const id = `${source}:${count++}`;
        use(named(name), (channel) => changePresence(channel, { changes, id, connectionId }));
      }
    };
    return {
      get members() {
        return existing(name)?.members.all() ?? [];
      },
      enter: (members) => change(PresenceAction.enter, members),
      update: (members) => change(PresenceAction.update, members),
      leave: (members) => change(PresenceAction.leave, members),
    };
  };
}

/** Puts those of the option `presenceFixtures` on their channels. Throws a TypeError that names what cannot be used. */
export function enterFixtures(
  fixtures: Settings['presenceFixtures'],
  presence: (channel: string) => EmulatedPresence,
): void {
  for (const [channel, members] of Object.entries(fixtures)) {
    try {
      presence(channel).enter(members);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new TypeError(`The option \`presenceFixtures\` cannot be used for ${channel}: ${why}`, { cause });
    }
  }
}
