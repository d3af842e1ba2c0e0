import { Described } from '../base/described.js';
import { EMPTY, firstValueFrom, map, type Observable, skipWhile, switchMap, throwIfEmpty } from 'rxjs';
import type { ConnectionStateName } from '../connection/changes.js';
import { ClientShell } from '../connection/client-shell.js';
import { ConnectionView } from '../connection/connection-view.js';
import { ignoreRejection } from '../base/ignore-rejection.js';
import { MapView } from '../base/maps/map-view.js';
import type { Platform } from '../socket/types.js';
import { clientIdOf } from './auth/auth-token.js';
import type { RelayChannel } from './channel.js';
import { fetchMessages } from './inbox/fetch-messages.js';
import type { Incoming } from './json-rpc/frames.js';
import { reasonOf, tellLink } from './on-connection-change.js';
import { Listeners, type MessageListener } from './inbox/listeners.js';
import type { RelayMessage } from './message.js';
import { type ClientServices, compose } from './compose.js';
import { signOfLife } from './calls/probe.js';
import { checkTopic } from './check-topic.js';
import type { PublishOptions } from './publish/publish-params.js';
import type { PublishResult } from './publish/publisher.js';
import type { RequestOptions } from './publish/request-params.js';
import { disposedError, RelayError } from './relay-error.js';
import type { RelayOptions } from './relay-options.js';
import { type Settings, settingsOf } from './settings.js';
import { subscribe, unsubscribe } from './subscribe/subscriptions.js';

/** The client on any platform; the entry point gives its own. */
export class RelayPeer extends Described {
  /** The state of the connection, its changes, and its last error. */
  readonly connection: ConnectionView<null, RelayError>;
  /** Emits the current state at once, then each next one; distinct, never errors, completes on `dispose()`. */
  readonly connectionState$: Observable<ConnectionStateName>;
  /**
   * Emits the messages of every topic that is subscribed to. Hot; begins with the messages that found no subscriber;
   * completes on `dispose()`. Takes no lease.
   */
  readonly messages$: Observable<RelayMessage>;
  /**
   * Emits errors that end nothing: failed publishes, subscriptions that were refused or not confirmed in time, malformed
   * frames, listeners that threw. Hot, replays nothing; completes on `dispose()`.
   */
  readonly errors$: Observable<RelayError>;
  /**
   * All topics, by name. Always the same object: a look-up answers as it is at the moment, and a walk goes through the topics
   * that there were when it began.
   */
  readonly channels: ReadonlyMap<string, RelayChannel>;

  readonly #settings: Settings;
  readonly #services: ClientServices;
  readonly #shell: ClientShell<null, RelayError>;
  readonly #listeners: Listeners;
  /** True between `disconnect()` and `connect()`: none is opened on demand. */
  #disconnected = false;

  /** Throws a RelayError that names a wrong option. */
  constructor(options: RelayOptions, platform: Platform) {
    super();
    this.#settings = settingsOf(options, platform);
    const shell = new ClientShell<null, RelayError>({
      name: 'The relay connection',
      log: this.#settings.log,
      reasonOf,
      entering: (before, state) => {
        tellLink(this.#services, before, state);
      },
    });
    this.#shell = shell;
    this.#services = compose(this.#settings, {
      demand: () => {
        this.#demand();
      },
      isDisconnected: () => this.#disconnected,
      report: shell.report,
      frame: this.#route,
      undecoded: (error) => {
        shell.report(RelayError.of(error), 'The relay sent a malformed frame.');
      },
    });
    this.connection = new ConnectionView(shell);
    this.connectionState$ = this.connection.state$;
    this.messages$ = this.#services.inbox.messages$;
    this.errors$ = shell.errors$;
    this.#listeners = new Listeners(this.messages$, shell.report);
    const { wire, calls, topics, inbox, kept, channelOf } = this.#services;
    this.channels = new MapView(topics.all, channelOf);
    shell.run(calls.run$, topics.run$, inbox.run$, kept?.run$ ?? EMPTY);
    shell.follow(wire.state$);
    if (this.#settings.autoConnect === true) wire.command({ type: 'connect' });
  }

