/** Makes, connects and ends clients by the hundred, and says what each of them took. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContestantName } from '../contestants/contestant.js';
import { cpuUsed, heapUsed, settled } from '../meter.js';
import { serve } from '../serve.js';
import { makerOf } from './makers.js';

export interface ClientsOrder {
  readonly do: 'live';
  readonly port: number;
  readonly clients: number;
}

/** Of one client: microseconds of CPU, and bytes of heap at each stage of its life. */
export interface Life {
  readonly construct: number;
  readonly connect: number;
  readonly made: number;
  readonly connected: number;
  readonly left: number;
}

const name = process.argv[2] as ContestantName;
const make = await makerOf(name);
/** Clients that connect at the same time. */
const atOnce = 50;
/** Milliseconds after which every closing handshake is over. */
const closing = 1_500;

async function live({ port, clients: count }: ClientsOrder): Promise<Life> {
  await settled();
  const heap = heapUsed();
  const bytes = async (): Promise<number> => {
    await settled();
    return (heapUsed() - heap) / count;
  };
  const begun = cpuUsed();
  const clients = Array.from({ length: count }, () => make(port));
  const construct = (cpuUsed() - begun) / count;
  const made = await bytes();
  const offline = cpuUsed();
  for (let at = 0; at < count; at += atOnce)
    await Promise.all(clients.slice(at, at + atOnce).map((client) => client.connect()));
  const connect = (cpuUsed() - offline) / count;
  const connected = await bytes();
  await Promise.all(clients.map((client) => client.end()));
  clients.length = 0;
  await sleep(closing);
  return { construct, connect, made, connected, left: await bytes() };
}

serve(live, name);
