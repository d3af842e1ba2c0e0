import {
  concat,
  defer,
  filter,
  ignoreElements,
  merge,
  type Observable,
  of,
  retry,
  type SchedulerLike,
  Subject,
  switchMap,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import type { AdminCommand, AdminEvent, AdminRequest } from '../lib/emulator/console/protocol.js';

/** Events of the stream, and those of its socket. */
export type StreamEvent = AdminEvent | { readonly type: 'opened' } | { readonly type: 'lost' };

/** A request that is to be made, with the id that its answer will bear. */
export interface Asked {
  readonly id: number;
  readonly command: AdminCommand;
}

/** Where the stream comes from. */
export interface Streaming {
  readonly url: string;
  /** Sent as they come; lost while there is no connection, because a fault that comes late hits another test. */
  readonly asked$: Observable<Asked>;
  readonly scheduler: SchedulerLike;
  /** Default: that of the browser. */
  readonly WebSocketCtor?: new (url: string) => WebSocket;
}

/** Milliseconds until the next attempt: 250, 500 and so on, 4 s at most. */
const delayOf = (attempt: number): number => Math.min(4000, 125 * 2 ** attempt);

const types: ReadonlySet<string> = new Set<AdminEvent['type']>(['state', 'frames', 'answer']);

/** One connection, until it is lost, which is an error. */
const once = ({ url, asked$, WebSocketCtor }: Streaming): Observable<StreamEvent> =>
  defer(() => {
    const opened$ = new Subject<unknown>();
    const socket = webSocket<AdminEvent | AdminRequest>({
      url,
      openObserver: opened$,
      ...(WebSocketCtor && { WebSocketCtor }),
    });
    const told$ = socket.pipe(
      filter((event): event is AdminEvent => 'type' in event && types.has(event.type)),
    );
    const sent$ = asked$.pipe(
      tap(({ id, command }) => socket.next({ id, ...command })),
      ignoreElements(),
    );
    const closed$ = throwError(() => new Error('The emulator has closed the connection.'));
    return merge(
      opened$.pipe(switchMap(() => merge(of({ type: 'opened' } as const), sent$))),
      concat(told$, closed$),
    );
  });

/**
 * Connects to the emulator, and emits what it tells, and when the connection opens and is lost. Tries again by itself, so
 * that it neither ends nor errs.
 */
export const streamOf = (streaming: Streaming): Observable<StreamEvent> =>
  defer(() => {
    const lost$ = new Subject<StreamEvent>();
    const delay = (_error: unknown, attempt: number): Observable<unknown> => {
      lost$.next({ type: 'lost' });
      return timer(delayOf(attempt), streaming.scheduler);
    };
    return merge(lost$, once(streaming).pipe(retry({ delay, resetOnSuccess: true })));
  });
