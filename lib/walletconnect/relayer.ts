import type { ICore, IRelayer, RelayerTypes } from '@walletconnect/types';
import {
  distinctUntilChanged,
  firstValueFrom,
  map,
  Observable,
  of,
  retry,
  skipWhile,
  type Subscription,
} from 'rxjs';
import type { RelayPeer } from '../relay/client.js';
import type { RelayMessage } from '../relay/message.js';
import { Events } from './events.js';
import { Memory, type RelayerStorage } from './memory.js';

export type { RelayerStorage } from './memory.js';

/** The options of a relayer. */
export interface RelayerOptions {
  /**
   * Keeps subscriptions, and messages that the SDK has not acknowledged yet, for the next process; default false. Messages are
   * kept as they came, sealed.
   */
  readonly persistSubscriptions?: boolean | undefined;
  /** Where they are kept; default `core.storage`, where the SDK keeps its sessions. */
  readonly storage?: RelayerStorage | undefined;
}

/** The parts of a core that a relayer uses: the SDK's class is not quite an ICore where optional types are exact. */
type CoreParts = Pick<ICore, 'logger' | 'pairing' | 'storage' | 'customStoragePrefix'>;

/** The members of a relayer that the SDK uses. */
type Used = Pick<
  IRelayer,
  | 'protocol'
  | 'version'
  | 'name'
  | 'context'
  | 'core'
  | 'logger'
  | 'connected'
  | 'connecting'
  | 'transportExplicitlyClosed'
  | 'init'
  | 'publish'
  | 'publishCustom'
  | 'request'
  | 'subscribe'
  | 'unsubscribe'
  | 'transportOpen'
  | 'transportClose'
  | 'restartTransport'
  | 'confirmOnlineStateOrThrow'
  | 'onLinkMessageEvent'
  | 'on'
  | 'once'
  | 'off'
  | 'removeListener'
> & {
  readonly messages: Pick<IRelayer['messages'], 'ack' | 'getWithoutAck'>;
  readonly subscriber: Pick<IRelayer['subscriber'], 'topics' | 'isSubscribed'>;
};

/** Seconds for which the relay keeps a message, unless the SDK says; as its own relayer has it. */
const Ttl = { publish: 21_600, custom: 300 } as const;

