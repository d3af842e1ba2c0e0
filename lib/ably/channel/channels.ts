import { EMPTY, defer, type Observable, Subject } from 'rxjs';
import { MapView } from '../../base/maps/map-view.js';
import { KeyedSubject } from '../../rx/keyed-subject.js';
import { type MachineEvent, machines } from '../../rx/machines.js';
import { Action } from '../wire/actions.js';
import { disposedError, type ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { type ChannelStateChange, type Discontinuity, updateOf } from './changes.js';
import { type EffectTargets, perform } from './effects.js';
import { detachFrame, eventOf, isAdvancing } from './frames.js';
import { notConnected, releasedError, whenLetGo } from './lease.js';
import { checkModes } from './modes.js';
import {
  asksAnew,
  type ChannelOptions,
  type ChannelSettings,
  channelSettingsOf,
  checkConfigurable,
} from './options.js';
import type { ChannelFeature, ChannelHost, ChannelRecord, ClientContext } from './port.js';
import { BareRecord, Records } from './record.js';
import { reduceChannel, reduceWaiting } from './reduce.js';
import type { ChannelContext, ChannelEvent, ChannelRules, LinkState } from './state.js';
import { timersOf } from './timers.js';

/** Everything that the channels of a client are made with. */
export interface ChannelsSettings<Channel> {
  readonly client: ClientContext;
  readonly rules: ChannelRules;
  readonly features: readonly ChannelFeature[];
  /** Makes the public face of a channel. */
  readonly channelOf: (record: ChannelRecord) => Channel;
}

/** RTS1: every channel of a client, each a machine of its own, all in one stream. */
export class Channels<Channel extends object> implements ChannelHost {
  readonly client: ClientContext;
  readonly rules: ChannelRules;
  readonly #linkTold = new Subject<void>();
  readonly linkTold$: Observable<unknown> = this.#linkTold;
  readonly #records = new Records<ChannelRecord>();
  /** RTS2: every channel by name. */
  readonly all: ReadonlyMap<string, Channel> = new MapView(
    this.#records.current,
    ({ face }) => face as Channel,
  );
  readonly #event = new Subject<MachineEvent<ChannelRecord, ChannelEvent>>();
  readonly #changes = new KeyedSubject<ChannelRecord, ChannelStateChange>();
  readonly #gaps = new KeyedSubject<ChannelRecord, Discontinuity>();
  readonly #confirmations = new KeyedSubject<ChannelRecord, ErrorInfo | undefined>();
  readonly #settings: ChannelsSettings<Channel>;
  readonly #handlers = new Map<Action, (record: ChannelRecord, frame: ProtocolMessage) => void>();
  readonly #transform: ChannelFeature['transform'];
  /** Its `link` is the one answer to "is the link up?". */
  readonly #context: ChannelContext & { link: LinkState };
  #isRunning = false;
  #performing = false; // a step, until whose end events wait
  #disposed = false;

  constructor(settings: ChannelsSettings<Channel>) {
    const { client, features, rules } = settings;
    this.#settings = settings;
    this.#context = { rules, link: 'waiting' };
    this.client = client;
    this.rules = rules;
    for (const { actions = [], frame } of features)
      for (const action of actions) if (frame) this.#handlers.set(action, frame);
    this.#transform = features.find(({ transform }) => transform)?.transform;
  }

  /** Runs the machines of all channels while subscribed to, by the first of them; emits each of their steps. */
  readonly #run$: Observable<unknown> = defer(() => {
    const { client, features } = this.#settings;
    const targets: EffectTargets = {
      link: () => this.#context.link,
      send: client.send,
      raise: (record, event) => {
        this.#event.next([record, event]);
      },
      features,
      changes: this.#changes,
      gaps: this.#gaps,
      confirmations: this.#confirmations,
      checkModes: this.checkModes,
      end: this.#end,
    };
    const ofReleased: EffectTargets = { ...targets, features: [] }; // they have been told the end of it
    return this.#event.pipe(
      machines({
        reduce: (state, event, record) =>
          (this.#records.isOwner(record) ? reduceChannel : reduceWaiting)(state, event, this.#context),
        timers: timersOf(client),
        perform: (transition) => {
          const { machine: record, effects } = transition;
          const isCurrent = this.#records.isCurrent(record);
          this.#performing = true;
          for (const effect of effects) perform(effect, transition, isCurrent ? targets : ofReleased);
          if (!isCurrent) this.#part(record);
          this.#performing = false;
        },
      }),
    );
  });

  get isUp(): boolean {
    return this.#context.link === 'up';
  }

  /** RTS3a: the channel of a name, made on first use. */
  get(name: string, options?: ChannelOptions): Channel {
    return this.#record(name, options).face as Channel; // made by `channelOf`
  }

  find(name: string): ChannelRecord | undefined {
    return this.#records.current.get(name);
  }

  /**
   * RTS4a: forgets the channel of a name, in this very turn: its subscribers get nothing more, and `get` makes a new one.
   * Detaches it then. Rejects where the server does not confirm that in time; it is tried again by itself.
   */
  async forget(name: string): Promise<void> {
    const record = this.find(name) ?? this.#records.ownerOf(name);
    if (!record) return;
    if (this.#records.isCurrent(record)) {
      const isParting = this.#records.release(record, this.client.scheduler.now());
      for (const feature of this.#settings.features) feature.forget?.(record, () => releasedError(record));
      this.detach(record);
      this.#end(record);
      if (!isParting) this.#endStreams(record); // the server never heard of it
    }
    await whenLetGo(record);
  }

  /** RTN16j: makes channels of another process, to go on where they were. */
  restore(serials: Readonly<Record<string, string>>): void {
    for (const [name, serial] of Object.entries(serials)) this.#record(name).restore(serial);
  }

  get serials(): Readonly<Record<string, string>> {
    return this.#records.serials;
  }

  isAttaching(name: string): boolean {
    return this.#records.isAttaching(name);
  }

  isOver(record: ChannelRecord): boolean {
    return this.#disposed || !this.#records.isCurrent(record);
  }

  whyNotAttachable(record: ChannelRecord): ErrorInfo | undefined {
    if (this.#disposed) return disposedError();
    if (this.isOver(record)) return releasedError(record);
    return this.#context.link === 'down' ? notConnected() : undefined;
  }

  changesOf(record: ChannelRecord): Observable<ChannelStateChange> {
    return this.#streamOf(this.#changes, record);
  }

  gapsOf(record: ChannelRecord): Observable<Discontinuity> {
    return this.#streamOf(this.#gaps, record);
  }

  confirmationsOf(record: ChannelRecord): Observable<ErrorInfo | undefined> {
    return this.#streamOf(this.#confirmations, record);
  }

  reconfigure(record: ChannelRecord, settings: ChannelSettings): void {
    const isAsked = asksAnew(record.settings, settings) && !this.isOver(record);
    record.settings = settings;
    if (isAsked) this.#event.next([record, { type: 'reconfigured' }]);
  }

  readonly checkModes = (record: ChannelRecord): void => {
    checkModes(record, this.#settings.features);
  };

  take(record: ChannelRecord): void {
    record.leases += 1;
    this.#want(record);
  }

  release(record: ChannelRecord): void {
    record.leases -= 1;
    if (record.leases === 0) this.#event.next([record, { type: 'released' }]);
  }

  takeAttachLease(record: ChannelRecord): void {
    if (!record.attachLease) record.leases += 1;
    record.attachLease = true;
    this.#want(record);
  }

  detach(record: ChannelRecord): void {
    record.dropAttachLease();
    this.#event.next([record, { type: 'dismissed', held: record.leases > 0 && !this.isOver(record) }]);
  }

  /** RTL3: passes on what the connection's state means to every channel. */
  linkChanged(link: LinkState, event: ChannelEvent): void {
    this.#context.link = link;
    for (const record of this.#records.all) this.#event.next([record, event]);
    this.#linkTold.next();
  }

  update(record: ChannelRecord, reason: ErrorInfo): void {
    this.#changes.next(record, { ...updateOf({ name: record.state.name, error: reason }), resumed: true });
  }

  /** Takes a frame for a channel: the hot path. One for a channel that does not exist is ignored (RTF1). */
  receive(frame: ProtocolMessage): void {
    const { channel: name } = frame;
    if (name === undefined) return;
    const record = this.find(name);
    if (frame.action === Action.message) {
      if (!record) return;
      const transform = this.#transform;
      if (!transform) return record.deliver(frame, this.client.report);
      const error = record.deliverTransformed(frame, this.client.report, transform);
      if (error) this.#event.next([record, { type: 'undecodable', error, chance: this.client.random() }]); // RTL18b, RTL18c: the frame comes again
      return;
    }
    const owner = this.#records.ownerOf(name);
    if (!owner && frame.action === Action.attached) this.client.send(detachFrame({ name })); // as RTL5k: a released one had asked for it
    if (!owner) return;
    const handle = owner === record ? this.#handlers.get(frame.action) : undefined;
    if (handle) return handle(owner, frame);
    if (owner === record && isAdvancing(frame)) owner.advance(frame);
    const event = eventOf(frame, this.client.random);
    if (event) this.#event.next([owner, event]);
  }

  /** Ends every public stream. */
  dispose(): void {
    this.#disposed = true;
    for (const record of this.#records.current.values()) {
      this.#end(record);
      if (this.#performing)
        [record.state] = reduceChannel(record.state, { type: 'link closed' }, this.#context); // its own step comes no more
    }
    for (const subject of [this.#changes, this.#gaps, this.#confirmations, this.#linkTold])
      subject.complete();
  }

  settingsOf(options: ChannelOptions | undefined): ChannelSettings {
    const payloads = this.#settings.features.find((feature) => feature.payloads)?.payloads;
    return channelSettingsOf(options, { deltas: this.#transform !== undefined, payloads }, this.client.log);
  }

  #record(name: string, options?: ChannelOptions): ChannelRecord {
    const found = this.find(name);
    if (!found) {
      if (!this.#isRunning) this.client.run(this.#run$);
      this.#isRunning = true;
      const made = new BareRecord<ChannelHost>(name, this.settingsOf(options), this);
      made.face = this.#settings.channelOf(made);
      this.#records.add(made);
      const { client, rules } = this;
      const strikes = this.#records.takeStrikes(name, client.scheduler.now(), rules.stableAfter);
      if (strikes > 0) this.#event.next([made, { type: 'refused before', strikes, chance: client.random() }]);
      return made;
    }
    if (options) found.settings = checkConfigurable(found, this.settingsOf(options)); // RTS3c1
    return found;
  }

  #streamOf<T>(subject: KeyedSubject<ChannelRecord, T>, record: ChannelRecord): Observable<T> {
    const goesOn = this.#records.isCurrent(record) || this.#records.isOwner(record);
    return goesOn && !this.#disposed ? subject.of(record) : EMPTY;
  }

  #want(record: ChannelRecord): void {
    this.client.connect(); // may tell users of a new state, who may give their lease back, or release the channel
    if (this.isOver(record)) return;
    if (!this.#performing && record.isSteady) return; // RTL4a: thousands may subscribe to one channel
    this.#event.next([record, { type: 'wanted' }]);
    const owner = this.#records.ownerOf(record.name);
    if (owner && owner !== record) this.#part(owner); // which may be in the way
  }

  /** Ends a released channel where that is due, and lets the next one of the name go on. */
  #part(record: ChannelRecord): void {
    if (!this.#records.part(record)) return;
    this.#event.next([record, { type: 'link closed' }]); // ends its timers, if it waited in vain
    this.#endStreams(record);
    const next = this.find(record.name);
    if (next && this.isUp) this.#event.next([next, { type: 'link up', resumed: true, isTurn: true }]);
  }

  #endStreams(record: ChannelRecord): void {
    for (const subject of [this.#changes, this.#gaps, this.#confirmations]) subject.end(record);
  }

  readonly #end = (record: ChannelRecord, error?: ErrorInfo): void => {
    for (const feature of this.#settings.features) feature.end?.(record, error);
    record.end(error);
  };
}
