import {
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  type OperatorFunction,
  Subject,
  switchMap,
  takeWhile,
  toArray,
} from 'rxjs';
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

/**
 * A step of publishes of this client: messages as they are now, or that they are to be shown. That comes when they were
 * handed over to be sent, and not before, because a subscriber may publish, too.
 */
export type OwnStep = readonly OwnMessage[] | 'show';

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

/** Messages as they are now, to be read before anything that waits is taken. */
interface Read<M> {
  readonly newestFirst$: Observable<M>;
  /** Called when they are known, before what waits is taken. */
  readonly done?: () => void;
}

/** The read before the first one: a list that ends meanwhile is whole, and nothing of it can have been missed. */
const unread: Read<never> = { newestFirst$: NEVER };

/** Takes messages in order: while something is read, what comes waits. A further read takes the place of the one under way. */
class Intake<M extends Message> {
  readonly #folding: Folding;
  readonly #get: Repair<M>['get'];
  readonly #waiting = new Fifo<M>();
  readonly #asked = new Subject<Read<M>>();
  #underWay: Read<M> | undefined = unread;

  constructor(folding: Folding, get: Repair<M>['get']) {
    this.#folding = folding;
    this.#get = get;
  }

  /** Reads; emits whether all that came has been taken, after each read. */
  readonly through = (reads$: Observable<Read<M>>): Observable<boolean> =>
    merge(this.#asked, reads$).pipe(
      switchMap((read) => {
        this.#underWay = read;
        return read.newestFirst$.pipe(
          toArray(),
          map((found) => this.#goOn(read, found)),
        );
      }),
    );

  /** Takes a message, or has it wait. Returns whether all that came has been taken. */
  readonly next = (message: M): boolean => {
    this.#waiting.push(message);
    return this.#take();
  };

  /** Takes what came before the first read. Returns whether that was all. */
  readonly end = (): boolean => this.#underWay === unread && this.#goOn(unread, []);

  #goOn({ done }: Read<M>, found: M[]): boolean {
    this.#underWay = undefined;
    this.#folding.refresh(found.reverse());
    done?.();
    return this.#take();
  }

  #take(): boolean {
    const waiting = this.#waiting;
    for (let message = waiting.at(0); message && !this.#underWay; message = waiting.at(0)) {
      if (this.#folding.take(message)) waiting.shift();
      else this.#asked.next(this.#beginningOf(message.serial ?? ''));
    }
    return !this.#underWay;
  }

  #beginningOf(serial: string): Read<M> {
    const done = (): void => {
      if (this.#folding.now.has(serial)) return;
      this.#folding.giveUp(serial);
      this.#waiting.shift();
    };
    return { newestFirst$: this.#get(serial), done };
  }
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
    defer(() => {
      const folding = new Folding(bounds);
      const intake = new Intake(folding, get);
      const whole: Read<M> = { newestFirst$: past$, done: () => (onGap = readMissed) };
      const readMissed = (): Read<M> => ({ newestFirst$: missed(folding.since) });
      let onGap = (): Read<M> => whole;
      const onOwn = (step: OwnStep): boolean => {
        if (step === 'show') return true;
        for (const message of step) folding.show(message);
        return false;
      };
      return merge(
        own$.pipe(map(onOwn)),
        concat(
          source.pipe(map(intake.next)),
          defer(() => [intake.end(), 'over' as const]),
        ),
        intake.through(merge(gap$.pipe(map(() => onGap())), of(whole))),
      ).pipe(
        takeWhile((step) => step !== 'over'),
        filter((isShown) => isShown),
        map(() => folding.now as FoldedMessages<M>), // each is one that came in
        distinctUntilChanged(),
      );
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
