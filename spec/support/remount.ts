/**
 * Subscribes, unsubscribes and subscribes in one tick, as routers and React's StrictMode do, and prints what the second
 * subscriber sees. Run by spec/socket/traps.spec.ts in a process of its own, with the WebSocket of the platform.
 */
import { asyncScheduler, NEVER } from 'rxjs';
import { throughSocket } from '../../lib/socket/socket.js';
import { loopback } from './loopback.js';

const { url, stop } = await loopback((peer) => peer.send('hello'));
const socket$ = NEVER.pipe(throughSocket(() => new WebSocket(url), asyncScheduler));
const seen: unknown[] = [];
socket$.subscribe().unsubscribe();
const second = socket$.subscribe((event) => {
  const shown = 'data' in event ? event.data : event;
  seen.push(shown);
  if (shown !== 'hello') return;
  second.unsubscribe();
  console.log(JSON.stringify(seen));
  void stop();
});
