import { objects, objectsOf, type RootObject } from '../../lib/objects.js';
import { Action } from '../../lib/ably/wire/actions.js';
import { Flag } from '../../lib/ably/wire/flags.js';
import type { ProtocolMessage } from '../../lib/ably/wire/frames.js';
import type { WireObjectMessage, WireObjectState } from '../../lib/ably/wire/object-message.js';
import type { ChannelOptions } from '../../lib/ably/channel/options.js';
import type { Codec } from '../../lib/codec/codec.js';
import { type FakeAbly, livesOf } from './fake-ably.js';

const modes: ChannelOptions = { modes: ['object_subscribe', 'object_publish'] };
const granted = Flag.objectSubscribe | Flag.objectPublish;

/** A client with objects on the channel `a`, and the server's share of them. */
export interface FakeObjects<T extends object> extends FakeAbly {
  readonly root: RootObject<T>;
  readonly welcome: (connectionId?: string, frame?: Partial<ProtocolMessage>) => void;
  /** Attaches the channel, which has objects unless `flags` say otherwise. */
  readonly attached: (flags?: number) => void;
  /** Says a page of a sync; the last one where `serial` has no cursor. */
  readonly page: (serial: string | undefined, ...states: readonly WireObjectState[]) => void;
  readonly say: (...state: readonly WireObjectMessage[]) => void;
  readonly ack: (msgSerial: number, ...serials: readonly (string | null)[]) => void;
}

/** Lives of one codec with objects. */
export const objectLives =
  <T extends object>(codec: Codec, channelOptions: ChannelOptions = modes) =>
  (until: number, script: (fake: FakeObjects<T>) => void, options = {}): (() => void) =>
    livesOf(codec)(
      until,
      (fake) => {
        const { client, server } = fake;
        const root = objectsOf<T>(client.channel('a', channelOptions));
        script({
          ...fake,
          root,
          welcome: (connectionId, frame = {}) => {
            const connectionDetails = { connectionKey: 'key-1', siteCode: 's', maxMessageSize: 1000 };
            server.welcome(connectionId, { connectionDetails, ...frame });
          },
          attached: (flags = Flag.hasObjects) => {
            server.attached('a', { flags: granted | flags });
          },
          page: (channelSerial, ...states) => {
            server.say({
              action: Action.objectSync,
              channel: 'a',
              ...(channelSerial !== undefined && { channelSerial }),
              state: states.map((object) => ({ object })),
            });
          },
          say: (...state) => {
            server.say({
              action: Action.object,
              channel: 'a',
              id: 'f-1',
              connectionId: 'other',
              timestamp: 5,
              state,
            });
          },
          ack: (msgSerial, ...serials) => {
            server.say({ action: Action.ack, msgSerial, count: 1, res: [{ serials }] });
          },
        });
      },
      { features: [objects], ...options },
    );

/** The state of the root, with these values. */
export const rootWith = (
  values: Readonly<Record<string, object>>,
  siteTimeserials: Readonly<Record<string, string>> = {},
): WireObjectState => ({
  objectId: 'root',
  siteTimeserials,
  map: {
    semantics: 0,
    entries: Object.fromEntries(
      Object.entries(values).map(([key, data]) => [key, { timeserial: 'a00', data }]),
    ),
  },
});
