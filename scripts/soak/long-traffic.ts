import {
  exhaustMap,
  interval,
  map,
  merge,
  mergeMap,
  type Observable,
  retry,
  startWith,
  Subject,
  takeUntil,
  timer,
} from 'rxjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { heapUsed } from '../../bench/meter.js';
import { type RealtimeChannel, RealtimeClient } from '../../lib/index.js';
import { demandFlat, type Reading } from './growth.js';
import type { ServerProcess } from './server-process.js';
import { demand, megabytes, told } from './told.js';

const clients = 40;
const rooms = 8;
/** In ms: afterwards all that the server keeps for a time (ids and histories two minutes, results 145 s) is full. */
const warmUp = 150_000;

const room = (at: number): string => `traffic-${at % rooms}`;

/** Publishes, those of them that were refused, and streams that began anew: a channel is suspended where a busy machine answers too late. */
const publishes = { all: 0, refused: 0, restarts: 0 };
/** How many were refused for each reason. */
const reasons: Record<string, number> = {};

async function publish(channel: RealtimeChannel, count: number): Promise<void> {
  publishes.all += 1;
  try {
    await channel.publish('count', { count, text: 'x'.repeat(100) });
  } catch (error) {
    publishes.refused += 1;
    const reason = String(error).replace(/\d{6,}/g, '…');
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
}

/** A member of a room, who listens and writes twenty times a second. */
function life(client: RealtimeClient, at: number): Observable<unknown> {
  const channel = client.channel(room(at));
  const writing = interval(50).pipe(mergeMap((count) => publish(channel, count)));
  const status$ = interval(5_000).pipe(
    startWith(-1),
    map((count) => ({ count })),
  );
  return merge(channel.messages$, channel.presence.members$, channel.presence.hold(status$), writing).pipe(
    retry({
      delay: (error: unknown) => {
        publishes.restarts += 1;
        told('restart', { of: at, because: String(error) });
        return timer(5_000);
      },
    }),
  );
}

/** Traffic of forty clients with cuts, for so many minutes after those in which histories fill: the heap of both sides stays as it is. */
export async function longTraffic(server: ServerProcess, minutes: number): Promise<void> {
  const all = Array.from(
    { length: clients },
    (_, at) => new RealtimeClient({ ...server.place, clientId: `c${at}` }),
  );
  const end$ = new Subject<void>(); // not a timer: readings take their time on a busy machine
  const cuts$ = interval(10_000).pipe(exhaustMap(() => server.dropAll()));
  const errors: unknown[] = [];
  merge(...all.map(life), cuts$)
    .pipe(takeUntil(end$))
    .subscribe({ error: (error: unknown) => errors.push(error) });
  const heaps: Record<'server' | 'clients', Reading[]> = { server: [], clients: [] };
  await sleep(warmUp);
  const readings = Math.max(12, minutes * 3);
  const begun = performance.now();
  for (let reading = 1; reading <= readings; reading += 1) {
    await sleep((minutes * 60_000) / (readings + 1));
    const at = (performance.now() - begun) / 60_000;
    heaps.server.push({ at, bytes: (await server.weigh()).heap });
    heaps.clients.push({ at, bytes: heapUsed() });
    told(`minute ${at.toFixed(1)}`, {
      'MB of the server': megabytes(heaps.server.at(-1)?.bytes ?? 0),
      publishes: publishes.all,
    });
  }
  end$.next();
  for (const client of all) {
    await client.close();
    await client.dispose();
  }
  demand(errors.length === 0, `the traffic ended with ${String(errors[0])}`);
  told('traffic', publishes);
  for (const [because, count] of Object.entries(reasons)) told('refused', { count, because });
  demand(publishes.refused < publishes.all / 100, `${publishes.refused} publishes were refused`);
  demandFlat('server', heaps.server);
  demandFlat('clients', heaps.clients);
}
