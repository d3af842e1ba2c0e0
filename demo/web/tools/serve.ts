import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Emulator, listen } from 'rx-realtime/emulator';
import { timer } from 'rxjs';
import sirv from 'sirv';

/** The built demos on a port of their own, and the emulator beside them. */
export interface ServedDemos {
  readonly url: string;
  readonly emulator: Emulator;
  close(): Promise<void>;
}

/** Drops all connections, and admits none for so many ms; forever where there are none. */
export function cut(emulator: Emulator, lasts?: number): void {
  emulator.refuse();
  for (const connection of emulator.connections) connection.drop();
  if (lasts !== undefined) timer(lasts).subscribe(() => emulator.refuse(false));
}

/** Serves what `buildDemos` has built; a port of 0 takes any that is free. */
export async function serveDemos(port = 0): Promise<ServedDemos> {
  const server = await listen();
  const { emulator, host: endpoint } = server;
  const files = sirv(join(import.meta.dirname, '../dist'), { extensions: ['html'] });
  const config = `globalThis.realtime = ${JSON.stringify({ endpoint, port: server.port })};`;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.method === 'POST' && request.url === '/cut') {
      cut(emulator, 5000);
      response.writeHead(303, { location: '/' }).end();
    } else if (request.url === '/config.js')
      response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-store' }).end(config);
    else
      files(request, response, () => {
        response.writeHead(404).end('There is no such page.');
      });
  };
  const pages = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    pages.once('error', reject);
    pages.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(pages.address() as AddressInfo).port}/`,
    emulator,
    close: async () => {
      await server.close();
      pages.closeAllConnections();
      await new Promise((resolve) => pages.close(resolve));
    },
  };
}
