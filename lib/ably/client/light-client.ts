import { warnUnknownOptions } from '../../options/unknown-options.js';
import type { Platform } from '../../socket/types.js';
import { CoreChannel } from '../channel/channel.js';
import type { ChannelOptions } from '../channel/options.js';
import type { AnyEvents } from '../wire/event-types.js';
import { CoreConnection } from './connection.js';
import { contextOf, CoreClient } from './core-client.js';
import type { CoreOptions } from './options.js';
import { coreValidators } from './settings.js';

/** Options of functions and values, whose own code is not there before they are used. */
const others =
  'key auth features queueMessages maxMessageSize queue fetch httpRequestTimeout httpMaxRetryCount httpMaxRetryDuration';

/** The client that `createClient` makes. */
export class LightClient extends CoreClient<CoreChannel, CoreConnection> {
  /** @internal Use `createClient`. */
  constructor(options: CoreOptions, platform: Platform) {
    super(options, platform, {
      channelOf: (record) => new CoreChannel(record),
      connectionOf: (source) => new CoreConnection(source),
    });
    const known = [...Object.keys(coreValidators), ...others.split(' ')];
    warnUnknownOptions(options, known, contextOf(this).log);
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