  toJSON(): object {
    const { connection, channels } = this;
    return { connection, channels: [...channels.values()] };
  }

  /** Gets the topic of this name, always the same object; no I/O. Throws unless the name is a string that is not empty. */
  channel(topic: string): RelayChannel {
    checkTopic(topic);
    const { topics, channelOf } = this.#services;
    return channelOf(topics.get(topic));
  }

  /**
   * Forgets a topic that has no leases, is unsubscribed from, and has no fetched messages left: its streams complete, and
   * `channel(topic)` makes a new one.
   */
  releaseChannel(topic: string): void {
    const { inbox, topics } = this.#services;
    const record = topics.find(topic);
    if (record && inbox.leftOf(topic).length === 0) topics.forget(record);
  }

  /**
   * Publishes a text, byte for byte. Sends it once, and again up to `publishRetries` times after a refusal, no answer in
   * `publishTimeout`, a lost connection or none at all, under the same id, at most for `publishDeadline`; at once on a new
   * connection. Resolves when the relay has accepted any of the sends; else rejects with a PublishError. Wrong arguments
   * reject at once. A rejection that is not awaited does no harm and shows on `errors$`. Takes no lease.
   *
   * @example
   * await relay.publish(topic, JSON.stringify({ hello: 1 }), { ttl: 300 });
   */
  publish(topic: string, message: string, options: PublishOptions): Promise<PublishResult> {
    return this.#services.publisher.publish(topic, message, options);
  }

  /**
   * Makes a request of any method, and resolves with the relay's answer. Sent, and sent again, by the rules of `publish`: one
   * id for each of its sends, a retry at once on a new connection, and `publishDeadline` in all; with `retries: 0` it is sent
   * once. Rejects with a RequestError that names the method; an answer of `false` is a refusal. Wrong arguments reject at
   * once. Knows nothing about the method: topics are subscribed to by `subscribe` or `messages$`, which do it again on each
   * connection. A rejection that is not awaited does no harm and shows on `errors$`.
   *
   * @example
   * await relay.request('wc_proposeSession', { pairingTopic, sessionProposal, ttl: 300 });
   */
  request(method: string, params: object, options?: RequestOptions): Promise<unknown> {
    return this.#services.publisher.request(method, params, options);
  }

