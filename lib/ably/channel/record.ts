import type { Subscriber } from 'rxjs';
import { FastSubject } from '../../rx/fast-subject.js';
import { KeyedSubject } from '../../rx/keyed-subject.js';
import { PresenceState, type FrameContext } from '../presence/presence-state.js';
import { Action } from '../wire/actions.js';
import { deciphering } from '../wire/encodings.js';
import { type Annotation, annotationOf } from '../wire/annotation.js';
import { ErrorInfo } from '../wire/error-info.js';
import { Flag, hasFlag } from '../wire/flags.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { type Message, messageOf, type Report } from '../wire/message.js';
import type { RealtimeChannel } from './channel.js';
import type { DeltaBase } from '../messages/delta.js';
import type { ChannelSettings } from './options.js';
import { conforming } from '../messages/schemas.js';
import type { ChannelState } from './state.js';

/** CP2: where a channel stands in its history. */
export interface ChannelProperties {
  /** CP2a, RTL15c */
  readonly attachSerial: string | undefined;
  /** CP2b, RTL15b */
  readonly channelSerial: string | undefined;
}

const initialized: ChannelState & { name: 'initialized' } = {
  name: 'initialized',
  wanted: false,
  grace: undefined,
  error: undefined,
};

/**
 * All that is kept for one channel, in as few objects as can be: there may be ten thousand, and each object on the way of
 * a message is a cache miss then. It is the fan of its messages itself. A message is made only when somebody listens.
 */
export class ChannelRecord extends FastSubject<Message> {
  state: ChannelState = initialized;
  settings: ChannelSettings;
  channelSerial: string | undefined = undefined;
  attachSerial: string | undefined = undefined;
  /** RTL4m: the flags of the last ATTACHED, among them the modes granted. */
  flags = 0;
  /** RTL4k1 */
  params: Readonly<Record<string, string>> | undefined = undefined;
  /** RTL19: only where deltas are asked for, or come. */
  base: DeltaBase | undefined = undefined;
  /** How many hold the channel: subscribers, and `attach()` until `detach()`. */
  leases = 0;
  /** Whether `attach()` is one of them. */
  attachLease = false;
  readonly name: string;
  /** The public face. */
  readonly channel: RealtimeChannel;
  /** Whether `detach()` was the last word about it. */
  explicitlyDetached = false;
  /** Only where somebody is, or wants to know who is, present. */
  presence: PresenceState | undefined = undefined;
  /** RTL7i2: whether it has been said, since the last ATTACHED, that what is listened to will not come. */
  modeWarningLogged = false;
  /** The frame whose messages are being delivered at this moment. */
  delivering: ProtocolMessage | undefined = undefined;
  #named: KeyedSubject<string | undefined, Message> | undefined = undefined;
  #annotations: FastSubject<Annotation> | undefined = undefined;

  constructor(name: string, settings: ChannelSettings, faceOf: (record: ChannelRecord) => RealtimeChannel) {
    super();
    this.name = name;
    this.settings = settings;
    this.channel = faceOf(this);
  }

  /** Whether anybody gets messages of it. */
  get isHeard(): boolean {
    return this.observed || this.#named?.observed === true;
  }

  /** Whether anybody gets annotations of it. */
  get hearsAnnotations(): boolean {
    return this.#annotations?.observed === true;
  }

  /** RTL9: its presence. One that nobody has needed so far knows nobody, which is all there is to know where nobody was announced. */
  get presenceState(): PresenceState {
    return (this.presence ??= new PresenceState(
      this.state.name === 'attached' && !hasFlag(this.flags, Flag.hasPresence),
    ));
  }

  /** RTP2, RTP18; RTL15b but for SYNC, whose serial is a cursor. Also while detaching, which may come to nothing (RTL5f). */
  deliverPresence(frame: ProtocolMessage, { connectionId, now, report }: Omit<FrameContext, 'undo'>): void {
    if (this.state.name !== 'attached' && this.state.name !== 'detaching') return;
    if (frame.action === Action.presence) this.advance(frame);
    const { cipher } = this.settings;
    this.presenceState.receive(frame, { connectionId, now, report, undo: cipher && deciphering(cipher) });
  }

  /** RTN16j: where another process left off; messages that nobody saw may lie behind it. */
  restore(serial: string): void {
    this.channelSerial = serial;
    this.state = { ...initialized, continues: true };
  }

  /** Its next attach is a fresh start. */
  forget(): void {
    this.channelSerial = undefined;
    this.base = undefined;
  }

