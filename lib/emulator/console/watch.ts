import {
  auditTime,
  defer,
  EMPTY,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  type SchedulerLike,
  tap,
} from 'rxjs';
import { seenConnections, type SeenConnection, type SeenFrame } from '../recording/seen-connections.js';
import type { AdminFrame, AdminFrames } from './protocol.js';
import type { ConsoleServers } from './servers.js';

const period = 100; // in ms
const maxFrames = 1000; // in a period

/** Frames of the named connections, or of all, in batches; later connections of these names included. */
export function watch(
  { ably, relay }: ConsoleServers,
  wanted: readonly string[] | 'all',
  { scheduler, nextNumber }: { readonly scheduler: SchedulerLike; readonly nextNumber: () => number },
): Observable<AdminFrames> {
  if (wanted.length === 0) return EMPTY;
  const names = new Set(wanted);
  const isWanted = ({ shownAs }: SeenConnection): boolean => wanted === 'all' || names.has(shownAs);
  const framesOf = (server: Parameters<typeof seenConnections>[0]): Observable<() => AdminFrame> =>
    seenConnections(server).pipe(
      filter(isWanted),
      mergeMap((seen) => merge(seen.in$, seen.out$).pipe(map(adminFrame(seen, server, nextNumber)))),
    );
  return merge(ably ? framesOf(ably.emulator) : EMPTY, relay ? framesOf(relay.relay) : EMPTY).pipe(
    inBatches(scheduler),
  );
}

/** Returns a function that makes a frame when it is known to be shown, because that costs more than to count it. */
const adminFrame =
  ({ server, shownAs: connection }: SeenConnection, at: { readonly time: number }, next: () => number) =>
  ({ direction, plain, bytes }: SeenFrame) => {
    const number = next();
    const { time } = at;
    return (): AdminFrame => ({
      number,
      at: time,
      server,
      connection,
      direction,
      bytes: bytes(),
      frame: plain(),
    });
  };

const inBatches =
  (scheduler: SchedulerLike) =>
  (frames$: Observable<() => AdminFrame>): Observable<AdminFrames> =>
    defer(() => {
      let batch: AdminFrame[] = [];
      let leftOut = 0;
      const take = (): AdminFrames => {
        const taken: AdminFrames = { type: 'frames', frames: batch, leftOut };
        [batch, leftOut] = [[], 0];
        return taken;
      };
      return frames$.pipe(
        tap((make) => {
          if (batch.length < maxFrames) batch.push(make());
          else leftOut += 1;
        }),
        auditTime(period, scheduler),
        map(take),
      );
    });