class Relayer extends Events implements Used {
  readonly protocol = 'wc';
  readonly version = 2;
  readonly name = 'relayer';
  readonly context = 'relayer';
  readonly core: ICore;
  readonly logger: ICore['logger'];
  readonly events = this;
  readonly messages: Used['messages'];
  readonly subscriber: Used['subscriber'];
  transportExplicitlyClosed = false;
  readonly #relay: RelayPeer;
  readonly #memory: Memory | undefined;
  /** The topics that the SDK is subscribed to. */
  readonly #topics = new Map<string, Subscription>();
  /** The topics that it was, until the relay client has forgotten them: not before the relay has. */
  readonly #left = new Set<string>();
  /** The SDK, as the one subscriber of all topics. */
  readonly #sdk = {
    next: (message: RelayMessage): void => {
      this.#hand(message);
    },
  };

  constructor(core: CoreParts, relay: RelayPeer, memory: Memory | undefined) {
    super((error) => {
      core.logger.error(error, 'A listener of the relayer threw. Correct the listener.');
    });
    this.core = core as ICore;
    this.logger = core.logger;
    this.#relay = relay;
    this.#memory = memory;
    const topics = this.#topics;
    this.subscriber = {
      get topics() {
        return [...topics.keys()];
      },
      isSubscribed: (topic) => Promise.resolve(relay.channels.get(topic)?.state === 'active'),
    };
    this.messages = {
      ack: (topic, message) => Promise.resolve(memory?.acknowledged(topic, message)),
      getWithoutAck: (topics) =>
        Object.fromEntries(topics.map((topic) => [topic, memory?.take(topic) ?? []])),
    };
  }

  get connected(): boolean {
    return this.#relay.connection.state === 'connected';
  }

  get connecting(): boolean {
    return this.#relay.connection.state === 'connecting';
  }

  init(): Promise<void> {
    const { connectionState$, errors$ } = this.#relay;
    connectionState$
      .pipe(
        map((state) => state === 'connected'),
        distinctUntilChanged(),
        skipWhile((isConnected) => !isConnected),
      )
      .subscribe((isConnected) => {
        this.emit(isConnected ? 'relayer_connect' : 'relayer_disconnect');
      });
    errors$.subscribe((error) => {
      this.logger.warn(error, error.message);
      this.emit('relayer_error', error);
    });
    const restored$ = (this.#memory?.restore() ?? of([])).pipe(
      map((topics) => {
        for (const topic of topics) this.#listen(topic);
      }),
    );
    return firstValueFrom(restored$);
  }

  publish(topic: string, message: string, opts: RelayerTypes.PublishOptions = {}): Promise<void> {
    const { prompt, tag, attestation, tvf, ttl = Ttl.publish } = opts;
    const params = { ttl, prompt, tag, attestation, tvf };
    return this.#published(this.#relay.publish(topic, message, params), { topic, message, ...opts });
  }

  publishCustom({ payload, opts = {} }: Parameters<IRelayer['publishCustom']>[0]): Promise<void> {
    const { publishMethod = 'irn_publish', prompt, tag, attestation, tvf, ttl = Ttl.custom } = opts;
    const params = { ...(payload as object), ttl, prompt, tag, attestation, ...tvf };
    return this.#published(this.#relay.request(publishMethod, params), { ...params, ...opts });
  }

  request({ method, params }: Parameters<IRelayer['request']>[0]): ReturnType<IRelayer['request']> {
    return this.#relay.request(method, (params ?? {}) as object) as ReturnType<IRelayer['request']>;
  }

  subscribe(topic: string, opts: RelayerTypes.SubscribeOptions = {}): Promise<string> {
    const isNew = this.#listen(topic);
    const { internal, transportType } = opts;
    if (internal?.skipSubscribe === true || transportType === 'link_mode') return Promise.resolve(''); // a request of the SDK's does it
    return ignoreRejection(
      this.#relay.subscribe(topic).catch((error: unknown) => {
        if (isNew) this.#end(topic);
        this.#forget();
        if (internal?.throwOnFailedPublish === false) return '';
        throw error;
      }),
    );
  }

  async unsubscribe(topic: string): Promise<void> {
    this.#end(topic);
    await this.#relay.unsubscribe(topic).catch(() => undefined); // goes on by itself, and is told by errors$
    this.#forget();
  }

  async transportOpen(): Promise<void> {
    this.transportExplicitlyClosed = false;
    await this.#relay.connect();
  }

  async transportClose(): Promise<void> {
    this.transportExplicitlyClosed = true;
    await this.#relay.disconnect();
  }

  async restartTransport(): Promise<void> {
    await this.#relay.disconnect();
    await this.transportOpen();
  }

  /** Rejects where waiting is of no use: what is published while there is no network is sent as soon as there is one. */
  confirmOnlineStateOrThrow(): Promise<void> {
    const { state, errorReason } = this.#relay.connection;
    return state === 'failed' && errorReason ? Promise.reject(errorReason) : Promise.resolve();
  }

  async onLinkMessageEvent(
    event: RelayerTypes.MessageEvent,
    opts: { readonly sessionExists?: boolean } = {},
  ): Promise<void> {
    const { topic, publishedAt } = event;
    const pairing = { topic, expiry: Math.floor(publishedAt / 1000) + Ttl.custom, active: false };
    if (opts.sessionExists !== true)
      await this.core.pairing.pairings.set(topic, { ...pairing, relay: { protocol: 'irn' } });
    this.emit('relayer_message', event); // not kept: it came by no relay, and is not sealed
  }

  #published(accepted: Promise<unknown>, event: object): Promise<void> {
    return ignoreRejection(
      accepted.then(() => {
        this.emit('relayer_publish', event);
      }),
    );
  }

  /** Hands each message of a topic to the SDK until its end; `false` if that is so already. */
  #listen(topic: string): boolean {
    if (this.#topics.has(topic)) return false;
    this.#left.delete(topic);
    const messages$ = this.#relay.channel(topic).messages$.pipe(retry()); // the client delays the next request for a topic that was refused, each time longer
    const until$ = new Observable<RelayMessage>((subscriber) => {
      this.#topics.set(topic, subscriber); // first: a message that has waited comes at once, and may be the last one wanted
      this.#memory?.subscribed(topic, true);
      return messages$.subscribe(subscriber);
    });
    until$.subscribe(this.#sdk);
    return true;
  }

  #end(topic: string): void {
    this.#topics.get(topic)?.unsubscribe();
    this.#topics.delete(topic);
    this.#left.add(topic);
    this.#memory?.subscribed(topic, false);
  }

  /** Releases the topics that were left, as far as the relay client lets it: each pairing leaves one. */
  #forget(): void {
    for (const topic of this.#left) {
      this.#relay.releaseChannel(topic);
      if (!this.#relay.channels.has(topic)) this.#left.delete(topic);
    }
  }

  #hand({ topic, message, publishedAt, attestation }: RelayMessage): void {
    if (message === '' || this.#memory?.handing(topic, message) === false) return;
    const event = { topic, message, publishedAt, attestation, transportType: 'relay' };
    this.emit('relayer_message', event);
  }
}

/** Marks a promise as handled: the SDK awaits some of them only. The relay client tells each failure on `errors$`. */
function ignoreRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/**
 * Gives a relay client the shape of the relayer that SDKs of WalletConnect 2 use, so that they send and receive by it. Set it
 * before the SDK is initialized. Ends with the relay client. Tells the SDK of a message once, and of a publish when the relay
 * has accepted it; each rejects by the rules of the relay client.
 *
 * @example
 * const core = new Core({ projectId });
 * core.relayer = relayerOf(core, new RelayClient({ projectId }));
 * const client = await SignClient.init({ core, metadata });
 */
export function relayerOf(core: CoreParts, relay: RelayPeer, options: RelayerOptions = {}): IRelayer {
  const { persistSubscriptions = false, storage = core.storage } = options;
  const memory = persistSubscriptions
    ? new Memory({
        storage,
        name: `rx-realtime.walletconnect${core.customStoragePrefix}`,
        warn: (text, cause) => {
          core.logger.warn(cause ?? {}, text);
        },
      })
    : undefined;
  return new Relayer(core, relay, memory) as unknown as IRelayer; // the SDK uses no more of it than is there
}
