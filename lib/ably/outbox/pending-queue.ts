import { Fifo } from '../../base/fifo.js';
import type { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage, PublishResult, WireAnnotation, WireMessage } from '../wire/frames.js';
import type { WireObjectMessage } from '../wire/object-message.js';

/** A frame whose serial is written when it is sent; `unsent` until then. */
export interface Numbered extends Omit<
  ProtocolMessage,
  'msgSerial' | 'messages' | 'annotations' | 'presence' | 'state'
> {
  msgSerial: number;
  messages?: readonly WireMessage[];
  annotations?: readonly WireAnnotation[];
  presence?: readonly WireMessage[];
  state?: readonly WireObjectMessage[];
}

/** The serial of what was never sent. */
export const unsent = -1;

/** Told why a frame was not accepted, or with which serials it was. */
export type OnSettled = (error?: ErrorInfo, result?: PublishResult) => void;

/** A frame that wants an ACK, and the promise that tells of it. */
export interface Pending {
  readonly frame: Numbered;
  size: number;
  /** Gives it up, as long as it was never sent. */
  readonly signal: AbortSignal | undefined;
  readonly promise: Promise<PublishResult>;
  readonly resolve: (result: PublishResult) => void;
  readonly reject: (reason: unknown) => void;
  /** Told in the very turn in which it is settled, as promises are not. */
  readonly onSettled: OnSettled | undefined;
  /** Whether it was given up; it counts no more and is passed over. */
  givenUp: boolean;
  /** Whether it was sent in a session that was lost then: it may have been accepted there, whatever is answered later. */
  isDoubtful: boolean;
  /** Whether it is settled, and only an empty frame is left of it, to use up its serial. */
  isHollow: boolean;
}

/** A frame, and its bytes as it is sent. */
export interface Measured {
  readonly pending: Pending;
  readonly bytes: number;
}

/** The ways to settle the promise that was made last. One executor for all: a hundred thousand may be in flight. */
const ways: { resolve?: Pending['resolve']; reject?: Pending['reject'] } = {};
const takeWays = (resolve: Pending['resolve'], reject: Pending['reject']): void => {
  ways.resolve = resolve;
  ways.reject = reject;
};

/** A frame, ready to be queued; its promise is pending. */
export function pendingOf(
  frame: Numbered,
  size: number,
  signal: AbortSignal | undefined,
  onSettled?: OnSettled,
): Pending {
  const promise = new Promise(takeWays);
  return {
    frame,
    size,
    signal,
    promise,
    resolve: ways.resolve as Pending['resolve'], // the executor has run
    reject: ways.reject as Pending['reject'],
    onSettled,
    givenUp: false,
    isDoubtful: false,
    isHollow: false,
  };
}

/**
 * Frames that were submitted and are not settled, oldest first: sent ones, then those that wait for a connection. An ACK for
 * k serials costs O(k), whatever is queued behind them; giving one up costs O(1).
 */
export class PendingQueue {
  readonly #sent = new Fifo<Pending>();
  readonly #unsent = new Fifo<Pending>();
  /** How many of the unsent ones were given up and are still in the way. */
  #givenUp = 0;
  #serial: number;
  #size = 0;

  constructor(firstSerial: number) {
    this.#serial = firstSerial;
  }

  /** How many are unsettled. */
  get length(): number {
    return this.#sent.length + this.#unsent.length - this.#givenUp;
  }

  /** Their sizes together, in bytes. */
  get size(): number {
    return this.#size;
  }

  /** The serial of the oldest unsettled frame. */
  get oldestSerial(): number {
    return this.#serial;
  }

  /** RTN7b, RTN16g: the serial that the next frame gets; those that wait to be sent have none yet. */
  get nextSerial(): number {
    return this.#serial + this.#sent.length;
  }

  push(pending: Pending): void {
    this.#unsent.push(pending);
    this.#size += pending.size;
  }

