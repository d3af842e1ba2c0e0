import {
  BehaviorSubject,
  firstValueFrom,
  map,
  NEVER,
  type Observable,
  skipWhile,
  Subject,
  Subscription,
  switchMap,
  throwIfEmpty,
} from 'rxjs';
import { changeOf, type ConnectionChange, type ConnectionStateName, levelOf } from '../connection/changes.js';
import { ConnectionView } from '../connection/connection-view.js';
import type { ConnectionState } from '../connection/state.js';
import { ignoreRejection } from '../base/ignore-rejection.js';
import { readOnly } from '../rx/read-only.js';
import type { Platform } from '../socket/types.js';
import { clientIdOf } from './auth/auth-token.js';
import type { RelayChannel } from './channel.js';
import { fetchMessages } from './inbox/fetch-messages.js';
import type { Incoming } from './json-rpc/frames.js';
import { reasonOf, tellLink } from './on-connection-change.js';
import { Listeners, type MessageListener } from './inbox/listeners.js';
import type { RelayMessage } from './message.js';
import { type Parts, compose } from './compose.js';
import { signOfLife } from './calls/probe.js';
import { checkTopic } from './check-topic.js';
import type { PublishOptions } from './publish/publish-params.js';
import type { PublishResult } from './publish/publisher.js';
import { disposedError, RelayError } from './relay-error.js';
import type { RelayOptions } from './relay-options.js';
import { type Settings, settingsOf } from './settings.js';
import { subscribe, unsubscribe } from './subscribe/subscriptions.js';

type State = ConnectionState<null>;

/** The client, for a platform; the entry point knows its own. */
export class RelayPeer {
  /** What can be known of the connection. */
  readonly connection: ConnectionView<null, RelayError>;
  /** The current state at once, then each next one; distinct, never errors, completes on `dispose()`. */
  readonly connectionState$: Observable<ConnectionStateName>;
  /**
   * The messages of every topic that is subscribed to, by whomever. Hot; begins with what nobody was there to take;
   * completes on `dispose()`. Holds no topic.
   */
  readonly messages$: Observable<RelayMessage>;
  /**
   * What went wrong and ended nothing: failed publishes, subscriptions that were refused or not confirmed in time, frames
   * that make no sense, listeners that threw. Hot, replays nothing; completes on `dispose()`.
   */
  readonly errors$: Observable<RelayError>;

  readonly #settings: Settings;
  readonly #parts: Parts;
  readonly #state = new BehaviorSubject<State>({ name: 'initialized' });
  readonly #changes = new Subject<ConnectionChange<RelayError>>();
  readonly #errors = new Subject<RelayError>();
  readonly #running = new Subscription();
  readonly #listeners: Listeners;
  /** Whether the user wants no connection: then none is opened on demand. */
  #disconnected = false;