  /** Takes note of what an ATTACHED says. */
  arrived(frame: ProtocolMessage): { readonly resumed: boolean; readonly hasBacklog: boolean } {
    const resumed = hasFlag(frame.flags, Flag.resumed); // RTL2f
    if (frame.channelSerial) this.channelSerial = frame.channelSerial; // RTL15b
    if (!resumed) this.attachSerial = frame.channelSerial ?? undefined; // RTL15c
    this.flags = frame.flags ?? 0; // RTL4m
    this.params = frame.params ?? undefined; // RTL4k1
    this.modeWarningLogged = false;
    return { resumed, hasBacklog: hasFlag(frame.flags, Flag.hasBacklog) }; // RTL2i
  }

  /** Joins those who get the messages of one name; without replay. */
  joinNamed(subscriber: Subscriber<Message>, name: string): void {
    subscriber.add((this.#named ??= new KeyedSubject()).of(name).subscribe(subscriber));
  }

  /** Joins those who get the annotations; without replay. */
  joinAnnotations(subscriber: Subscriber<Annotation>): void {
    (this.#annotations ??= new FastSubject()).join(subscriber);
  }

  /** RTAN4b, RTL17 */
  deliverAnnotations(frame: ProtocolMessage, report: Report): void {
    if (this.state.name !== 'attached') return;
    this.advance(frame);
    const { cipher } = this.settings;
    const undo = cipher && deciphering(cipher);
    if (!this.hearsAnnotations) return;
    frame.annotations?.forEach((wire, index) => {
      if (isObject(wire)) this.#annotations?.next(annotationOf(wire, frame, { index, report, undo }));
      else report(nothing('an annotation'));
    });
  }

  /** RTL15b: what is not attached does not move, or what it missed would never be sent again. */
  advance({ channelSerial }: ProtocolMessage): void {
    if (channelSerial && this.state.name === 'attached') this.channelSerial = channelSerial;
  }

  /** RSL6, RTL15b, RTL17, RTL21, TM2: the hot path. */
  deliver(frame: ProtocolMessage, report: Report): void {
    const { channelSerial, messages } = frame;
    if (this.state.name !== 'attached') return; // RTL17: asked once a frame, or all would pay for who detaches in a handler
    if (channelSerial) this.channelSerial = channelSerial; // RTL15b
    if (!messages) return;
    const list: unknown = messages; // the border: what the server sent
    if (!Array.isArray(list)) throw new TypeError('The messages of a frame are not a list.');
    if (!this.isHeard) return;
    const { cipher, schemas } = this.settings;
    const undo = cipher && deciphering(cipher); // RSL5a
    this.delivering = frame;
    for (let index = 0; index < messages.length; index += 1) {
      const wire = messages[index];
      const named = this.#named; // looked at for each: listeners come and go meanwhile
      if (!wire || !isObject(wire)) {
        report(nothing('a message'));
        continue;
      }
      if (!this.observed && !named?.has(wire.name)) continue;
      const received = messageOf(wire, frame, index, report, undo);
      const message = schemas ? conforming(received, schemas, report) : received;
      if (!message) continue;
      this.next(message);
      named?.next(wire.name, message);
    }
    this.delivering = undefined;
  }

  /** Ends the listeners: with an error when the channel failed, without one when the client is disposed of. */
  end(error?: Error): void {
    this.presence?.end(error);
    const [named, annotations] = [this.#named, this.#annotations];
    this.#named = this.#annotations = undefined; // whoever comes back while the others are told of the end finds a fresh door
    for (const door of [this, named, annotations]) close(door, error);
  }

  /** Ends those who get messages, as `end` does. */
  endMessages(error: Error): void {
    const named = this.#named;
    this.#named = undefined;
    for (const door of [this, named]) close(door, error);
  }

  /** Ends those who get annotations, as `end` does. */
  endAnnotations(error: Error): void {
    const annotations = this.#annotations;
    this.#annotations = undefined;
    close(annotations, error);
  }
}

/** As a server may err. */
const isObject = (wire: unknown): boolean => typeof wire === 'object' && wire !== null;

const nothing = (what: string): ErrorInfo =>
  new ErrorInfo(`The server sent ${what} that is none.`, { code: 40013, statusCode: 400 });

/** What listeners stand behind. */
interface Door {
  readonly complete: () => void;
  readonly error: (error: Error) => void;
}

function close(door: Door | undefined, error: Error | undefined): void {
  if (error === undefined) door?.complete();
  else door?.error(error);
}
