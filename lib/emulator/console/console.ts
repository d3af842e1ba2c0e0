import {
  auditTime,
  concat,
  defer,
  map,
  merge,
  type Observable,
  of,
  type SchedulerLike,
  share,
  Subject,
  switchMap,
  takeUntil,
  timer,
} from 'rxjs';
import type { Session, Transport } from '../host/server-core.js';
import { perform } from './perform.js';
import type { AdminAnswer, AdminCommand, AdminEvent, AdminRequest } from './protocol.js';
import { readRequest } from './read-request.js';
import { recorder } from './recorder.js';
import type { ConsoleServers } from './servers.js';
import { stateOf } from './state.js';
import { watch } from './watch.js';

/** The servers' side of all consoles. */
export interface Console {
  /** Serves one console on a transport that has opened. */
  readonly connect: (transport: Transport) => Session;
  /** The recording as JSON lines; undefined before there is one. */
  readonly recording: () => string | undefined;
  /** Ends the recording. */
  readonly dispose: () => void;
}

const period = 500; // in ms, between two states

/** Shows the servers, and does to them what is asked, while consoles are connected; the recording goes on without. */
export function createConsole(servers: () => ConsoleServers, scheduler: SchedulerLike): Console {
  const recording = recorder(servers);
  const changed$ = new Subject<void>();
  let count = 0;
  const nextNumber = (): number => (count += 1);
  const now = (): string => textOf(stateOf(servers(), recording.state));
  const later$ = merge(timer(period, period, scheduler), changed$.pipe(auditTime(0, scheduler))).pipe(
    map(now),
    share(),
  );
  const state$ = concat(
    defer(() => of(now())),
    later$,
  );
  const framesOf = (wanted: readonly string[] | 'all'): Observable<string> =>
    watch(servers(), wanted, { scheduler, nextNumber }).pipe(map(textOf));
  const act = (command: AdminCommand, watched$: Subject<readonly string[] | 'all'>): void => {
    if (command.do === 'watch') watched$.next(command.connections);
    else if (command.do === 'record') recording.record(command.on);
    else perform(servers(), command);
  };
  return {
    connect: (transport) => {
      const ended$ = new Subject<void>();
      const watched$ = new Subject<readonly string[] | 'all'>();
      merge(state$, watched$.pipe(switchMap(framesOf)))
        .pipe(takeUntil(ended$))
        .subscribe((text) => transport.send(text));
      return {
        receive: (data) => {
          const request = readRequest(data);
          const answer =
            'error' in request ? refuse(request) : attempt(request, (asked) => act(asked, watched$));
          transport.send(textOf(answer));
          changed$.next();
        },
        ended: () => ended$.next(),
      };
    },
    recording: recording.text,
    dispose: () => recording.record(false),
  };
}

const textOf = (event: AdminEvent): string => JSON.stringify(event);

const refuse = ({ id, error }: { readonly id: number; readonly error: string }): AdminAnswer => ({
  ...{ type: 'answer', id, error },
});

function attempt(request: AdminRequest, act: (command: AdminCommand) => void): AdminAnswer {
  try {
    act(request);
    return { type: 'answer', id: request.id, error: undefined };
  } catch (thrown) {
    return refuse({ id: request.id, error: thrown instanceof Error ? thrown.message : String(thrown) });
  }
}
