import { EMPTY, defer, type Observable, Subject, tap } from 'rxjs';
import { KeyedSubject } from '../../rx/keyed-subject.js';
import { type MachineEvent, machines } from '../../rx/machines.js';
import { Action } from '../wire/actions.js';
import { disposedError, ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { type ChannelStateChange, type Discontinuity, updateOf } from './changes.js';
import { type EffectTargets, perform } from './effects.js';
import { eventOf } from './frames.js';
import { checkModes } from './modes.js';
import {
  asksAnew,
  type ChannelOptions,
  type ChannelSettings,
  channelSettingsOf,
  checkConfigurable,
  type OptionFeatures,
} from './options.js';
import type { ChannelFeature, ChannelHost, ChannelRecord, ClientContext } from './port.js';
import { BareRecord } from './record.js';
import { reduceChannel } from './reduce.js';
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
  readonly linkTold$: Observable<unknown>;
  readonly #records = new Map<string, ChannelRecord>();
  readonly #event = new Subject<MachineEvent<ChannelRecord, ChannelEvent>>();
  readonly #changes = new KeyedSubject<ChannelRecord, ChannelStateChange>();
  readonly #gaps = new KeyedSubject<ChannelRecord, Discontinuity>();
  readonly #confirmations = new KeyedSubject<ChannelRecord, ErrorInfo | undefined>();
  readonly #linkTold = new Subject<void>();
  readonly #settings: ChannelsSettings<Channel>;
  readonly #handlers = new Map<Action, (record: ChannelRecord, frame: ProtocolMessage) => void>();
  readonly #transform: ChannelFeature['transform'];
  readonly #optionFeatures: OptionFeatures;
  /** Its `link` is the one answer to "is the link up?". */
  readonly #context: ChannelContext & { link: LinkState };
  #disposed = false;

  constructor(settings: ChannelsSettings<Channel>) {
    const { client, features, rules } = settings;
    this.#settings = settings;
    this.#context = { rules, link: 'waiting' };
    this.client = client;
    this.linkTold$ = this.#linkTold;
    for (const { actions = [], frame } of features)
      for (const action of actions) if (frame) this.#handlers.set(action, frame);
    this.#transform = features.find(({ transform }) => transform)?.transform;
    this.#optionFeatures = {
      deltas: this.#transform !== undefined,
      payloads: features.find(({ payloads }) => payloads)?.payloads,
    };
  }

  /** Runs the machines of all channels while subscribed to, once; emits each of their steps. */
  readonly run$: Observable<unknown> = defer(() => {
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
      checkModes: (record) => {
        this.checkModes(record);
      },
      end: (record, error) => {
        this.#end(record, error);
      },
    };
    return this.#event.pipe(
      machines({
        reduce: (state, event) => reduceChannel(state, event, this.#context),
        timers: (transition$) => timersOf(transition$, client),
      }),
      tap((transition) => {
        for (const effect of transition.effects) perform(effect, transition, targets);
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
    return this.#records.get(name);
  }

  /** RTS2: every channel by name; a copy. */
  get all(): ReadonlyMap<string, Channel> {
    return new Map([...this.#records].map(([name, { face }]) => [name, face as Channel]));
  }

  /** RTS4a: forgets a channel, unless another one has its name by now; its subscribers get nothing more. */
  forget(record: ChannelRecord): void {
    if (this.find(record.name) !== record) return;
    this.#records.delete(record.name);
    for (const feature of this.#settings.features) feature.forget?.(record, () => releasedError(record));
    this.#end(record, undefined);
  }

  /** RTN16j: makes channels of another process, to go on where they were. */
  restore(serials: Readonly<Record<string, string>>): void {
    for (const [name, serial] of Object.entries(serials)) this.#record(name).restore(serial);
  }

  /** RTN16g: where each attached channel stands. */
  get serials(): Readonly<Record<string, string>> {
    const attached = [...this.#records.values()].filter(
      ({ state, channelSerial }) => state.name === 'attached' && channelSerial,
    );
    return Object.fromEntries(attached.map(({ name, channelSerial }) => [name, channelSerial ?? '']));
  }

  isOver(record: ChannelRecord): boolean {
    return this.#disposed || this.find(record.name) !== record;
  }

  whyNotAttachable(record: ChannelRecord): ErrorInfo | undefined {
    if (this.#disposed) return disposedError();
    if (this.isOver(record)) return releasedError(record);
    return this.#context.link === 'down' ? notConnected() : undefined;
  }

  changesOf(record: ChannelRecord): Observable<ChannelStateChange> {
    return this.#disposed ? EMPTY : this.#changes.of(record);
  }

  gapsOf(record: ChannelRecord): Observable<Discontinuity> {
    return this.#disposed ? EMPTY : this.#gaps.of(record);
  }

  confirmationsOf(record: ChannelRecord): Observable<ErrorInfo | undefined> {
    return this.#disposed ? EMPTY : this.#confirmations.of(record);
  }

  reconfigure(record: ChannelRecord, settings: ChannelSettings): void {
    const isAsked = asksAnew(record.settings, settings);
    record.settings = settings;
    if (isAsked) this.#event.next([record, { type: 'reconfigured' }]);
  }

  checkModes(record: ChannelRecord): void {
    checkModes(record, this.#settings.features);
  }

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
    if (record.attachLease) record.leases -= 1;
    record.attachLease = false;
    this.#event.next([record, { type: 'dismissed', held: record.leases > 0 }]);
  }

  /** RTL3: passes on what the connection's state means to every channel. */
  linkChanged(link: LinkState, event: ChannelEvent): void {
    this.#context.link = link;
    for (const record of this.#records.values()) this.#event.next([record, event]);
    this.#linkTold.next();
  }

  update(record: ChannelRecord, reason: ErrorInfo): void {
    this.#changes.next(record, {
      ...updateOf({ name: record.state.name, error: reason }),
      resumed: true,
    });
  }

  /** Takes a frame for a channel: the hot path. One for a channel that does not exist is ignored (RTF1). */
  receive(frame: ProtocolMessage): void {
    const record = frame.channel === undefined ? undefined : this.#records.get(frame.channel);
    if (!record) return;
    if (frame.action === Action.message) {
      if (this.#transform) this.#deliverTransformed(record, frame, this.#transform);
      else record.deliver(frame, this.client.report);
      return;
    }
    const handle = this.#handlers.get(frame.action);
    if (handle) {
      handle(record, frame);
      return;
    }
    if (advancing.includes(frame.action)) record.advance(frame);
    const event = eventOf(frame, this.client.random);
    if (event) this.#event.next([record, event]);
  }

  /** Ends every public stream. */
  dispose(): void {
    this.#disposed = true;
    for (const record of this.#records.values()) this.#end(record, undefined);
    for (const subject of [this.#changes, this.#gaps, this.#confirmations, this.#linkTold])
      subject.complete();
  }

  settingsOf(options: ChannelOptions | undefined): ChannelSettings {
    return channelSettingsOf(options, this.#optionFeatures, this.client.log);
  }

  #record(name: string, options?: ChannelOptions): ChannelRecord {
    const found = this.#records.get(name);
    if (!found) {
      const made = new BareRecord<ChannelHost>(name, this.settingsOf(options), this);
      made.face = this.#settings.channelOf(made);
      this.#records.set(name, made);
      return made;
    }
    if (options) {
      const settings = this.settingsOf(options);
      checkConfigurable(found, settings); // RTS3c1
      found.settings = settings;
    }
    return found;
  }

  #want(record: ChannelRecord): void {
    this.client.connect(); // may tell users of a new state, who may give their lease back
    this.#event.next([record, { type: 'wanted' }]);
  }

  #end(record: ChannelRecord, error: ErrorInfo | undefined): void {
    for (const feature of this.#settings.features) feature.end?.(record, error);
    record.end(error);
  }

  #deliverTransformed(
    record: ChannelRecord,
    frame: ProtocolMessage,
    transform: NonNullable<ChannelFeature['transform']>,
  ): void {
    let whole: ProtocolMessage;
    try {
      whole = transform(record, frame);
    } catch (cause) {
      const error = ErrorInfo.of(cause, 40018, 400);
      this.client.report(error); // RTL18a
      this.#event.next([record, { type: 'undecodable', error }]); // RTL18b, RTL18c: the frame comes again
      return;
    }
    record.deliver(whole, this.client.report);
  }
}

/** RTL15b: actions that move a channel on, also where no feature takes them. */
const advancing: readonly Action[] = [Action.presence, Action.annotation, Action.object];

/** RTL4b */
const notConnected = (): ErrorInfo =>
  new ErrorInfo(
    'A channel cannot be attached while the connection is closed, suspended or failed. Connect first.',
    { code: 80000 },
  );

/** RTS4a */
const releasedError = ({ name }: ChannelRecord): ErrorInfo =>
  new ErrorInfo(`Channel "${name}" was released. Get it anew by client.channel().`, { code: 90001 });
