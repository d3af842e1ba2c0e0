import { systemScheduler } from '../rx/clock.js';
import { type InProcess, inProcess } from './host/in-process.js';
import { createRelay, type RelayEmulator } from './relay/relay.js';
import type { RelayOptions } from './relay/settings.js';

export interface InMemoryRelayOptions extends RelayOptions {
  /** One that exists already, instead of the options for a new one. */
  readonly relay?: RelayEmulator;
  /** How long everything takes to arrive, in ms; default 0, which is still never at once. */
  readonly latency?: number;
}

/** A relay emulator, and what makes clients talk to it without a network. Its sockets show no pings. */
export interface InMemoryRelay extends InProcess {
  readonly relay: RelayEmulator;
}

/** A relay in the same process: all that is sent arrives through `scheduler`, in order, never synchronously. */
export function inMemoryRelay(options: InMemoryRelayOptions = {}): InMemoryRelay {
  const { latency = 0, scheduler = systemScheduler } = options;
  const relay = options.relay ?? createRelay(options);
  return { relay, ...inProcess(relay, { scheduler, latency }) };
}
