import { AbortListeners } from '../../base/abort-listeners.js';
import { ignoreRejection } from '../../base/ignore-rejection.js';
import { Action } from '../wire/actions.js';
import { disposedError, ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage, PublishResult } from '../wire/frames.js';
import { largest, neverSent, sessionLost, skipping, unconfirmed } from './loss-errors.js';
import type { QueueLimits } from './options.js';
import {
  assignIds,
  stripIds,
  wasSent,
  type Numbered,
  type OnSettled,
  type Pending,
  PendingQueue,
  pendingOf,
} from './pending-queue.js';
import { WaitingForAttach } from './waiting-for-attach.js';

interface Settings {
  readonly send: (frame: ProtocolMessage) => void;
  /** Bytes of a frame as it is sent. */
  readonly measure: (frame: ProtocolMessage) => number;
  /** Told of every rejection, also of those that nobody awaits. */
  readonly report: (error: ErrorInfo) => void;
  readonly limits: QueueLimits;
  /** RTL3d2: whether a channel is being attached, so that its presence has to wait. */
  readonly isAttaching: (channel: string) => boolean;
  /** RTN16f: the serial to begin with, in the session of another process. */
  readonly firstSerial: number | undefined;
  /** Makes a text that no other client makes (RSL1k1). */
  readonly newId: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const noSerials = Object.freeze({ serials: Object.freeze([]) });

/**
 * RTN7, RTN19, RTL6c: keeps every frame that wants an ACK until it has one. Sends at once while connected, keeps in
 * order what is submitted before, sends again on a new transport, and settles each submission exactly once.
 */
export class Outbox {
  readonly #queue: PendingQueue;
  readonly #held = new WaitingForAttach();
  readonly #settings: Settings;
  readonly #send: Settings['send']; // asked for each frame
  readonly #aborts = new AbortListeners<Pending>((pending, { reason }) => {
    this.#queue.giveUp(pending);
    pending.promise.catch(() => undefined); // nothing went wrong: it is nobody's business but the caller's
    pending.reject(reason);
  });
  #connected = false;
  #disposed = false;
  /** The connection's id: what is sent is named after it. */
  #session = '';
  /**
   * Set while another client may count serials in the same session (RTN16): ids begin with it, so that the server takes
   * the publishes of neither for those of the other.
   */
  #base: string | undefined;
  #named = -1;

  constructor(settings: Settings) {
    const { send, firstSerial } = settings;
    this.#settings = settings;
    this.#send = send;
    this.#queue = new PendingQueue(firstSerial ?? 0);
    if (firstSerial !== undefined) this.share();
  }

  /** Whether whatever comes is refused, for good. */
  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** RTN16g: the serial that the next publish to be sent gets. */
  get nextSerial(): number {
    return this.#queue.nextSerial;
  }

  /** RTN16: from now on the session may have another owner besides, until there is another session. */
  share(): void {
    this.#base ??= this.#settings.newId();
  }

  /**
   * RTL6c1, RTL6c2: sends now, or as soon as there is a connection. Resolves on ACK; rejects on NACK and on loss, and with
   * the reason of the signal that was aborted before it was sent for the first time.
   */
  submit(frame: Numbered, size: number, signal?: AbortSignal, onSettled?: OnSettled): Promise<PublishResult> {
    if (signal?.aborted) return rejectAborted(signal);
    const pending = pendingOf(frame, size, signal, onSettled);
    if (this.#hasRoomFor(pending)) {
      this.#queue.push(pending);
      if (this.#connected) this.#flush();
      else if (signal) this.#aborts.watch(signal, pending);
    }
    return pending.promise;
  }

  /** RTP16b: keeps it until its channel is attached, or will not be. Settles as a submission does. */
  queueUntilAttached(frame: Numbered, size: number, onSettled?: OnSettled): Promise<PublishResult> {
    const pending = pendingOf(frame, size, undefined, onSettled);
    if (this.#hasRoomFor(pending)) this.#held.push(pending);
    return pending.promise;
  }

  /** Whether a frame is still kept until its channel is attached. */
  isHeld(frame: Numbered): boolean {
    return this.#held.has(frame);
  }

  /** RTP5b: sends what was kept for a channel. */
  flushAttached(channel: string): void {
    const held = this.#held.takeOf(channel);
    if (held.length === 0) return;
    for (const pending of held) this.#queue.push(pending);
    if (this.#connected) this.#flush();
  }

  /** RTL11: refuses what was kept for a channel; `reason` is asked only where there is any, because making an error is slow. */
  failQueued(channel: string, reason: () => ErrorInfo): void {
    const held = this.#held.takeOf(channel);
    if (held.length === 0) return;
    this.#abandon(held, reason());
  }

  /** A promise that rejects with the error, as a submission would have. */
  refused(error: ErrorInfo): Promise<never> {
    const promise = Promise.reject(error);
    this.#reportRejection(promise, error);
    return promise;
  }

  /** RTN19a, RTN19a2: sends everything unsettled on the new transport, of the connection `id`. */
  connected(resumed: boolean, id: string): void {
    this.#queue.rewind(resumed && this.#base === undefined ? undefined : this.#session);
    if (!resumed) {
      this.#base = undefined; // a session of this client alone
      this.#restart();
    }
    this.#session = id;
    this.#connected = true;
    this.#flush();
  }

  /** The transport is gone; what is unsettled waits for the next one. */
  interrupted(): void {
    this.#connected = false;
  }

  /** RTN7d, RTN7e: nothing unsettled has a future. */
  lost(error: ErrorInfo): void {
    this.#connected = false;
    this.#abandon([...this.#queue.drain(), ...this.#held.drain()], error);
  }

  /**
   * A frame that was too large has ended the transport. If any was, the largest one was: it would do so again. Refuses that,
   * so that the others can go on, unless another frame of `other` bytes was larger; tells whether it did.
   */
  refuseLargest(reason: ErrorInfo, other = 0): boolean {
    const culprit = this.#queue.largestSent(this.#settings.measure);
    if (!culprit || culprit.bytes < other) return false;
    this.#queue.hollow(culprit.pending);
    this.#refuse(culprit.pending, largest(culprit.bytes, reason));
    return true;
  }

  /** Nothing is sent any more: what is unsettled, and whatever comes, is refused. */
  dispose(): void {
    this.#disposed = true;
    this.lost(disposedError());
  }

  /** RTN7a, RTN7b: settles what an ACK or NACK covers; what it skips counts as refused, what it repeats is ignored. */
  answered({ action, msgSerial, count, res, error }: ProtocolMessage): void {
    const first = Number(msgSerial ?? '0'); // RTF1: also of a text
    this.#queue.settleBefore(first, (skipped) => {
      this.#abandon([skipped], skipping());
    });
    let index = this.#queue.oldestSerial - first; // more than 0 where the frame repeats what was settled
    const refusal = action === Action.nack ? ErrorInfo.from(error ?? {}) : undefined;
    this.#queue.settleBefore(first + Number(count ?? '1'), (pending) => {
      if (pending.isHollow) return void (index += 1);
      if (refusal) this.#refuse(pending, pending.isDoubtful ? unconfirmed(refusal) : refusal);
      else {
        const result = resultOf(res, index);
        pending.resolve(result);
        pending.onSettled?.(undefined, result);
      }
      index += 1;
    });
  }

  /** Whether it may be kept; refuses it where not. */
  #hasRoomFor(pending: Pending): boolean {
    const { maxMessages, maxBytes } = this.#settings.limits;
    if (this.#disposed) this.#refuse(pending, disposedError());
    else if (this.#queue.length + this.#held.length >= maxMessages)
      this.#refuse(pending, overCap('maxMessages', `${maxMessages} publishes`));
    else if (this.#queue.size + this.#held.size + pending.size > maxBytes)
      this.#refuse(pending, overCap('maxBytes', `${maxBytes} bytes`));
    else return true;
    return false;
  }

  /** RTN19a2: the session is lost. Edits have no ids by which a server would know them; presence waits (RTL3d2). */
  #restart(): void {
    const isToStay = (pending: Pending): boolean => {
      const { presence, channel = '', messages } = pending.frame;
      stripIds(pending.frame);
      if (presence) return !pending.isHollow && !this.#settings.isAttaching(channel);
      return !pending.isHollow && !(wasSent(pending) && messages?.some(({ serial }) => serial !== undefined));
    };
    const taken = this.#queue.restart(isToStay);
    if (taken.length === 0) return;
    const held = taken.filter(({ frame, isHollow }) => frame.presence && !isHollow);
    this.#held.putBack(held);
    this.#abandon(
      taken.filter(({ frame }) => !frame.presence),
      sessionLost(),
    );
  }

  /** Refuses what has no answer, nor will get one, for a reason that is not its own. */
  #abandon(pendings: readonly Pending[], reason: ErrorInfo): void {
    let ofSent: ErrorInfo | undefined; // made once each: making an error is slow
    let ofUnsent: ErrorInfo | undefined;
    for (const pending of pendings) {
      if (pending.isHollow) continue;
      this.#unwatch(pending);
      this.#refuse(
        pending,
        wasSent(pending) ? (ofSent ??= unconfirmed(reason)) : (ofUnsent ??= neverSent(reason)),
      );
    }
  }

  #refuse(pending: Pending, error: ErrorInfo): void {
    pending.reject(error);
    this.#reportRejection(pending.promise, error);
    pending.onSettled?.(error);
  }

  /** A rejection that nobody awaits must not take a process down; whoever awaits it still gets it. */
  #reportRejection(promise: Promise<unknown>, error: ErrorInfo): void {
    promise.catch(() => undefined);
    this.#settings.report(error);
  }

  #flush(): void {
    for (let pending = this.#queue.takeUnsent(); pending; pending = this.#queue.takeUnsent())
      this.#sendOrRefuse(pending);
  }

  /** A frame that cannot be encoded must not stand in the way of the others. */
  #sendOrRefuse(pending: Pending): void {
    this.#unwatch(pending);
    if (this.#base !== undefined) this.#name(pending.frame, this.#base);
    try {
      this.#send(pending.frame);
    } catch (error) {
      const withdrawn = this.#queue.withdraw();
      if (withdrawn) this.#refuse(withdrawn, ErrorInfo.of(error, 40013));
    }
  }

  /**
   * Gives it ids that no other owner of the session gives. Those of presence begin with the connection's and go on with a
   * number by which what was said last is the newer word, whoever said it (RTP2b2): serials of two owners tell nothing of that.
   */
  #name(frame: Numbered, base: string): void {
    this.#named = Math.max(this.#named + 1, this.#settings.now());
    assignIds(frame, `${frame.presence ? `${this.#session}.${base}:` : base}${this.#named}`);
  }

  /** Its signal does not matter any more. */
  #unwatch(pending: Pending): void {
    if (pending.signal) this.#aborts.forget(pending.signal, pending);
  }
}

/** RTL6j: the serials, as far as the server told them. */
const resultOf = (res: ProtocolMessage['res'], index: number): PublishResult => {
  const result = Array.isArray(res) ? (res as readonly (PublishResult | null)[])[index] : undefined;
  return Array.isArray(result?.serials) ? result : noSerials;
};

const overCap = (option: string, cap: string): ErrorInfo =>
  new ErrorInfo(
    `${cap} wait for an acknowledgement already (option queue.${option}). Raise the option, or wait for earlier ones.`,
    { code: 80030, statusCode: 429 },
  );

/** A promise that rejects with the reason of an aborted signal, as `fetch` does; no harm where nobody awaits it. */
export function rejectAborted({ reason }: AbortSignal): Promise<never> {
  return ignoreRejection(Promise.reject(reason as Error)); // the user's own, whatever it is
}
