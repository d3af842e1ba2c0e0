import type { WireMessage } from '../../ably/wire/frames.js';
import { randomText } from '../../rx/clock.js';
import { acceptedMessages } from './accepting.js';
import type { App } from './auth/apps.js';
import type { Channels } from './channels/channels.js';
import { listed } from './rest/listed.js';
import type { Settings } from './settings.js';

/** A message to publish from code: objects and arrays as data are made JSON. */
export type PublishedMessage = Pick<WireMessage, 'id' | 'name' | 'data' | 'encoding' | 'clientId' | 'extras'>;

/** Publishes as the server, which may do so in any name. */
export function publishing(
  { apps, key, random, maxMessageSize }: Settings,
  channels: (app: App) => Channels,
) {
  return (name: string, content: unknown, appId = key.slice(0, key.indexOf('.'))): void => {
    const app = apps.get(appId);
    if (!app) throw new TypeError(`There is no app ${appId}: create the emulator with a key of it.`);
    const messages = acceptedMessages({ clientId: '*', maxMessageSize }, listed(content));
    const { named, use } = channels(app);
    use(named(name), (channel) => channel.publish({ id: `${randomText(10, random)}:0`, messages }));
  };
}
