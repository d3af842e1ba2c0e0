import type { Subscriber, Unsubscribable } from 'rxjs';
import { FastSubject } from '../../rx/fast-subject.js';
import { KeyedSubject } from '../../rx/keyed-subject.js';
import type { Machine } from '../../rx/machines.js';
import { deciphering } from '../wire/encodings.js';
import { ErrorInfo } from '../wire/error-info.js';
import { Flag, hasFlag } from '../wire/flags.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { type Message, messageOf, type Report } from '../wire/message.js';
import type { ChannelSettings } from './options.js';
import { type ChannelState, initialized, isIndebted, isSettled, isStuck, isWanted } from './state.js';

/** CP2: where a channel stands in its history. */
export interface ChannelProperties {
  /** CP2a, RTL15c: the serial with which it was last attached anew. */
  readonly attachSerial: string | undefined;
  /** CP2b, RTL15b: the serial of the last message. */
  readonly channelSerial: string | undefined;
}

interface LeaseHost {
  release(record: BareRecord<LeaseHost>): void;
}

/**
 * All that is kept for one channel, in as few objects as can be: there may be ten thousand, and each object on the way of
 * a message is a cache miss then. It is the subject of its messages itself. A message is made only for a subscriber.
 * Generic in its host, so that this file need not know port.ts, which knows it; `ChannelRecord` is the type to use.
 */
