import { setTimeout as wait } from 'node:timers/promises';
import { firstValueFrom, lastValueFrom, tap } from 'rxjs';
import { listen } from '../lib/emulator/index.js';
import { RealtimeClient } from '../lib/index.js';
import { messageOf } from '../lib/messages.js';

/** An answer is streamed by appends, through a session that is lost. Ends with code 0 only if each step was a beginning of it. */
const words = 'Once upon a time there was a stream that nobody could cut, for it knew where it had been. END';
const pace = 60;
const lostAt = 5;
const backAt = 12;

const server = await listen();
const { host: endpoint, port, key, emulator } = server;
const options = { key, endpoint, port, tls: false, disconnectedRetryTimeout: 300, log: () => undefined };
const writer = new RealtimeClient({ ...options, clientId: 'writer' });
const reader = new RealtimeClient({ ...options, clientId: 'reader' });

const name = 'mutable:answer';
const { serials } = await writer.channel(name).publish('answer', '');
const serial = serials[0] ?? '';
const steps: string[] = [];
const answer = messageOf(reader.channel(name), serial, { until: ({ data }) => data === words });
const whole = lastValueFrom(
  answer.data$.pipe(
    tap((data) => {
      steps.push(String(data));
      console.log(`${reader.connection.state.padEnd(12)} | ${String(data)}`);
    }),
  ),
);
await firstValueFrom(answer.data$);
for (const [index, part] of words.split(/(?= )/).entries()) {
  await writer.channel(name).appendMessage({ serial, data: part });
  if (index === backAt) emulator.refuse(false);
  if (index === lostAt) {
    emulator.refuse();
    for (const connection of emulator.connections.filter(({ clientId }) => clientId === 'reader')) {
      connection.forget(); // the session is lost: what comes meanwhile is not sent again
      connection.drop();
    }
  }
  await wait(pace);
}
const read = await whole;
await Promise.all([writer.dispose(), reader.dispose()]);
await server.close();
const ok = read === words && steps.every((step) => words.startsWith(step));
console.log(ok ? `whole after ${steps.length} steps, none of them wrong` : 'SOMETHING WAS WRONG');
process.exitCode = ok ? 0 : 1;
