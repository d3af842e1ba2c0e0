import { Fifo } from '../../rx/fifo.js';
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
 * What has been submitted and not been settled, oldest first: sent ones, then those that wait for a connection. An ACK for
 * k serials costs O(k), whatever is queued behind them.
 */
export class PendingQueue {
  readonly #entries = new Fifo<Pending>();
  #sent = 0;
  #serial: number;
  #size = 0;

  constructor(firstSerial: number) {
    this.#serial = firstSerial;
  }

  /** How many are unsettled. */
  get length(): number {
    return this.#entries.length;
  }

  /** Their sizes together, in bytes. */
  get size(): number {
    return this.#size;
  }

  /** The serial of the oldest unsettled frame. */
  get oldestSerial(): number {
    return this.#serial;
  }

  /** RTN7b: the serial that the next frame gets, after all that are in the queue. */
  get nextSerial(): number {
    return this.#serial + this.length;
  }

  push(pending: Pending): void {
    this.#entries.push(pending);
    this.#size += pending.size;
  }

  /** The next frame that has not been sent on this transport, with its serial; `undefined` when there is none. */
  takeUnsent(): ProtocolMessage | undefined {
    const pending = this.#entries.at(this.#sent);
    if (!pending) return undefined;
    pending.frame.msgSerial = this.#serial + this.#sent; // in place: a copy per publish costs more than the queue does
    this.#sent += 1;
    return pending.frame;
  }

  /** Takes the one out that was taken to be sent last, because it cannot be; its serial goes to the next. */
  withdraw(): Pending | undefined {
    this.#sent -= 1;
    const pending = this.#entries.withdraw(this.#sent);
    if (pending) this.#size -= pending.size;
    return pending;
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
    for (let left = Math.min(serial - this.#serial, this.#sent); left > 0; left -= 1) {
      const pending = this.#entries.shift();
      if (!pending) return;
      this.#sent -= 1;
      this.#serial += 1;
      this.#size -= pending.size;
      settle(pending);
    }
  }

  /** Takes out everything; serials go on after those used. */
  drain(): readonly Pending[] {
    this.#serial += this.#sent;
    this.#sent = this.#size = 0;
    return this.#entries.drain();
  }
}
