import type { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage, PublishResult } from '../wire/frames.js';

/** A frame whose serial is written when it is sent. */
export interface Numbered extends Omit<ProtocolMessage, 'msgSerial'> {
  msgSerial: number;
}

/** A frame that wants an ACK, and the promise that tells of it. */
export interface Pending {
  readonly frame: Numbered;
  readonly size: number;
  readonly promise: Promise<PublishResult>;
  readonly resolve: (result: PublishResult) => void;
  readonly reject: (error: ErrorInfo) => void;
}

/** A frame, ready to be queued; its promise is pending. */
export function pendingOf(frame: Numbered, size: number): Pending {
  let resolve: Pending['resolve'] | undefined;
  let reject: Pending['reject'] | undefined;
  const promise = new Promise<PublishResult>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { frame, size, promise, resolve: resolve as never, reject: reject as never }; // the executor has run
}

/**
 * What has been submitted and not been settled, oldest first: sent ones, then those that wait for a connection.
 * An array with a head, not a list of lists: an ACK for k serials costs O(k), whatever is queued behind them.
 */
export class PendingQueue {
  #entries: (Pending | undefined)[] = [];
  #head = 0;
  #sent = 0;
  #serial = 0;
  #size = 0;

  /** How many are unsettled. */
  get length(): number {
    return this.#entries.length - this.#head;
  }

  /** Their sizes together, in bytes. */
  get size(): number {
    return this.#size;
  }

  /** RTN7b: the serial that the next frame sent gets, after all that are in the queue. */
  get nextSerial(): number {
    return this.#serial + this.length;
  }

  push(pending: Pending): void {
    this.#entries.push(pending);
    this.#size += pending.size;
  }

  /** The next frame that has not been sent on this transport, with its serial; `undefined` when there is none. */
  takeUnsent(): ProtocolMessage | undefined {
    const pending = this.#entries[this.#head + this.#sent];
    if (!pending) return undefined;
    pending.frame.msgSerial = this.#serial + this.#sent; // in place: a copy per publish costs more than the queue does
    this.#sent += 1;
    return pending.frame;
  }

  /** A new transport: everything is to be sent again (RTN19a), under its old serial or from 0 on (RTN19a2). */
  rewind(keepSerials: boolean): void {
    this.#sent = 0;
    if (!keepSerials) this.#serial = 0;
  }

  /**
   * Takes out what was sent up to, and without, `serial`; what is not there any more was settled before and is ignored.
   * A peer that acknowledges what was never sent gets no further than what was.
   */
  settleBefore(serial: number, settle: (pending: Pending) => void): void {
    const count = Math.min(serial - this.#serial, this.#sent);
    for (let taken = 0; taken < count; taken += 1) settle(this.#shift());
  }

  /** The serial of the oldest unsettled frame. */
  get oldestSerial(): number {
    return this.#serial;
  }

  /** Takes out everything; serials go on after those used. */
  drain(): readonly Pending[] {
    const all = this.#entries.slice(this.#head) as Pending[];
    this.#serial += this.#sent;
    this.#entries = [];
    this.#head = this.#sent = this.#size = 0;
    return all;
  }

  #shift(): Pending {
    const pending = this.#entries[this.#head] as Pending;
    this.#entries[this.#head] = undefined;
    this.#head += 1;
    this.#sent -= 1;
    this.#serial += 1;
    this.#size -= pending.size;
    if (this.#head > 1024 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head); // amortised: each entry is copied once on average
      this.#head = 0;
    }
    return pending;
  }
}
