import {
  defer,
  distinctUntilChanged,
  EMPTY,
  ignoreElements,
  map,
  merge,
  type Observable,
  type OperatorFunction,
  of,
  type SchedulerLike,
  skipWhile,
  Subject,
} from 'rxjs';
import { deadlines } from '../../rx/deadlines.js';
import { KeyedSubject } from '../../rx/keyed-subject.js';
import { type MachineEvent, machines, type Transition } from '../../rx/machines.js';
import { type Link, noLink } from '../link.js';
import { TopicRecord } from './record.js';
import { reduceTopic } from './reduce.js';
import { Requester, type RequesterSettings } from './requester.js';
import { isAtWork, type TopicEffect, type TopicEvent, type TopicRules, type TopicState } from './state.js';

/** The dependencies of topics. */
export interface TopicsSettings extends RequesterSettings {
  readonly rules: TopicRules;
  readonly scheduler: SchedulerLike;
  /** Opens the connection, if it is to be opened on demand. */
  readonly demand: () => void;
  /** Says whether the user has disconnected. */
  readonly isDisconnected: () => boolean;
  /** Called when the lease of `subscribe()` was confirmed, or has ended. */
  readonly leaseChanged: (topic: string) => void;
}

type TopicTransition = Transition<TopicRecord, TopicEvent, TopicEffect>;

const graceOf = (state: TopicState) =>
  'wish' in state && typeof state.wish === 'object' ? state.wish : undefined;
const retryOf = (state: TopicState) =>
  'request' in state && typeof state.request === 'object' ? state.request : undefined;

/** Every topic of a client, each a machine of its own, all in one stream. */
export class Topics {
  readonly #records = new Map<string, TopicRecord>();
  /** Forgotten topics whose delay after a refusal is not over, which their successors wait for. */
  readonly #released = new Map<string, TopicRecord>();
  readonly #event = new Subject<MachineEvent<TopicRecord, TopicEvent>>();
  /** Each transition, by its topic, once its effects have been performed. */
  readonly #transitions = new KeyedSubject<TopicRecord, TopicTransition>();
  readonly #settings: TopicsSettings;
  readonly #requester: Requester;
  #link = noLink;
  #disposed = false;

