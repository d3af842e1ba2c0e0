import { firstValueFrom } from 'rxjs';
import { warnFields, warnUnknown } from '../../options/unknown-options.js';
import type { Platform } from '../../socket/types.js';
import { annotations } from '../annotations/annotations.js';
import { authOptionsOf, authValidators, defaultParamsOf } from '../auth/auth-options.js';
import { authUrl } from '../auth/auth-url.js';
import { Auth } from '../auth/auth.js';
import type { Authorizer } from '../auth/authorizer.js';
import { signing } from '../auth/sign.js';
import type { ChannelOptions, EventSchemas } from '../channel/options.js';
import type { Part } from '../channel/port.js';
import { check } from '../check-options.js';
import { http, httpValidators } from '../http.js';
import { deltas } from '../messages/delta.js';
import { checkFilter, derivedName, type DeriveOptions } from '../messages/derived.js';
import { type InputsOf, type OutputsOf, schemas } from '../messages/schemas.js';
import { officialOptions } from '../official-options.js';
import { publisherSettingsOf, publisherValidators, queueValidators } from '../outbox/options.js';
import { presence } from '../presence/on-channel-change.js';
import { serverTime } from '../rest/server-time.js';
import type { AnyEvents } from '../wire/event-types.js';
import { having, type Validators } from '../../options/validators.js';
import { RealtimeChannel } from './channel.js';
import { RealtimeConnection } from './connection.js';
import { contextOf, CoreClient } from './core-client.js';
import { fallbacks, fallbackValidators } from './fallbacks.js';
import type { ClientFeature } from './features.js';
import { type ClientOptions, optionsOf } from './options.js';
import { pingOf } from './pings.js';
import { recovery, recoveryValidators } from './recovery.js';
import { coreValidators } from './settings.js';
import { authorizerPart } from './token-auth.js';

const ownValidators: Validators<'vcdiff'> = { vcdiff: having('decode') };
/** All options, by their names. */
const known: readonly object[] = [
  ...[coreValidators, publisherValidators, httpValidators, fallbackValidators, recoveryValidators],
  ...[authValidators, ownValidators, { defaultTokenParams: 0, features: 0 }],
];

/** The client with everything that the package has; the entry points know its platform. */
export class AblyClient extends CoreClient<RealtimeChannel, RealtimeConnection> {
  readonly #authorizer: Part<Authorizer>;
  #auth: Auth | undefined;

  /** Throws an ErrorInfo that names the option which is wrong. */
  constructor(given: ClientOptions | string, platform: Platform) {
    const options = optionsOf(given);
    check(options, ownValidators);
    const authOptions = authOptionsOf(options);
    const { vcdiff, defaultTokenParams, fallbackHosts, connectivityCheckUrl, recover, recoverName } = options;
    publisherSettingsOf(options); // as of its first publish, only that a wrong option is found now
    check(options, httpValidators);
    const auth = authorizerPart({
      options: authOptions,
      ways: { ...authUrl, ...signing },
      params: defaultParamsOf(defaultTokenParams),
    });
    const own: Part<ClientFeature>[] = [
      ...[presence, annotations, schemas],
      ...[fallbacks({ fallbackHosts, connectivityCheckUrl }), recovery({ recover, recoverName })],
      ...(vcdiff ? [deltas(vcdiff)] : []),
    ];
    const features = [...new Set(own.concat(options.features ?? []))]; // whatever it is: checked with the others
    super(options, platform, {
      composition: { auth, features },
      channelOf: (record) => new RealtimeChannel(record),
      connectionOf: (source, client) => new RealtimeConnection(source, client),
    });
    const client = contextOf(this);
    warnUnknown(options, known, client.log, officialOptions);
    warnFields(options.queue, queueValidators, client.log, 'the option "queue"');
    this.#authorizer = auth;
    this.start();
  }

  /** RTC4: the identity of this client, and its credentials. */
  get auth(): Auth {
    const client = contextOf(this);
    return (this.#auth ??= new Auth({
      authorizer: client.use(this.#authorizer),
      clientId: () => this.clientId,
      request: (request) => client.use(http).authorized(request),
      disposed$: client.disposed$,
      log: client.log,
    }));
  }

  /** RTN13: milliseconds to the server and back; waits for the connection where one is under way (RTN13d). */
  ping(): Promise<number> {
    return firstValueFrom(pingOf(contextOf(this)));
  }

  /** RSC16: the server's time, in milliseconds since the epoch; over HTTP, so that it needs no connection. */
  time(): Promise<number> {
    return firstValueFrom(serverTime(contextOf(this).use(http).request));
  }

  /**
   * RTS3a: the channel of this name, always the same object; no I/O. `options` apply from its next attach on, `schemas` at
   * once. Its events may be named as a type, `channel<{ greeting: { text: string } }>('chat')`, or by `schemas`. Throws
   * 40010 on an empty name, and on one that is none.
   */
  channel<Schemas extends EventSchemas>(
    name: string,
    options: ChannelOptions & { readonly schemas: Schemas },
  ): RealtimeChannel<OutputsOf<Schemas>, InputsOf<Schemas>>;
  channel<Events extends object = AnyEvents>(name: string, options?: ChannelOptions): RealtimeChannel<Events>;
  channel(name: string, options?: ChannelOptions): RealtimeChannel {
    return this.channelOf(name, options);
  }

  /**
   * RTS5: a channel with only those messages of `name` for which a JMESPath expression is true, over their `name` and
   * `headers` among other things. Nothing can be published on it.
   */
  derivedChannel<Events extends object = AnyEvents>(
    name: string,
    derive: DeriveOptions,
    options?: ChannelOptions,
  ): RealtimeChannel<Events> {
    const whole = derivedName(name, derive);
    checkFilter(derive, contextOf(this).log);
    return this.channel<Events>(whole, options);
  }
}
