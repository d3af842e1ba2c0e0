import { NEVER, type Observable } from 'rxjs';
import { Holder, insideOf } from '../../base/described.js';
import { warnUnknown } from '../../options/unknown-options.js';
import { amount, callable, text, type Validators } from '../../options/validators.js';
import { randomText } from '../../rx/clock.js';
import { ChannelFace, type HttpContext, type HttpPart } from '../channel/port.js';
import { check, fieldsOf } from '../check-options.js';
import { type FallbackOptions, fallbackValidators } from '../client/fallbacks.js';
import { checkOneCredential, type ClientAuth, credentialsOf } from '../client/features.js';
import type { PlaceOptions } from '../client/options.js';
import { channelRules, type Place, placeOf, placeValidators } from '../client/settings.js';
import { bareHost, impliedFallbacks } from '../endpoint/hosts.js';
import { type HttpOptions, httpValidators } from '../http.js';
import type { PublisherOptions } from '../outbox/options.js';
import { nameOf } from '../wire/channel-name.js';
import { type Cipher, cipherOf } from '../wire/encodings.js';
import type { ErrorInfo } from '../wire/error-info.js';
import type { AnyEvents } from '../wire/event-types.js';

/** The options of `createRest`. */
export interface RestOptions
  extends
    PlaceOptions,
    HttpOptions,
    Pick<FallbackOptions, 'fallbackHosts'>,
    Pick<PublisherOptions, 'maxMessageSize'> {
  /** AO2a: `appId.keyId:secret`. Over plain `http:` it is refused but for loopback addresses (RSC18). */
  readonly key?: string | undefined;
  /** `tokenAuth(…)` of `rx-realtime/auth`, in place of `key`. */
  readonly auth?: HttpPart<ClientAuth> | undefined;
}

const restValidators: Validators<keyof RestOptions> = {
  ...placeValidators,
  ...httpValidators,
  key: text,
  auth: callable,
  fallbackHosts: fallbackValidators.fallbackHosts,
  maxMessageSize: amount,
};

/** RSC7d1: Node's version, as the platform of a connection tells it; nothing elsewhere. */
function platformAgent(): string {
  const { process } = globalThis as {
    readonly process?: { readonly versions?: { readonly node?: string } };
  };
  const version = process?.versions?.node;
  return version === undefined ? '' : `nodejs/${version}`;
}

const ignore = (): void => undefined;

/** The inside of a client without a connection. */
class RestContext implements HttpContext {
  readonly options: RestOptions;
  readonly credentials: ClientAuth;
  readonly endpoint: HttpContext['endpoint'];
  readonly requestTimeout: number;
  readonly channels: HttpContext['channels'];
  readonly state: HttpContext['state'] = { value: { name: 'initialized' } };
  readonly disposed$ = NEVER;
  readonly command = ignore;
  readonly send = ignore;
  readonly #place: Place;
  readonly #parts = new Map<HttpPart<unknown>, unknown>();

  constructor(options: RestOptions) {
    check(options, restValidators);
    checkOneCredential(options);
    const place = placeOf(options);
    this.options = options;
    this.#place = place;
    warnUnknown(options, [restValidators], place.log);
    const { key, auth, endpoint: name, fallbackHosts, httpRequestTimeout } = options;
    this.requestTimeout = httpRequestTimeout ?? 10_000;
    this.channels = {
      rules: channelRules({
        realtimeRequestTimeout: this.requestTimeout,
        channelRetryTimeout: 15_000,
        detachGrace: false,
      }),
    };
    const fallbacks = (fallbackHosts ?? impliedFallbacks(name ?? undefined)).map(bareHost); // RSC15n
    this.endpoint = {
      hosts: { primary: place.host, fallbacks },
      ...{ name: name ?? undefined, port: place.port, tls: place.tls },
      platform: { agent: platformAgent() },
    };
    this.credentials = credentialsOf({ key, auth: auth && this.use(auth), warns: true }, this);
  }

  get outside(): Place['outside'] {
    return this.#place.outside;
  }

  get scheduler(): Place['scheduler'] {
    return this.#place.scheduler;
  }

  get random(): Place['random'] {
    return this.#place.random;
  }

  get log(): Place['log'] {
    return this.#place.log;
  }

  get codec(): Place['codec'] {
    return this.#place.codec;
  }

  get ownClientId(): string | undefined {
    return this.#place.clientId;
  }

  get binary(): boolean {
    return this.codec.binary;
  }

  /** RSL1k1 */
  readonly newId = (): string => randomText(12, this.random, '+/');

  readonly report = (error: ErrorInfo): void => {
    this.log('error', { message: 'Something that the server sent could not be decoded.', error });
  };

  readonly reportError = (error: ErrorInfo): void => {
    this.log('info', { message: 'A request was not done.', error }); // its caller has the error
  };

  readonly run = (stream$: Observable<unknown>): void => {
    stream$.subscribe();
  };

  readonly use = <T>(part: HttpPart<T>): T => {
    if (!this.#parts.has(part)) this.#parts.set(part, part(this));
    return this.#parts.get(part) as T; // made by this part
  };
}

/**
 * RSC1: a client without a connection, for functions at the edge, jobs and servers. It holds no socket, timer or cache, so
 * that there is nothing to dispose of. Get it by `createRest`.
 */
export class RestClient extends Holder<HttpContext> {
  /** @internal Use `createRest`. */
  constructor(options: RestOptions) {
    super(new RestContext(options));
  }

  toJSON(): object {
    const { clientId } = this;
    return { clientId };
  }

  /** RSC17, RSA12: this client's identity; `null` for none. */
  get clientId(): string | null {
    const { ownClientId, credentials } = insideOf(this);
    return ownClientId ?? credentials.token?.clientId ?? null;
  }

  /** A channel by its name, for the functions of this entry: a light value, made anew each time; no I/O. Throws 40010, 40000. */
  channel<Events extends object = AnyEvents>(
    name: string,
    options?: RestChannelOptions,
  ): RestChannel<Events> {
    const client = insideOf(this);
    const { cipher } = fieldsOf(options, { cipher: 0 }, client.log, 'the options of a channel');
    return new RestChannel({
      name: nameOf(name),
      settings: { cipher: cipherOf(cipher), payloads: undefined },
      host: { client },
      state: { name: 'initialized' },
      attachSerial: undefined,
    });
  }
}

/** TB2: the options of a channel without a connection. */
export interface RestChannelOptions {
  /** TB2b, RSL5: encrypts what is published and decrypts what is read: `aes({ key })` of `rx-realtime/crypto`. */
  readonly cipher?: Cipher | null | undefined;
}

/** RSL9: the name of a channel, and how its payloads are read. Functions take it as an argument. */
export class RestChannel<Events extends object = AnyEvents> extends ChannelFace<Events> {
  toJSON(): object {
    const { name } = this;
    return { name };
  }
}
