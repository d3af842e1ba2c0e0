import { once } from 'node:events';
import { Realtime } from 'ably';
import { filter, firstValueFrom } from 'rxjs';
import { WebSocket } from 'ws';
import type * as Library from '../../lib/index.js';
import { type BuildName, isBuild, load } from '../builds.js';
import type { ContestantName } from '../contestants/contestant.js';

/** A client that is made and not connected. */
export interface Made {
  connect(): Promise<unknown>;
  end(): Promise<unknown> | void;
}
export type Maker = (port: number) => Made;

const credentials = { key: 'bench.key:secret', endpoint: '127.0.0.1', tls: false, autoConnect: false };

async function built(build: BuildName): Promise<Maker> {
  const { RealtimeClient } = await load<Pick<typeof Library, 'RealtimeClient'>>(build, 'index', [
    'RealtimeClient',
  ]);
  return (port) => {
    const client = new RealtimeClient({ ...credentials, port, log: () => {} });
    return {
      connect: () => {
        client.connect();
        return firstValueFrom(client.connectionState$.pipe(filter((state) => state === 'connected')));
      },
      end: () => client.dispose(),
    };
  };
}

const official: Maker = (port) => {
  const client = new Realtime({
    ...{ ...credentials, port, logLevel: 0, useBinaryProtocol: false },
    ...{ fallbackHosts: [], disableConnectivityCheck: true },
  });
  return {
    connect: () => {
      const connected = client.connection.once('connected');
      client.connect();
      return connected;
    },
    end: () => client.close(),
  };
};

const bare: Maker = (port) => {
  let socket: WebSocket | undefined;
  return {
    connect: () => {
      socket = new WebSocket(`ws://127.0.0.1:${port}/?v=6&format=json`, { perMessageDeflate: false });
      return once(socket, 'message');
    },
    end: () => socket?.terminate(),
  };
};

/** Makes clients of a contestant. */
export const makerOf = async (name: ContestantName): Promise<Maker> =>
  isBuild(name) ? built(name) : name === 'official' ? official : bare;
