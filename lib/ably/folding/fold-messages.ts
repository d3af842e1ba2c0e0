import { defer, EMPTY, NEVER, Observable, type OperatorFunction, type Subscriber, Subscription } from 'rxjs';
import { Fifo } from '../../base/fifo.js';
import { callable, countFrom, isObject, type Validator } from '../../options/validators.js';
import { check } from '../check-options.js';
import type { Message } from '../wire/message.js';
import { type Bounds, type FoldedMessages, Folding, type OwnMessage } from './folding.js';
import type { Repair } from './repair.js';

/** How messages are folded. */
export interface FoldMessagesOptions<M extends Message = Message> {
  /**
   * Makes what reads what was missed, once for each subscription: `repairOf(channel)`. Left out, gaps go unnoticed, and an
   * append whose beginning is missing shows nothing.
   */
  readonly repair?: (() => Repair<M>) | undefined;
  /** How many messages are kept, and how old they may be; 1,000 of any age where it is left out. */
  readonly keep?: Partial<Bounds> | undefined;
}

/** A step of a publish of this client. */
export interface OwnStep {
  readonly messages: readonly OwnMessage[];
  /** Whether to emit: not before the messages were handed over to be sent, because a subscriber may publish, too. */
  readonly isDone: boolean;
}

/** How many messages are kept where nothing is said. */
export const usual = 1000;

const duration: Validator = [(value) => typeof value === 'number' && value >= 0, 'a number of milliseconds'];
export const boundKinds = { count: countFrom(0), age: duration } as const;

/** The bounds, checked and made whole; `null` is nothing. Throws 40000. */
export function boundsOf(keep: Partial<Bounds> | null | undefined, count = usual): Bounds {
  check(keep ?? {}, boundKinds, 'keep', 'keep.');
  return { count: keep?.count ?? count, age: keep?.age ?? Infinity };
}

const noRepair: Repair<never> = { past$: EMPTY, gap$: NEVER, missed: () => EMPTY, get: () => EMPTY };

/** Takes messages in order: while something is read, what comes waits. */
interface Intake<M> {
  readonly next: (message: M) => void;
  /** Reads messages as they are now, before what waits. A further read takes the place of the one that is under way. */
  readonly read: (newestFirst$: Observable<M>, done?: () => void) => void;
}

function intakeOf<M extends Message>(
  subscriber: Subscriber<FoldedMessages<M>>,
  { folding, get, show }: { readonly folding: Folding; readonly show: () => void } & Pick<Repair<M>, 'get'>,
): Intake<M> {
  const waiting = new Fifo<M>();
  let reading: Subscription | undefined = new Subscription(); // nothing is taken before the first read
  const read: Intake<M>['read'] = (newestFirst$, done) => {
    const found: M[] = [];
    reading?.unsubscribe();
    reading = new Subscription();
    const observer = {
      next: (message: M) => void found.push(message),
      error: (reason: unknown) => {
        subscriber.error(reason);
      },
      complete: () => {
        reading = undefined;
        folding.refresh(found.reverse());
        done?.();
        goOn();
      },
    };
    reading.add(newestFirst$.subscribe(observer));
  };
  const beginningOf = (serial: string): void => {
    read(get(serial), () => {
      if (folding.now.has(serial)) return;
      folding.giveUp(serial);
      waiting.shift();
    });
  };
  const goOn = (): void => {
    for (let message = waiting.at(0); message && !reading; message = waiting.at(0)) {
      if (folding.take(message)) waiting.shift();
      else beginningOf(message.serial ?? '');
    }
    if (!reading) show();
  };
  subscriber.add(() => reading?.unsubscribe());
  const next = (message: M): void => {
    waiting.push(message);
    if (!reading) goOn();
  };
  return { next, read };
}

/**
 * As `foldMessages`, with messages of this client before the server has sent them back. What comes while something is read
 * waits, so that no text is shown to which something is missing.
 */
export const folding =
  <M extends Message>(
    bounds: Bounds,
    { past$, gap$, missed, get }: Repair<M> = noRepair,
    own$: Observable<OwnStep> = NEVER,
  ): OperatorFunction<M, FoldedMessages<M>> =>
  (source) =>
    new Observable((subscriber) => {
      const folding = new Folding(bounds);
      let shown: unknown;
      let hasPast = false;
      let [hasBegun, isOver] = [false, false];
      const show = (): void => {
        const { now } = folding;
        if (now !== shown) subscriber.next((shown = now) as FoldedMessages<M>); // each is one that came in
      };
      const { next, read } = intakeOf(subscriber, { folding, get, show });
      const readPast = (): void => {
        read(past$, () => (hasPast = true));
      };
      const onGap = (): void => {
        if (hasPast) read(missed(folding.since));
        else readPast();
      };
      const onOwn = ({ messages, isDone }: OwnStep): void => {
        for (const message of messages) folding.show(message);
        if (isDone) show();
      };
      const error = (reason: unknown): void => {
        subscriber.error(reason);
      };
      const complete = (): void => {
        isOver = true;
        if (hasBegun) subscriber.complete();
      };
      subscriber.add(own$.subscribe({ next: onOwn }));
      subscriber.add(source.subscribe({ next, error, complete }));
      hasBegun = true;
      if (isOver) {
        read(EMPTY); // a list that is given at once, of which nothing can be missed
        subscriber.complete();
      }
      if (subscriber.closed) return;
      subscriber.add(gap$.subscribe({ next: onGap, error }));
      readPast();
    });

/**
 * The messages of a stream with their updates, appends, deletes and sums, as a map: another object after each change, in which
 * the messages that have not changed are the same objects, and whose cost does not depend on how many there are. Emits what
 * there is at once, and the next map after each change. With `repair`, it reads what was missed on a gap before it goes on,
 * and the beginning of a message that is appended to. Errors and completes with the stream, errors where a repair does, and
 * with 40000 on a wrong option.
 *
 * @example
 * ```ts
 * channel.messages('answer').pipe(foldMessages({ repair: repairOf(channel), keep: { count: 50 } })).subscribe(show);
 * ```
 */
export const foldMessages =
  <M extends Message>(options?: FoldMessagesOptions<M>): OperatorFunction<M, FoldedMessages<M>> =>
  (source) =>
    defer(() => {
      check(options ?? {}, { keep: [isObject, 'an object'], repair: callable });
      const { keep, repair } = options ?? {};
      return source.pipe(folding(boundsOf(keep), repair?.()));
    });
