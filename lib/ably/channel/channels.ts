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
import { Route } from '../../rx/keyed-subject.js';
import { serialize } from '../../rx/serialize.js';
import { stateOf } from '../../rx/state-of.js';
import { Action } from '../wire/actions.js';
import type { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { attend, receivePresence } from '../presence/on-channel-change.js';
import { Cell } from './record.js';
import { asksAnew, type ChannelOptions, type ChannelSettings, channelSettingsOf } from './options.js';
import { RealtimeChannel } from './channel.js';
import { checkConfigurable } from './configurable.js';
import { checkDelta } from '../messages/delta.js';
import { changeOf, type ChannelStateChange, type Discontinuity, updateOf } from './changes.js';
import { attachFrame, detachFrame } from './attach-frame.js';
import { reasonIn, released } from './attach-precondition.js';
import { heed } from './modes.js';
import { eventIn } from './on-frame.js';
import { channelReducer, type ChannelRules } from './reduce.js';
import type { ChannelServices } from './services.js';
import type { ChannelEffect, ChannelEvent, LinkState } from './state.js';
import { type Addressed, type ChannelMove, waitsOf } from './timers.js';

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
  readonly #cells = new Map<string, Cell>();
  readonly #event = new Subject<Addressed>();
  readonly #changes = new Route<Cell, ChannelStateChange>();
  readonly #gaps = new Route<Cell, Discontinuity>();
  readonly #answers = new Route<Cell, ErrorInfo | undefined>();
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
    const moved = new Subject<ChannelMove>();
    const step = ([cell, event]: Addressed): ChannelMove => {
      const before = cell.state;
      const [state, effects] = reduce(before, event);
      cell.state = state;
      return { machine: cell, event, before, state, effects };
    };
    const waited$ = waitsOf(moved, { scheduler, random, link: () => this.#link });
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
    const found = this.#cells.get(name);
    if (found) {
      if (options) {
        const settings = this.settingsOf(options);
        checkConfigurable(found, settings); // RTS3c1
        found.settings = settings;
      }
      return found.channel;
    }
    const made = new Cell(
      name,
      this.settingsOf(options),
      (cell) => new RealtimeChannel(cell, this, this.#settings.services),
    );
    this.#cells.set(name, made);
    return made.channel;
  }

  /** RTS2 */
  get all(): ReadonlyMap<string, RealtimeChannel> {
    return new Map([...this.#cells].map(([name, { channel }]) => [name, channel]));
  }

  /** RTS4a: forgets a channel, unless it is another one by now; whoever listens to it gets nothing more. */
  forget(channel: RealtimeChannel): void {
    const cell = this.#cells.get(channel.name);
    if (cell?.channel !== channel) return;
    this.#cells.delete(channel.name);
    this.#settings.services.publisher.abandon(cell.name, () => released(cell));
    cell.end();
  }

  /** RTN16j: channels of another process, to go on where they were. */
  restore(serials: Readonly<Record<string, string>>): void {
    for (const [name, serial] of Object.entries(serials)) {
      this.get(name);
      this.#cells.get(name)?.restore(serial);
    }
  }

  /** RTN16g: where each attached channel stands. */
  get serials(): Readonly<Record<string, string>> {
    const attached = [...this.#cells.values()].filter(
      ({ state, channelSerial }) => state.name === 'attached' && channelSerial,
    );
    return Object.fromEntries(attached.map(({ name, channelSerial }) => [name, channelSerial ?? '']));
  }

  /** Whether the channel was released, or the client disposed of: nothing comes on it any more. */
  isOver(cell: Cell): boolean {
    return this.#disposed || this.#cells.get(cell.name) !== cell;
  }

  changesOf(cell: Cell): Observable<ChannelStateChange> {
    return this.#disposed ? EMPTY : this.#changes.of(cell);
  }

  gapsOf(cell: Cell): Observable<Discontinuity> {
    return this.#disposed ? EMPTY : this.#gaps.of(cell);
  }

  /** Emits on each ATTACHED, when it has been taken note of; an error where other options were asked for in vain. */
  answersOf(cell: Cell): Observable<ErrorInfo | undefined> {
    return this.#disposed ? EMPTY : this.#answers.of(cell);
  }

  /** RTL16a: from now on these are its settings; asks for them where it is attached. */
  reconfigure(cell: Cell, settings: ChannelSettings): void {
    const isAsked = asksAnew(cell.settings, settings);
    cell.settings = settings;
    if (isAsked) this.#event.next([cell, { type: 'reconfigured', link: this.#link }]);
  }

  /** Looks whether what is listened to can come at all. */
  heed(cell: Cell): void {
    heed(cell, this.#settings.services);
  }

  /** Takes a lease: connects and attaches if need be. */
  take(cell: Cell): void {
    cell.leases += 1;
    this.#want(cell);
  }

  /** Gives a lease back; the last one starts the grace. */
  release(cell: Cell): void {
    cell.leases -= 1;
    if (cell.leases === 0) this.#event.next([cell, { type: 'released' }]);
  }

  /** RTL4: takes the lease that `attach()` holds until `detach()`; where it has it, a suspended channel is tried at once. */
  hold(cell: Cell): void {
    if (!cell.held) cell.leases += 1;
    cell.held = true;
    this.#want(cell);
  }

  /** RTL4b: why an attach would be hopeless; `undefined` where it is not. */
  hopelessOf(cell: Cell): ErrorInfo | undefined {
    return reasonIn(cell, { isDisposed: this.#disposed, isOver: this.isOver(cell), link: this.#link });
  }

  /** RTL5: detaches now, whoever listens. */
  detach(cell: Cell): void {
    this.#letGo(cell);
    cell.isParted = true;
    this.#event.next([cell, { type: 'unwanted', link: this.#link }]);
  }

  /** RTL3: what the connection's state means to every channel. */
  linkChanged(link: LinkState, event: ChannelEvent): void {
    this.#link = link;
    for (const cell of this.#cells.values()) this.#event.next([cell, event]);
    this.#isUp.next(this.isUp);
  }

  /** RTL3d2: whether the channel of a name is on its way to being attached. */
  readonly isAttaching = (name: string): boolean => this.#cells.get(name)?.state.name === 'attaching';

  /** Whether there is a connection, at once and then as it changes; told after what it means to each channel. */
  get isUp$(): Observable<boolean> {
    return stateOf(this.#isUp, (isUp) => isUp);
  }

  get isUp(): boolean {
    return this.#link === 'up';
  }

  /** Tells of new conditions in the same state. */
  update(cell: Cell, reason: ErrorInfo): void {
    this.#changes.next(cell, { ...updateOf({ name: cell.state.name, error: reason }), resumed: true });
  }

  /** A frame for a channel. One for a channel nobody asked for is ignored (RTF1). */
  receive(frame: ProtocolMessage): void {
    const cell = frame.channel === undefined ? undefined : this.#cells.get(frame.channel);
    if (!cell) return;
    const { services, random } = this.#settings;
    if (frame.action === Action.presence || frame.action === Action.sync) {
      receivePresence(cell, frame, this, services);
      return;
    }
    const event = eventIn(frame, cell, { services, random });
    if (event) this.#event.next([cell, event]);
    if (event?.type !== 'attached') return;
    this.heed(cell);
    this.#answers.next(cell, undefined);
  }

  /** Ends every public stream. */
  dispose(): void {
    this.#disposed = true;
    for (const cell of this.#cells.values()) cell.end();
    for (const door of [this.#changes, this.#gaps, this.#answers, this.#isUp]) door.complete();
  }

  /** The options of a channel, checked and made whole. */
  settingsOf(options: ChannelOptions | undefined): ChannelSettings {
    const { log, vcdiff } = this.#settings.services;
    return checkDelta(channelSettingsOf(options, log), vcdiff);
  }

  #enact(move: ChannelMove): void {
    const { machine: cell, before, state, event, effects } = move;
    for (const effect of effects) this.#perform(effect, move);
    attend(move, this, this.#settings.services);
    if (before.name !== state.name && this.#changes.has(cell))
      this.#changes.next(cell, changeOf(before, state, event));
    if (state.name === 'detached' && before.name !== 'detached' && (cell.isHeard || cell.hearsAnnotations))
      this.#gaps.next(cell, { channel: cell.name, reason: state.error }); // whoever still listens misses what comes now
    if (state.name === 'detached' || state.name === 'failed' || event.type === 'link renewed') cell.forget(); // RTL15b2, RTN11d
    if (state.name === 'attached' && before.name === 'attached' && event.type === 'unanswered')
      this.#answers.next(cell, event.error); // RTL16a
    if (state.name === 'failed' && before.name !== 'failed') {
      this.#letGo(cell);
      cell.end(state.error);
    }
  }

  #perform(effect: ChannelEffect, { machine: cell, state, event }: ChannelMove): void {
    switch (effect) {
      case 'attach':
        if (this.#link === 'up') this.#settings.send(attachFrame(cell)); // a connection that is being closed still hears
        break;
      case 'detach':
        this.#settings.send(detachFrame(cell));
        break;
      case 'reconsider':
        this.#event.next([cell, { type: 'reconsidered', link: this.#link }]);
        break;
      case 'report update':
        this.#changes.next(cell, updateOf(state, event));
        break;
      case 'report gap':
        this.#gaps.next(cell, { channel: cell.name, reason: state.error });
        break;
    }
  }

  #want(cell: Cell): void {
    cell.isParted = false;
    this.#settings.connect(); // may tell users of a new state, who may give their lease back
    this.#event.next([cell, { type: 'wanted', link: this.#link }]);
  }

  #letGo(cell: Cell): void {
    if (!cell.held) return;
    cell.held = false;
    cell.leases -= 1;
  }
}
