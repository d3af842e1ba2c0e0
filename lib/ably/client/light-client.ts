import { elsewhereOf, warnUnknown } from '../../options/unknown-options.js';
import type { Platform } from '../../socket/types.js';
import { CoreChannel } from '../channel/channel.js';
import type { ChannelOptions } from '../channel/options.js';
import type { AnyEvents } from '../wire/event-types.js';
import { CoreConnection } from './connection.js';
import { contextOf, CoreClient } from './core-client.js';
import { checkOneCredential } from './features.js';
import type { CoreOptions } from './options.js';
import { coreValidators } from './settings.js';

/** Options of functions and values, whose own code is not there before they are used. */
const others = {
  ...{ key: 0, auth: 0, features: 0, queueMessages: 0, maxMessageSize: 0, queue: 0 },
  ...{
    fetch: 0,
    httpRequestTimeout: 0,
    httpMaxRetryCount: 0,
    httpMaxRetryDuration: 0,
    fallbackRetryTimeout: 0,
    addRequestIds: 0,
    idempotentRestPublishing: 0,
  },
};

/** Options of features and of channels, and the function that takes each. */
const elsewhere = elsewhereOf([
  ['give it to recovery(), in "features"', 'recover recoverName'],
  ['give it to fallbacks(), in "features"', 'fallbackHosts connectivityCheckUrl'],
  ['give it to deltas(), in "features"', 'vcdiff'],
  ['give it to channel()', 'schemas params modes cipher attachOnSubscribe'],
  [
    'give it to tokenAuth(), in "auth"',
    'token tokenDetails authCallback authUrl authMethod authHeaders authParams authCredentials useTokenAuth queryTime defaultTokenParams',
  ],
]);

/** The client that `createClient` makes. */
export class LightClient extends CoreClient<CoreChannel, CoreConnection> {
  /** @internal Use `createClient`. */
  constructor(options: CoreOptions, platform: Platform) {
    checkOneCredential(options);
    super(options, platform, {
      channelOf: (record) => new CoreChannel(record),
      connectionOf: (source) => new CoreConnection(source),
    });
    warnUnknown(options, [coreValidators, others], contextOf(this).log, elsewhere);
    this.start();
  }

  /**
   * RTS3a: the channel of this name, always the same object; no I/O. `options` apply from its next attach on. Its events
   * may be named as a type, `channel<{ greeting: { text: string } }>('chat')`. Throws 40010 on a wrong name.
   */
  channel<Events extends object = AnyEvents>(name: string, options?: ChannelOptions): CoreChannel<Events> {
    return this.channelOf(name, options) as unknown as CoreChannel<Events>; // the user's word
  }
}
