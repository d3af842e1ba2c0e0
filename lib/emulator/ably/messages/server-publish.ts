import type { WireMessage } from '../../../ably/wire/frames.js';
import { randomText } from '../../../rx/clock.js';
import { acceptedMessages } from './accept-messages.js';
import type { App } from '../auth/apps.js';
import type { Channels } from '../channels/channels.js';
import { listed } from '../wire/json-data.js';
import type { Settings } from '../settings.js';

/** A message to publish from code: objects and arrays as data are made JSON. */
export type PublishedMessage = Pick<WireMessage, 'id' | 'name' | 'data' | 'encoding' | 'clientId' | 'extras'>;

/** Publishes as the server, which may do so in any name. */
export function publishing(settings: Settings, channels: (app: App) => Channels) {
  const { random, maxMessageSize } = settings;
  return (name: string, content: unknown, appId?: string): void => {
    const app = appNamed(settings, appId);
    const messages = acceptedMessages({ clientId: '*', maxMessageSize }, listed(content));
    const { named, use } = channels(app);
    use(named(name), (channel) => channel.publish({ id: `${randomText(10, random)}:0`, messages }));
  };
}

/** The app of this name, or that of the first key. Throws a TypeError where there is none. */
export function appNamed({ apps, key }: Settings, appId = key.slice(0, key.indexOf('.'))): App {
  const app = apps.get(appId);
  if (app) return app;
  throw new TypeError(`There is no app ${appId}: create the emulator with a key of it.`);
}
