import {
  BehaviorSubject,
  defer,
  EMPTY,
  filter,
  map,
  merge,
  type Observable,
  type SchedulerLike,
  Subject,
  tap,
} from 'rxjs';
import { KeyedSubject } from '../../rx/keyed-subject.js';
import { serialize } from '../../rx/serialize.js';
import { stateOf } from '../../rx/state-of.js';
import { Action } from '../wire/actions.js';
import type { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { onChannelChange, receivePresence } from '../presence/on-channel-change.js';
import { ChannelRecord } from './record.js';
import { asksAnew, type ChannelOptions, type ChannelSettings, channelSettingsOf } from './options.js';
import { RealtimeChannel } from './channel.js';
import { checkConfigurable } from './configurable.js';
import { checkDelta } from '../messages/delta.js';
import { changeOf, type ChannelStateChange, type Discontinuity, updateOf } from './changes.js';
import { attachFrame, detachFrame } from './attach-frame.js';
import { attachPrecondition, releasedError } from './attach-precondition.js';
import { checkModes } from './modes.js';
import { eventIn } from './on-frame.js';
import { channelReducer, type ChannelRules } from './reduce.js';
import type { ChannelServices } from './services.js';
import type { ChannelEffect, ChannelEvent, LinkState } from './state.js';
import { type Addressed, type ChannelTransition, timersOf } from './timers.js';

/** What the channels need of everything below them. */
export interface ChannelsSettings {
  readonly rules: ChannelRules;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  readonly send: (frame: ProtocolMessage) => void;
  readonly services: ChannelServices;
  /** Asked for a connection when the first lease is taken. */
  readonly connect: () => void;
}

/** RTS1: every channel of a client, each a machine of its own, all in one stream. */
export class Channels {
  readonly #records = new Map<string, ChannelRecord>();
  readonly #event = new Subject<Addressed>();
  readonly #changes = new KeyedSubject<ChannelRecord, ChannelStateChange>();
  readonly #gaps = new KeyedSubject<ChannelRecord, Discontinuity>();
  readonly #answers = new KeyedSubject<ChannelRecord, ErrorInfo | undefined>();
  readonly #settings: ChannelsSettings;
  readonly #isUp = new BehaviorSubject(false);
  #link: LinkState = 'waiting';
  #disposed = false;

  constructor(settings: ChannelsSettings) {
    this.#settings = settings;
  }

  /** Subscribing runs the machines; emits nothing. */
  readonly run$: Observable<unknown> = defer(() => {
    const { rules, scheduler, random } = this.#settings;
    const reduce = channelReducer(rules);
    const moved = new Subject<ChannelTransition>();
    const step = ([record, event]: Addressed): ChannelTransition => {
      const before = record.state;
      const [state, effects] = reduce(before, event);
      record.state = state;
      return { machine: record, event, before, state, effects };
    };
    const waited$ = timersOf(moved, { scheduler, random, link: () => this.#link });
    return merge(this.#event, waited$).pipe(
      serialize(),
      map(step),
      filter(({ before, state, effects }) => before !== state || effects.length > 0),
      tap((move) => {
        moved.next(move);
        this.#enact(move);
      }),
    );
  });

  /** RTS3a: the channel of a name, made on first use. */
  get(name: string, options?: ChannelOptions): RealtimeChannel {
    const found = this.#records.get(name);
    if (found) {
      if (options) {
        const settings = this.settingsOf(options);
        checkConfigurable(found, settings); // RTS3c1
        found.settings = settings;
      }
      return found.channel;
    }
    const made = new ChannelRecord(
      name,
      this.settingsOf(options),
      (record) => new RealtimeChannel(record, this, this.#settings.services),
    );
    this.#records.set(name, made);
    return made.channel;
  }

  /** RTS2 */
  get all(): ReadonlyMap<string, RealtimeChannel> {
    return new Map([...this.#records].map(([name, { channel }]) => [name, channel]));
  }

  /** RTS4a: forgets a channel, unless it is another one by now; whoever listens to it gets nothing more. */
  forget(channel: RealtimeChannel): void {
    const record = this.#records.get(channel.name);
    if (record?.channel !== channel) return;
    this.#records.delete(channel.name);
    this.#settings.services.publisher.failQueued(record.name, () => releasedError(record));
    record.end();
  }

  /** RTN16j: channels of another process, to go on where they were. */
  restore(serials: Readonly<Record<string, string>>): void {
    for (const [name, serial] of Object.entries(serials)) {
      this.get(name);
      this.#records.get(name)?.restore(serial);
    }
  }

  /** RTN16g: where each attached channel stands. */
  get serials(): Readonly<Record<string, string>> {
    const attached = [...this.#records.values()].filter(
      ({ state, channelSerial }) => state.name === 'attached' && channelSerial,
    );
    return Object.fromEntries(attached.map(({ name, channelSerial }) => [name, channelSerial ?? '']));
  }

  /** Whether the channel was released, or the client disposed of: nothing comes on it any more. */
  isOver(record: ChannelRecord): boolean {
    return this.#disposed || this.#records.get(record.name) !== record;
  }

  changesOf(record: ChannelRecord): Observable<ChannelStateChange> {
    return this.#disposed ? EMPTY : this.#changes.of(record);
  }

  gapsOf(record: ChannelRecord): Observable<Discontinuity> {
    return this.#disposed ? EMPTY : this.#gaps.of(record);
  }

  /** Emits on each ATTACHED, when it has been taken note of; an error where other options were asked for in vain. */
  answersOf(record: ChannelRecord): Observable<ErrorInfo | undefined> {
    return this.#disposed ? EMPTY : this.#answers.of(record);
  }

  /** RTL16a: from now on these are its settings; asks for them where it is attached. */
  reconfigure(record: ChannelRecord, settings: ChannelSettings): void {
    const isAsked = asksAnew(record.settings, settings);
    record.settings = settings;
    if (isAsked) this.#event.next([record, { type: 'reconfigured', link: this.#link }]);
  }

  /** Looks whether what is listened to can come at all. */
  checkModes(record: ChannelRecord): void {
    checkModes(record, this.#settings.services);
  }

  /** Takes a lease: connects and attaches if need be. */
  take(record: ChannelRecord): void {
    record.leases += 1;
    this.#want(record);
  }

  /** Gives a lease back; the last one starts the grace. */
  release(record: ChannelRecord): void {
    record.leases -= 1;
    if (record.leases === 0) this.#event.next([record, { type: 'released' }]);
  }

  /** RTL4: takes the lease that `attach()` holds until `detach()`; where it has it, a suspended channel is tried at once. */
  takeAttachLease(record: ChannelRecord): void {
    if (!record.attachLease) record.leases += 1;
    record.attachLease = true;
    this.#want(record);
  }

  /** RTL4b: why an attach would be hopeless; `undefined` where it is not. */
  whyNotAttachable(record: ChannelRecord): ErrorInfo | undefined {
    return attachPrecondition(record, {
      isDisposed: this.#disposed,
      isOver: this.isOver(record),
      link: this.#link,
    });
  }

  /** RTL5: detaches now, whoever listens. */
  detach(record: ChannelRecord): void {
    this.#letGo(record);
    record.explicitlyDetached = true;
    this.#event.next([record, { type: 'unwanted', link: this.#link }]);
  }

  /** RTL3: what the connection's state means to every channel. */
  linkChanged(link: LinkState, event: ChannelEvent): void {
    this.#link = link;
    for (const record of this.#records.values()) this.#event.next([record, event]);
    this.#isUp.next(this.isUp);
  }

  /** RTL3d2: whether the channel of a name is on its way to being attached. */
  readonly isAttaching = (name: string): boolean => this.#records.get(name)?.state.name === 'attaching';

  /** Whether there is a connection, at once and then as it changes; told after what it means to each channel. */
  get isUp$(): Observable<boolean> {
    return stateOf(this.#isUp, (isUp) => isUp);
  }

  get isUp(): boolean {
    return this.#link === 'up';
  }

  /** Tells of new conditions in the same state. */
  update(record: ChannelRecord, reason: ErrorInfo): void {
    this.#changes.next(record, { ...updateOf({ name: record.state.name, error: reason }), resumed: true });
  }

  /** A frame for a channel. One for a channel nobody asked for is ignored (RTF1). */
  receive(frame: ProtocolMessage): void {
    const record = frame.channel === undefined ? undefined : this.#records.get(frame.channel);
    if (!record) return;
    const { services, random } = this.#settings;
    if (frame.action === Action.presence || frame.action === Action.sync) {
      receivePresence(record, frame, this, services);
      return;
    }
    const event = eventIn(frame, record, { services, random });
    if (event) this.#event.next([record, event]);
    if (event?.type !== 'attached') return;
    this.checkModes(record);
    this.#answers.next(record, undefined);
  }

  /** Ends every public stream. */
  dispose(): void {
    this.#disposed = true;
    for (const record of this.#records.values()) record.end();
    for (const door of [this.#changes, this.#gaps, this.#answers, this.#isUp]) door.complete();
  }

  /** The options of a channel, checked and made whole. */
  settingsOf(options: ChannelOptions | undefined): ChannelSettings {
    const { log, vcdiff } = this.#settings.services;
    return checkDelta(channelSettingsOf(options, log), vcdiff);
  }

  #enact(move: ChannelTransition): void {
    const { machine: record, before, state, event, effects } = move;
    for (const effect of effects) this.#perform(effect, move);
    onChannelChange(move, this, this.#settings.services);
    if (before.name !== state.name && this.#changes.has(record))
      this.#changes.next(record, changeOf(before, state, event));
    if (
      state.name === 'detached' &&
      before.name !== 'detached' &&
      (record.isHeard || record.hearsAnnotations)
    )
      this.#gaps.next(record, { channel: record.name, reason: state.error }); // whoever still listens misses what comes now
    if (state.name === 'detached' || state.name === 'failed' || event.type === 'link renewed')
      record.forget(); // RTL15b2, RTN11d
    if (state.name === 'attached' && before.name === 'attached' && event.type === 'unanswered')
      this.#answers.next(record, event.error); // RTL16a
    if (state.name === 'failed' && before.name !== 'failed') {
      this.#letGo(record);
      record.end(state.error);
    }
  }

  #perform(effect: ChannelEffect, { machine: record, state, event }: ChannelTransition): void {
    switch (effect) {
      case 'attach':
        if (this.#link === 'up') this.#settings.send(attachFrame(record)); // a connection that is being closed still hears
        break;
      case 'detach':
        this.#settings.send(detachFrame(record));
        break;
      case 'reconsider':
        this.#event.next([record, { type: 'reconsidered', link: this.#link }]);
        break;
      case 'report update':
        this.#changes.next(record, updateOf(state, event));
        break;
      case 'report gap':
        this.#gaps.next(record, { channel: record.name, reason: state.error });
        break;
    }
  }

  #want(record: ChannelRecord): void {
    record.explicitlyDetached = false;
    this.#settings.connect(); // may tell users of a new state, who may give their lease back
    this.#event.next([record, { type: 'wanted', link: this.#link }]);
  }

  #letGo(record: ChannelRecord): void {
    if (!record.attachLease) return;
    record.attachLease = false;
    record.leases -= 1;
  }
}
