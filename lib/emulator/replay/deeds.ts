import { concatMap, from, map, type Observable, of, type SchedulerLike, tap, timer } from 'rxjs';
import type { ClientTransport } from '../host/client-transport.js';
import type { RecordedEnd, RecordedSilence } from '../recording/recorded-line.js';

/** A deed of the server, so many ms after that for which it waits. */
export interface Deed<F> {
  readonly after: number;
  readonly does:
    | { readonly name: 'send'; readonly frame: F }
    | { readonly name: 'silence'; readonly on: boolean }
    | { readonly name: 'end'; readonly code: number | undefined };
}

/** A client to whom deeds are done. */
export interface Stage<F> {
  readonly transport: Pick<ClientTransport<unknown>, 'silence' | 'close'>;
  readonly send: (frame: F) => void;
  /** Drops the socket. */
  readonly drop: () => void;
}

/** Times of a replay. */
export interface Pace {
  readonly scheduler: SchedulerLike;
  /** A factor: 2 is twice as fast as it was recorded. */
  readonly speed: number;
}

/** Performs deeds in order, each at its time from the subscription on. */
export function inTime<F>(
  deeds: readonly Deed<F>[],
  stage: Stage<F>,
  { scheduler, speed }: Pace,
): Observable<unknown> {
  const begun = scheduler.now();
  const due = (deed: Deed<F>): Observable<Deed<F>> => {
    const wait = begun + deed.after / speed - scheduler.now();
    return wait > 0 ? timer(wait, scheduler).pipe(map(() => deed)) : of(deed);
  };
  return from(deeds).pipe(
    concatMap(due),
    tap(({ does }) => perform(does, stage)),
  );
}

function perform<F>(does: Deed<F>['does'], { transport, send, drop }: Stage<F>): void {
  if (does.name === 'send') send(does.frame);
  else if (does.name === 'silence') transport.silence(does.on);
  else if (does.code !== undefined) transport.close(does.code, '');
  else drop();
}

/** A deed that is no frame: silence, and an end by the server, or by a client that `isCut`. */
export function deedWithoutFrame(
  line: RecordedSilence | RecordedEnd,
  after: number,
  isCut: boolean,
): readonly Deed<never>[] {
  if (line.event === 'silence') return [{ after, does: { name: 'silence', on: line.on } }];
  return line.by === 'server' || isCut ? [{ after, does: { name: 'end', code: line.code } }] : [];
}