  constructor(settings: TopicsSettings) {
    this.#settings = settings;
    this.#requester = new Requester(settings, (record, event) => {
      this.#tell(record, event);
    });
  }

  /** Runs the machines while subscribed; emits nothing. */
  readonly run$: Observable<never> = defer(() => {
    const { rules, isDisconnected } = this.#settings;
    return this.#event.pipe(
      machines<TopicRecord, TopicEvent, TopicEffect>({
        reduce: (state, event) =>
          reduceTopic(state, event, { rules, link: this.#link, isDisconnected: isDisconnected() }),
        timers: this.#timers(),
        perform: (transition) => {
          for (const effect of transition.effects) this.#perform(effect, transition.machine);
          this.#transitions.next(transition.machine, transition);
        },
      }),
      ignoreElements(),
    );
  });

  /** Every topic, by name. */
  get all(): ReadonlyMap<string, TopicRecord> {
    return this.#records;
  }

  /** True when any topic is subscribed to, or has something left to tell the relay. */
  get needed(): boolean {
    return [...this.#records.values()].some(({ state }) => isAtWork(state));
  }

  get link(): Link {
    return this.#link;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Gets the topic's record; makes it on first use. */
  get(topic: string): TopicRecord {
    const found = this.#records.get(topic);
    if (found) return found;
    const made = new TopicRecord(topic);
    made.state = this.#released.get(topic)?.state ?? made.state;
    this.#records.set(topic, made);
    return made;
  }

  /** Gets the topic's record, if there is one. */
  find(topic: string): TopicRecord | undefined {
    return this.#records.get(topic);
  }

  /** Says whether the topic was forgotten, or the client disposed of: it emits nothing any more. */
  isOver(record: TopicRecord): boolean {
    return this.#disposed || this.#records.get(record.topic) !== record;
  }

  /** Emits the state at once, then each next one; completes when the topic is over. */
  stateOf(record: TopicRecord): Observable<TopicState> {
    return defer(() => {
      const next$ = this.isOver(record)
        ? EMPTY
        : this.#transitions.of(record).pipe(map(({ state }) => state));
      const now$ = defer(() => of(record.state)); // subscribed second, so that a change by a subscriber of it is not missed
      return merge(next$, now$).pipe(distinctUntilChanged());
    });
  }

  /**
   * Tells the topic an event; emits its state once that has been processed, then after each next one. Completes when the
   * topic is over. An event that is told in a handler waits for its turn, so that a state read at once would be an old one.
   */
  process(record: TopicRecord, event: TopicEvent): Observable<TopicState> {
    const processed$ = this.#transitions.of(record).pipe(
      skipWhile((transition) => transition.event !== event),
      map(({ state }) => state),
    );
    const tell$ = defer(() => {
      this.#tell(record, event);
      return EMPTY;
    });
    return merge(processed$, tell$);
  }

  /** Takes a lease: connects and subscribes if need be. */
  take(record: TopicRecord): void {
    record.leases += 1;
    this.#settings.demand(); // may show users a new state, who may give their lease back
    this.#tell(record, { type: 'wanted' });
  }

  /** Gives a lease back; the last one starts the grace. */
  release(record: TopicRecord): void {
    record.leases -= 1;
    if (record.leases === 0) this.#tell(record, { type: 'released' });
  }

  /** Gives the subscribe lease back, without a grace when it was the last lease. */
  dropSubscribeLease(record: TopicRecord): void {
    record.dropSubscribeLease();
    if (record.leases === 0) this.#tell(record, { type: 'unwanted' });
  }

  /** Tells that the lease of `subscribe()` was confirmed, or has ended. */
  leaseChanged({ topic }: TopicRecord): void {
    this.#settings.leaseChanged(topic);
  }

  /** Forgets a topic without leases, and with nothing left to tell the relay; its record is over then. */
  forget(record: TopicRecord): void {
    if (record.leases > 0 || isAtWork(record.state)) return;
    this.#tell(record, { type: 'unwanted' });
    this.#records.delete(record.topic);
    const delay = retryOf(record.state);
    const before = this.#released.get(record.topic);
    const isPassedOn = before && retryOf(before.state) === delay; // the timer is the earlier one's
    if (delay && !isPassedOn) this.#released.set(record.topic, record);
    this.#transitions.end(record);
  }

  /** Takes another link. On a new connection every topic is subscribed to anew. */
  linkChanged(link: Link): void {
    const wasUp = this.#link.name === 'up';
    const isUp = link.name === 'up';
    this.#link = link;
    if (wasUp === isUp) return;
    this.#requester.restart(() => {
      this.#tellAll({ type: isUp ? 'link up' : 'link down' });
    });
  }

  /** Drops the requests that wait: the connection is about to end. */
  dropRequests(): void {
    this.#requester.restart(() => undefined);
  }

  /** Ends every grace: the user has disconnected. */
  disconnected(): void {
    this.#tellAll({ type: 'disconnected' });
  }

  /** Ends every public stream. */
  dispose(): void {
    this.#disposed = true;
    this.dropRequests();
    for (const record of this.#records.values()) record.complete();
    this.#transitions.complete();
  }

  #tell(record: TopicRecord, event: TopicEvent): void {
    this.#event.next([record, event]);
  }

  #tellAll(event: TopicEvent): void {
    for (const record of this.#records.values()) this.#tell(record, event);
  }

  #timers(): OperatorFunction<TopicTransition, MachineEvent<TopicRecord, TopicEvent>> {
    return deadlines<TopicState, TopicTransition, MachineEvent<TopicRecord, TopicEvent>>(
      this.#settings.scheduler,
      {
        deadline: retryOf,
        over: ({ machine }) => {
          this.#endDelay(machine);
          return [machine, { type: 'due' }];
        },
      },
      { deadline: graceOf, over: ({ machine }) => [machine, { type: 'unwanted' }] },
    );
  }

  /** Ends the delay of a forgotten topic for its successor too. */
  #endDelay(record: TopicRecord): void {
    if (this.#released.get(record.topic) !== record) return;
    this.#released.delete(record.topic);
    const successor = this.#records.get(record.topic);
    if (successor && retryOf(successor.state) === retryOf(record.state))
      this.#tell(successor, { type: 'due' });
  }

  #perform(effect: TopicEffect, record: TopicRecord): void {
    switch (effect.type) {
      case 'subscribe':
      case 'unsubscribe':
        this.#requester[effect.type].add(record);
        return;
      case 'drop subscribe lease':
        record.dropSubscribeLease();
        this.leaseChanged(record);
        return;
      case 'error subscribers':
        record.error(effect.error); // before the state is published: a subscriber of that may subscribe here anew
    }
  }
}
