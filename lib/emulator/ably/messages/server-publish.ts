import type { WireMessage } from '../../../ably/wire/frames.js';
import { randomText } from '../../../rx/clock.js';
import { acceptMessages } from './accept-messages.js';
import type { App } from '../auth/apps.js';
import type { Channels } from '../channels/channels.js';
import { messagesIn } from '../wire/json-data.js';
import { findApp, type Settings } from '../settings.js';

/** A message to publish from code: objects and arrays as data are encoded as JSON. */
export type PublishedMessage = Pick<WireMessage, 'id' | 'name' | 'data' | 'encoding' | 'clientId' | 'extras'>;

/** Publishes as the server, with any clientId. */
export function serverPublish(settings: Settings, channels: (app: App) => Channels) {
  const { random } = settings;
  return (name: string, content: unknown, appId?: string): void => {
    const app = findApp(settings, appId);
    const messages = acceptMessages(
      { clientId: '*', maxMessageSize: settings.maxMessageSize },
      messagesIn(content),
    );
    const { getOrCreate, use } = channels(app);
    use(getOrCreate(name), (channel) => channel.publish({ id: `${randomText(10, random)}:0`, messages }));
  };
}
