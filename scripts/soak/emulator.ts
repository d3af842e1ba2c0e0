/**
 * The emulator under load, a part of `npm run soak`: a crowd, a reader that does not read, and traffic for ten minutes;
 * `--minutes 1` makes that shorter, `--only traffic` leaves the others out. Ends with code 1 where a client missed something or a heap grows.
 */
import { parseArgs } from 'node:util';
import { crowd } from './crowd.js';
import { longTraffic } from './long-traffic.js';
import { ServerProcess } from './server-process.js';
import { slowReaderBeside } from './slow-reader.js';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, only: { type: 'string', default: '' } },
});
const parts: Readonly<Record<string, (server: ServerProcess) => Promise<void>>> = {
  'slow-reader': slowReaderBeside,
  crowd,
  traffic: (server) => longTraffic(server, Number(values.minutes)),
};
for (const [name, part] of Object.entries(parts)) {
  if (values.only !== '' && values.only !== name) continue;
  const server = await ServerProcess.start();
  try {
    await part(server);
  } finally {
    await server.end();
  }
}
