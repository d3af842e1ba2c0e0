import { randomText } from '../../../rx/clock.js';
import { acceptPresence } from './accept-presence.js';
import type { App } from '../auth/apps.js';
import type { Channels } from '../channels/channels.js';
import { type Member, PresenceAction } from './members.js';
import { changePresence } from './change-presence.js';
import { messagesIn } from '../wire/json-data.js';
import { findApp, type Settings } from '../settings.js';
import type { PresentMember } from './present-member.js';

type Members = PresentMember | readonly PresentMember[];

/** The presence set of one channel, as the server sees it. */
export interface EmulatedPresence {
  /** All members, those of connections included, in order of arrival. */
  readonly members: readonly Member[];
  /** Enters each member in a frame of its own. Throws an ErrorInfo on a malformed member. */
  enter(members: Members): void;
  update(members: Members): void;
  /** RTP2b1: synthesized leaves, as after a lost connection; with a `connectionId`, of any member. */
  leave(members: Members): void;
}

/** Changes presence as the server, with any clientId. */
export function serverPresence(settings: Settings, channels: (app: App) => Channels) {
  const { random } = settings;
  let count = 0;
  return (name: string, appId?: string): EmulatedPresence => {
    const { getOrCreate, find, use } = channels(findApp(settings, appId));
    const change = (action: number, members: Members): void => {
      for (const member of messagesIn(members)) {
        const { connectionId = 'emulator', ...fields } = member as PresentMember;
        const changes = acceptPresence({ clientId: '*', maxMessageSize: settings.maxMessageSize }, [
          { ...fields, action },
        ]);
        const source = action === PresenceAction.leave ? randomText(10, random) : connectionId;
        const id = `${source}:${count++}`;
        use(getOrCreate(name), (channel) => changePresence(channel, { changes, id, connectionId }));
      }
    };
    return {
      get members() {
        return find(name)?.members.all() ?? [];
      },
      enter: (members) => change(PresenceAction.enter, members),
      update: (members) => change(PresenceAction.update, members),
      leave: (members) => change(PresenceAction.leave, members),
    };
  };
}

/** Enters the members of the option `presenceFixtures`. Throws a TypeError that names the channel. */
export function enterFixtures(
  fixtures: Settings['presenceFixtures'],
  presence: (channel: string) => EmulatedPresence,
): void {
  for (const [channel, members] of Object.entries(fixtures)) {
    try {
      presence(channel).enter(members);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const name = JSON.stringify(channel);
      throw new TypeError(`The option \`presenceFixtures\` cannot be used for ${name}: ${why}`, { cause });
    }
  }
}