  /** Throws a RelayError that names the option which is wrong. */
  constructor(options: RelayOptions, platform: Platform) {
    this.#settings = settingsOf(options, platform);
    const report = (error: RelayError): void => {
      this.#errors.next(error);
    };
    this.#parts = compose(this.#settings, {
      demand: () => {
        this.#demand();
      },
      isDisconnected: () => this.#disconnected,
      report,
    });
    this.connection = new ConnectionView({ state: this.#state, changes$: this.#changes, reasonOf });
    this.connectionState$ = this.connection.state$;
    this.messages$ = this.#parts.inbox.messages$;
    this.errors$ = readOnly(this.#errors);
    this.#listeners = new Listeners(this.messages$, report);
    this.#start();
  }

  /** The topic of this name, always the same object; no I/O. Throws where the name is no text, or empty. */
  channel(topic: string): RelayChannel {
    checkTopic(topic);
    const { topics, channelOf } = this.#parts;
    return channelOf(topics.get(topic));
  }

  /** The topics that there are, by name; a copy. */
  get channels(): ReadonlyMap<string, RelayChannel> {
    const { topics, channelOf } = this.#parts;
    return new Map([...topics.all].map(([topic, record]) => [topic, channelOf(record)]));
  }

  /**
   * Forgets a topic, if nobody holds it, it is unsubscribed from, and nothing is left of what was fetched for it: its
   * streams complete, `channel(topic)` makes a new one.
   */
  releaseChannel(topic: string): void {
    const { inbox, topics } = this.#parts;
    const record = topics.find(topic);
    if (record && inbox.leftOf(topic).length === 0) topics.forget(record);
  }

  /**
   * Publishes a text, which comes out as it goes in. Sent once, and again up to `publishRetries` times after a refusal, no
   * answer in `publishTimeout`, a lost connection or none at all, under the same id, at most for `publishDeadline`; at once
   * on a new connection. Resolves when the relay has accepted any of them; else rejects with a PublishError. Wrong
   * arguments reject at once. A rejection that nobody awaits does no harm and shows on `errors$`. Takes no lease.
   */
  publish(topic: string, message: string, options: PublishOptions): Promise<PublishResult> {
    return this.#parts.publisher.publish(topic, message, options);
  }

  /**
   * Holds a topic until `unsubscribe`, once however often it is called. Resolves with the subscription's id once the relay
   * has confirmed it; rejects where it refuses, or does not confirm it within `publishDeadline`, at `unsubscribe` and
   * `disconnect()`, and where the connection is `failed`: then nothing is held, unless an earlier call was confirmed or
   * another one still waits. Where the relay refuses it later, on another connection, the topic has `failed`: `errors$`
   * names it, and it is held no longer. A rejection that nobody awaits does no harm.
   */
  subscribe(topic: string): Promise<string> {
    return subscribe(topic, this.#parts.subscribing);
  }

  /**
   * Gives up what `subscribe` holds, and unsubscribes where nobody else holds the topic. `subscriptionId` matters for
   * subscriptions of an earlier process; else the relay is told the id that it gave last. Resolves when it has confirmed
   * that; at once where others hold the topic; without a connection, or when it is lost: it is carried out on the next one.
   * Rejects, and shows on `errors$`, where none of this comes within `publishDeadline`; it goes on being tried.
   */
  unsubscribe(topic: string, subscriptionId?: string): Promise<void> {
    return unsubscribe(topic, this.#parts.subscribing, subscriptionId);
  }

  /**
   * What the relay keeps of a topic for this client, oldest page first. Cold: each subscription asks anew, and asks for
   * another page when all of the one before has been taken. The relay counts what it has answered as delivered: what is
   * left of a page, and a page that comes too late, waits in memory for whoever fetches or listens next. Whoever listens to
   * the topic when a page comes gets all of it as well. A request is not repeated once the relay may have answered it: where the connection
   * is lost, or no answer comes within `publishDeadline`, it errors with a RelayError that says so. Completes with the last
   * page.
   */
  fetchMessages(topic: string): Observable<RelayMessage> {
    return fetchMessages(topic, this.#parts.fetching);
  }

  /** Calls the listener with each message of any topic, until `off`; what it throws shows on `errors$`. */
  on(event: 'relay_message', listener: MessageListener): this {
    this.#listeners.add(event, listener);
    return this;
  }

  /** The listener hears nothing more. */
  off(event: 'relay_message', listener: MessageListener): this {
    this.#listeners.remove(event, listener);
    return this;
  }

  /**
   * Opens the connection, or skips the wait for the next attempt. Resolves once connected and the relay has answered a
   * first request: it lets everybody in, and refuses afterwards (`useOnCloseEvent`). Rejects where the relay refuses this
   * client, and on `disconnect()` and `dispose()`; goes on trying otherwise. A rejection that nobody awaits does no harm.
   */
  connect(): Promise<void> {
    return ignoreRejection(this.#connected());
  }

  async #connected(): Promise<void> {
    if (this.#running.closed) throw disposedError();
    this.#disconnected = false;
    const { calls, topics, wire } = this.#parts;
    const { requestTimeout } = this.#settings;
    const answered$ = this.connectionState$.pipe(
      skipWhile(isDown), // as it was before
      switchMap((state) => {
        if (state === 'connected') return signOfLife(calls, requestTimeout);
        if (!isDown(state)) return NEVER;
        throw topics.disposed ? disposedError() : (this.connection.errorReason ?? closedOf());
      }),
      throwIfEmpty(disposedError),
    );
    const answered = firstValueFrom(answered$);
    wire.command({ type: 'connect' });
    await answered;
  }

  /**
   * Hangs up, and stays so until `connect()`: what is not settled yet rejects, topics that are held are subscribed to again
   * then, and there is no `detachGrace`. Resolves when closed; nothing is left that keeps a process alive.
   */
  disconnect(): Promise<void> {
    this.#disconnected = true;
    const { topics, calls, wire, leases } = this.#parts;
    topics.dropRequests();
    calls.close(closedOf());
    wire.command({ type: 'close' });
    leases.end({ type: 'disconnected' });
    topics.disconnected();
    return Promise.resolve();
  }

  /** The did:key of this client: its name at the relay. Reads the storage where need be. */
  clientId(): Promise<string> {
    return firstValueFrom(this.#parts.seed$.pipe(map(clientIdOf)));
  }

  /**
   * Hangs up and ends every stream: no timer, socket or listener is left, and what is not accepted yet rejects. The client
   * cannot be used again.
   */
  dispose(): Promise<void> {
    if (this.#running.closed) return Promise.resolve();
    const { topics, calls, publisher, inbox, leases } = this.#parts;
    publisher.dispose();
    topics.dispose();
    leases.dispose();
    inbox.dispose();
    calls.close(disposedError());
    if (this.#state.value.name !== 'failed') this.#moved({ name: 'closed' });
    this.#running.unsubscribe();
    for (const subject of [this.#state, this.#changes, this.#errors]) subject.complete();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #start(): void {
    const { wire, calls, topics } = this.#parts;
    this.#running.add(calls.run$.subscribe());
    this.#running.add(topics.run$.subscribe());
    this.#running.add(
      wire.frame$.subscribe((frame) => {
        this.#receive(frame);
      }),
    );
    this.#running.add(
      wire.undecoded$.subscribe((error) => {
        this.#tellError('Something that the relay sent could not be read.', RelayError.of(error));
      }),
    );
    this.#running.add(
      wire.state$.subscribe((state) => {
        this.#moved(state);
      }),
    );
    if (this.#settings.autoConnect === true) wire.command({ type: 'connect' });
  }

  /** Opens a closed connection, where the user has not closed it. */
  #demand(): void {
    const { name } = this.#state.value;
    if (this.#settings.autoConnect === false || this.#disconnected) return;
    if (name === 'initialized' || name === 'closed') this.#parts.wire.command({ type: 'connect' });
  }

  /** What a step of the connection means, from below to above: users come last. */
  #moved(state: State): void {
    const before = this.#state.value;
    if (before === state) return;
    tellLink(this.#parts, before, state);
    this.#state.next(state);
    const change = changeOf(before, state, reasonOf);
    if (!change) return;
    const { current, reason } = change;
    this.#settings.log(levelOf(change), {
      message: `The relay connection is ${current}.`,
      ...(reason && { error: reason }),
    });
    this.#changes.next(change);
  }

  /** The hot path: messages, and answers to what was asked. */
  #receive(frame: Incoming): void {
    const { inbox, calls } = this.#parts;
    if (frame.type === 'push') inbox.receive(frame);
    else if (frame.type === 'answer') calls.answered(frame.id, frame.result);
    else if (!calls.refused(frame.id, frame.error) && frame.id === '0')
      this.#tellError('The relay could not read what was sent.', RelayError.from(frame.error));
  }

  #tellError(message: string, error: RelayError): void {
    this.#settings.log('error', { message, error });
    this.#errors.next(error);
  }
}

const isDown = (name: ConnectionStateName): boolean =>
  name === 'initialized' || name === 'closed' || name === 'failed';

const closedOf = (): RelayError => new RelayError('The client was disconnected. Connect again first.');
