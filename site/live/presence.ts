import { RealtimeClient } from 'rx-realtime';
import { inMemory } from 'rx-realtime/emulator';
import { firstValueFrom, map, timer } from 'rxjs';

const server = inMemory();
const { key, webSocketCtor, fetch } = server;
const connect = (clientId: string): RealtimeClient =>
  new RealtimeClient({ key, webSocketCtor, fetch, clientId });

const ann = connect('ann').channel('room').presence;
const ben = connect('ben').channel('room').presence;

ann.members$
  .pipe(map((members) => [...members.values()].map(({ clientId, data }) => `${clientId}: ${String(data)}`)))
  .subscribe((present) => console.log('present:', present.join(', ') || 'nobody'));

const staying = ben.hold(timer(300, 700).pipe(map((count) => `step ${count}`))).subscribe({
  error: (error: Error) => console.error('ben was refused:', error.message),
});
await firstValueFrom(timer(2500));
staying.unsubscribe(); // ben leaves: who unsubscribes is not present any more