export class BareRecord<Host extends LeaseHost>
  extends FastSubject<Message>
  implements Machine<ChannelState>, Unsubscribable
{
  state: ChannelState = initialized;
  settings: ChannelSettings;
  channelSerial: string | undefined = undefined;
  attachSerial: string | undefined = undefined;
  /** RTL4m: the flags of the last ATTACHED, among them the modes granted. */
  flags = 0;
  /** RTL4k1 */
  params: Readonly<Record<string, string>> | undefined = undefined;
  /** Leases taken and not given back; the first and the last one are events of the machine. */
  leases = 0;
  /** Whether `attach()` took one of them, which `detach()` gives back. */
  attachLease = false;
  /** RTL7i2: whether the lack of a mode has been logged since the last ATTACHED. */
  modeWarningLogged = false;
  /** The frame whose messages are being delivered at this moment. */
  delivering: ProtocolMessage | undefined = undefined;
  readonly name: string;
  /** The channels that it is one of. */
  readonly host: Host;
  /** The public channel, which its host has made. */
  face: object | undefined = undefined;
  #named: KeyedSubject<string | undefined, Message> | undefined = undefined;
  /** Ids of the frames that came since an ATTACH for other options was sent: the server may send them again behind its answer. */
  #repeatable: Set<string> | undefined = undefined;

  constructor(name: string, settings: ChannelSettings, host: Host) {
    super();
    this.name = name;
    this.settings = settings;
    this.host = host;
  }

  /** Whether anybody subscribes to its messages. */
  get isHeard(): boolean {
    return this.observed || this.#named?.observed === true;
  }

  /** Whether one more lease changes nothing: it is attached for certain, and stays so. */
  get isSteady(): boolean {
    const { state } = this;
    return state.name === 'attached' && state.wish === 'held' && !state.grace && !state.from;
  }

  /** Gives a lease back. A subscriber that holds one adds the record itself to what its end ends: no object is lighter. */
  unsubscribe(): void {
    this.host.release(this);
  }

  dropAttachLease(): void {
    if (this.attachLease) this.leases -= 1;
    this.attachLease = false;
  }

  /** RTN16j: goes on where another process left off; messages that nobody saw may lie behind it. */
  restore(serial: string): void {
    this.channelSerial = serial;
    this.state = { ...initialized, continues: true };
  }

  /** Takes note of what an ATTACHED says. */
  note(frame: ProtocolMessage): void {
    if (frame.channelSerial) this.channelSerial = frame.channelSerial; // RTL15b
    if (!hasFlag(frame.flags, Flag.resumed)) {
      this.attachSerial = frame.channelSerial ?? undefined; // RTL15c
      this.#repeatable = undefined;
    }
    this.flags = frame.flags ?? 0; // RTL4m
    this.params = frame.params ?? undefined; // RTL4k1
    this.modeWarningLogged = false;
  }

  /** Adds a subscriber to the messages of one name; without replay. */
  joinNamed(subscriber: Subscriber<Message>, name: string): void {
    (this.#named ??= new KeyedSubject()).join(name, subscriber);
  }

  /** RTL15b: moves on with a frame. A channel that is not attached does not move, or what it missed would never be sent again. */
  advance({ channelSerial }: ProtocolMessage): void {
    if (channelSerial && this.state.name === 'attached') this.channelSerial = channelSerial;
  }

  /** As `deliver`, of what `transform` makes of the frame; gives the error where it throws (RTL18a). */
  deliverTransformed(
    frame: ProtocolMessage,
    report: Report,
    transform: (record: this, frame: ProtocolMessage) => ProtocolMessage,
  ): ErrorInfo | undefined {
    let whole: ProtocolMessage;
    try {
      whole = transform(this, frame);
    } catch (cause) {
      const error = ErrorInfo.of(cause, 40018);
      report(error);
      return error;
    }
    this.deliver(whole, report);
    return undefined;
  }

  /** RSL6, RTL15b, RTL17, RTL21, TM2: the hot path. */
  deliver(frame: ProtocolMessage, report: Report): void {
    const { channelSerial, messages } = frame;
    const { state } = this;
    if (state.name !== 'attached') return; // RTL17: asked once a frame, or all would pay for a handler that detaches
    if (channelSerial) this.channelSerial = channelSerial; // RTL15b
    if (!messages) return;
    const list: unknown = messages; // the border: what the server sent
    if (!Array.isArray(list)) throw notAList('messages');
    if ((state.reconfiguring || this.#repeatable) && this.recallFrame(frame)) return;
    if (!this.isHeard) return;
    const { cipher, payloads } = this.settings;
    const undo = cipher && deciphering(cipher); // RSL5a
    this.delivering = frame;
    for (let index = 0; index < messages.length; index += 1) {
      const wire = messages[index];
      const named = this.#named; // looked at for each: subscribers come and go meanwhile
      if (!isObject(wire)) {
        report(malformed('message'));
        continue;
      }
      if (!this.observed && !named?.has(wire.name)) continue;
      const received = messageOf(wire, frame, index, report, undo);
      const message = payloads ? payloads.accept(received, report) : received;
      if (!message) continue;
      this.next(message);
      named?.next(wire.name, message);
    }
    this.delivering = undefined;
  }

  /**
   * RTL16a, RTL18c: tells whether the frame came before, and keeps its id while other options are asked for. Their ATTACH names
   * the serial of that moment, after which a server with deltas begins anew, and what was on its way then comes twice.
   */
  recallFrame({ id }: ProtocolMessage): boolean {
    if (id === undefined) return false;
    if (this.#repeatable?.has(id)) return true;
    if (this.state.name !== 'attached' || !this.state.reconfiguring) this.#repeatable = undefined;
    else (this.#repeatable ??= new Set()).add(id);
    return false;
  }

  /** Ends the subscribers of its messages: with an error when the channel failed, without one on `dispose()`. */
  end(error?: Error): void {
    const named = this.#named;
    this.#named = undefined; // a subscriber that comes back while the others are told of the end finds a fresh one
    for (const subject of [this, named]) {
      if (error === undefined) subject?.complete();
      else subject?.error(error);
    }
  }
}

/**
 * Records by name, of the channels that there are, and of those released ones that the server may still have. One record of
 * a name owns it at a time: that one alone may send, and is told what comes, and the next one waits for it.
 */
export class Records<
  R extends Machine<ChannelState> & Pick<BareRecord<LeaseHost>, 'name' | 'channelSerial'>,
> {
  readonly #current = new Map<string, R>();
  readonly #parting = new Map<string, R>();
  /** Strikes of released channels, and when these were released; the oldest first. */
  readonly #strikes = new Map<string, { readonly count: number; readonly at: number }>();

  /** Those of the channels that there are. */
  get current(): ReadonlyMap<string, R> {
    return this.#current;
  }

  /** All of them; the released ones first. */
  get all(): readonly R[] {
    return [...this.#parting.values(), ...this.#current.values()];
  }

  /**
   * RTN16g: where each channel stands that is attached, or is going to be once more: left out, what comes meanwhile would be
   * missed without a word. The official client takes in every channel with a serial, too.
   */
  get serials(): Readonly<Record<string, string>> {
    const standing = [...this.#current.values()].flatMap(({ name, state, channelSerial }) =>
      channelSerial && state.name !== 'detaching' ? [[name, channelSerial] as const] : [],
    );
    return Object.fromEntries(standing);
  }

  isCurrent(record: R): boolean {
    return this.#current.get(record.name) === record;
  }

  ownerOf(name: string): R | undefined {
    return this.#parting.get(name) ?? this.#current.get(name);
  }

  isOwner(record: R): boolean {
    return this.ownerOf(record.name) === record;
  }

  /** RTL3d2: whether ATTACH is sent for the owner of the name, with no DETACH before it. */
  isAttaching(name: string): boolean {
    const state = this.ownerOf(name)?.state;
    return state?.name === 'attaching' && !isIndebted(state);
  }

  add(record: R): void {
    this.#current.set(record.name, record);
  }

  /** Makes room for another one of the name; tells whether it stays the owner, until `part`. */
  release(record: R, now: number): boolean {
    const { name, state } = record;
    const owns = this.isOwner(record);
    const count = (state.strikes ?? 0) + ('failures' in state ? state.failures : 0);
    this.#strikes.delete(name); // so that it comes last
    if (count > 0) this.#strikes.set(name, { count, at: now });
    this.#current.delete(name);
    if (owns) this.#parting.set(name, record);
    return owns;
  }

  /** Takes over how often the released one of the name was refused, unless that is longer ago than `memory` ms. */
  takeStrikes(name: string, now: number, memory: number): number {
    if (this.#strikes.size === 0) return 0;
    for (const [other, { at }] of this.#strikes) {
      if (now - at <= memory) break;
      this.#strikes.delete(other);
    }
    const strikes = this.#strikes.get(name)?.count ?? 0;
    this.#strikes.delete(name);
    return strikes;
  }

  /** Ends a released one that is settled with the server, or that waits in vain and is in the way; tells whether it did. */
  part(record: R): boolean {
    const { name, state } = record;
    if (this.#parting.get(name) !== record) return false;
    const next = this.#current.get(name);
    const isInTheWay = next !== undefined && isWanted(next.state) && isStuck(state);
    return (isSettled(state) || isInTheWay) && this.#parting.delete(name);
  }
}

/** Whether a member of a frame's list is one: a server may err. */
export const isObject = <T extends object>(wire: T | null | undefined): wire is T =>
  typeof wire === 'object' && wire !== null;

/** A frame's list that is none: the frame is dropped, and said so. */
export const notAList = (what: string): TypeError => new TypeError(`The ${what} of a frame are not a list.`);

/** 40013 */
export const malformed = (what: string): ErrorInfo =>
  new ErrorInfo(`The server sent a malformed ${what}.`, { code: 40013 });