  /** The next one that has not been sent on this transport, its frame with its serial; `undefined` when there is none. */
  takeUnsent(): Pending | undefined {
    let pending = this.#unsent.shift();
    for (; pending?.givenUp; pending = this.#unsent.shift()) this.#givenUp -= 1;
    if (!pending) return undefined;
    pending.frame.msgSerial = this.nextSerial; // in place: a copy per publish costs more than the queue does
    this.#sent.push(pending);
    return pending;
  }

  /** Takes the one out that was taken to be sent last, because it cannot be; its serial goes to the next. */
  withdraw(): Pending | undefined {
    const pending = this.#sent.withdraw(this.#sent.length - 1);
    if (pending) this.#size -= pending.size;
    return pending;
  }

  /** Takes one out that was never sent. Most of them only count no more, until it pays to close the gaps. */
  giveUp(pending: Pending): void {
    pending.givenUp = true;
    this.#givenUp += 1;
    this.#size -= pending.size;
    if (this.#givenUp * 2 > this.#unsent.length) this.#queue(this.#drainUnsent());
  }

  /**
   * A new transport: everything is to be sent again (RTN19a), under its old serial, and under the ids that it had in
   * `session`, unless that is undefined: what the server has accepted it knows by them.
   */
  rewind(session: string | undefined): void {
    const waiting = this.#drainUnsent();
    const all = [...this.#sent.drain(), ...waiting];
    this.#queue(all);
    if (session === undefined) return;
    for (const { frame } of all)
      if (frame.msgSerial !== unsent) assignIds(frame, `${session}:${frame.msgSerial}`);
  }

  /**
   * RTN19a2: the session is lost, and serials begin at 0 again. To be called after `rewind`. Takes out, and answers with,
   * what is not to be sent at once.
   */
  restart(isToStay: (pending: Pending) => boolean): readonly Pending[] {
    this.#serial = 0;
    const taken: Pending[] = [];
    for (const pending of this.#drainUnsent()) {
      pending.isDoubtful ||= wasSent(pending);
      if (isToStay(pending)) this.#unsent.push(pending);
      else {
        this.#size -= pending.size;
        taken.push(pending);
      }
    }
    return taken;
  }

  /**
   * Takes out what was sent up to, and without, `serial`; what is not there any more was settled before and is ignored.
   * A peer that acknowledges what was never sent gets no further than what was.
   */
  settleBefore(serial: number, settle: (pending: Pending) => void): void {
    for (let left = Math.min(serial - this.#serial, this.#sent.length); left > 0; left -= 1) {
      const pending = this.#sent.shift();
      if (!pending) return;
      this.#serial += 1;
      this.#size -= pending.size;
      settle(pending);
    }
  }

  /** The largest one that was sent on this transport, and its bytes. */
  largestSent(measure: (frame: Numbered) => number): Measured | undefined {
    let largest: Measured | undefined;
    for (let index = 0; index < this.#sent.length; index += 1) {
      const pending = this.#sent.at(index);
      if (!pending || pending.isHollow) continue;
      const bytes = measure(pending.frame);
      if (!largest || bytes > largest.bytes) largest = { pending, bytes };
    }
    return largest;
  }

  /** Leaves only an empty frame of one that was sent, to use up its serial. */
  hollow(pending: Pending): void {
    this.#size -= pending.size;
    pending.size = 0;
    pending.isHollow = true;
    for (const field of ['messages', 'annotations', 'presence', 'state'] as const)
      if (pending.frame[field]) pending.frame[field] = [];
  }

  /** Takes out everything; serials go on after those used. */
  drain(): readonly Pending[] {
    this.#serial += this.#sent.length;
    this.#size = 0;
    return [...this.#sent.drain(), ...this.#drainUnsent()];
  }

  #drainUnsent(): readonly Pending[] {
    this.#givenUp = 0;
    return this.#unsent.drain().filter(({ givenUp }) => !givenUp);
  }

  #queue(unsent: readonly Pending[]): void {
    for (const pending of unsent) this.#unsent.push(pending);
  }
}

/** TM2a, TP3a, OM2a, RSL1k1: gives each item that has no id the one of its place in the frame, as the server does by the frame's own id. */
export function assignIds(frame: Numbered, base: string): void {
  const named = <T extends { readonly id?: string }>(item: T, index: number): T =>
    item.id === undefined ? { ...item, id: `${base}:${index}` } : item;
  if (frame.messages) frame.messages = frame.messages.map(named);
  if (frame.presence) frame.presence = frame.presence.map(named);
  if (frame.state) frame.state = frame.state.map(named);
}

/** Whether it has ever been handed to a socket. */
export const wasSent = ({ frame: { msgSerial } }: Pending): boolean => msgSerial !== unsent;

/** RTP17g1: a member that enters again on another connection than the one that it had its id from. */
export function stripIds(frame: Numbered): void {
  if (frame.presence) frame.presence = frame.presence.map(({ id: _, ...member }) => member);
}