  /**
   * Takes a lease on a topic until `unsubscribe`, one for all calls. Resolves with the subscription's id once the relay has
   * confirmed it. Rejects when the relay refuses it, or does not confirm it within `publishDeadline`, at `unsubscribe` and
   * `disconnect()`, and when the connection has `failed`: the lease then ends, unless an earlier call was confirmed or
   * another one still waits. When the relay refuses it later, on another connection, the topic has `failed`: `errors$`
   * names it, and the lease ends. A rejection that is not awaited does no harm.
   */
  subscribe(topic: string): Promise<string> {
    return subscribe(topic, this.#services.subscribing);
  }

  /**
   * Gives the lease of `subscribe` back, and unsubscribes if it was the last one. `subscriptionId` matters for subscriptions
   * of an earlier process; by default it is the id that the relay gave last. Resolves when the relay has confirmed that; at
   * once when there are other leases; and without a connection, or when it is lost: the topic is then unsubscribed from on
   * the next one. Rejects, and shows on `errors$`, when none of this happens within `publishDeadline`; retries go on.
   */
  unsubscribe(topic: string, subscriptionId?: string): Promise<void> {
    return unsubscribe(topic, this.#services.subscribing, subscriptionId);
  }

  /**
   * Emits the messages that the relay keeps of a topic for this client, oldest page first. Cold: each subscription fetches
   * anew, and requests another page when all of the one before has been taken. The relay counts the messages of its answers
   * as delivered: the rest of a page, and a page that comes too late, wait in memory for the next fetch or subscriber.
   * Subscribers of the topic receive a page too. A request is not repeated once the relay may have answered it: errors with
   * a RelayError when the connection is lost, or no answer comes within `publishDeadline`. Completes with the last page.
   */
  fetchMessages(topic: string): Observable<RelayMessage> {
    return fetchMessages(topic, this.#services.fetching);
  }

  /** Calls the listener with each message of any topic, until `off`; an error that it throws shows on `errors$`. */
  on(event: 'relay_message', listener: MessageListener): this {
    this.#listeners.add(event, listener);
    return this;
  }

  /** Removes a listener. */
  off(event: 'relay_message', listener: MessageListener): this {
    this.#listeners.remove(event, listener);
    return this;
  }

  /**
   * Opens the connection, or skips the wait for the next attempt. Resolves once the relay has answered a first request: it
   * accepts every socket, and refuses a client afterwards (`useOnCloseEvent`). Rejects when the relay refuses this client,
   * and on `disconnect()` and `dispose()`; retries otherwise. A rejection that is not awaited does no harm.
   */
  connect(): Promise<void> {
    return ignoreRejection(this.#connected());
  }

  async #connected(): Promise<void> {
    if (this.#shell.disposed) throw disposedError();
    this.#disconnected = false;
    const { calls, probe, topics, wire } = this.#services;
    const { requestTimeout } = this.#settings;
    const answered$ = this.connectionState$.pipe(
      skipWhile(isDown), // as it was before
      switchMap((state) => {
        if (state === 'connected') return signOfLife(calls, probe, requestTimeout);
        if (!isDown(state)) return EMPTY;
        throw topics.disposed ? disposedError() : (this.connection.errorReason ?? closedOf());
      }),
      throwIfEmpty(disposedError),
    );
    const answered = firstValueFrom(answered$);
    wire.command({ type: 'connect' });
    await answered;
  }

  /**
   * Closes the connection until `connect()`, which subscribes again to topics with leases. Rejects pending calls; ends each
   * `detachGrace`. Resolves when closed; leaves nothing that keeps a process alive.
   */
  disconnect(): Promise<void> {
    this.#disconnected = true;
    const { topics, calls, wire, leases } = this.#services;
    topics.dropRequests();
    calls.close(closedOf());
    wire.command({ type: 'close' });
    leases.end({ type: 'disconnected' });
    topics.disconnected();
    return Promise.resolve();
  }

  /** Resolves with the did:key of this client, its id at the relay. Reads the storage if need be. */
  clientId(): Promise<string> {
    return firstValueFrom(this.#services.seed$.pipe(map(clientIdOf)));
  }

  /**
   * Closes the connection, completes every stream, and rejects pending calls: no timer, socket or listener is left. The
   * client cannot be used again.
   */
  dispose(): Promise<void> {
    const { topics, calls, publisher, inbox, leases } = this.#services;
    return this.#shell.dispose(() => {
      publisher.dispose();
      topics.dispose();
      leases.dispose();
      inbox.dispose();
      calls.dispose(disposedError());
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** Opens a closed connection, unless the user has closed it. */
  #demand(): void {
    const { name } = this.#shell.state.value;
    if (this.#settings.autoConnect === false || this.#disconnected) return;
    if (name === 'initialized' || name === 'closed') this.#services.wire.command({ type: 'connect' });
  }

  /** The hot path: delivers messages, and answers of requests. */
  readonly #route = (frame: Incoming): void => {
    const { inbox, calls } = this.#services;
    if (frame.type === 'message') inbox.receive(frame);
    else if (frame.type === 'answer') calls.answered(frame.id, frame.result);
    else if (!calls.refused(frame.id, frame.error) && frame.id === '0')
      this.#shell.report(RelayError.from(frame.error), 'The relay could not read a frame of this client.');
  };
}

const isDown = (name: ConnectionStateName): boolean =>
  name === 'initialized' || name === 'closed' || name === 'failed';

const closedOf = (): RelayError => new RelayError('The client was disconnected. Connect again first.');
