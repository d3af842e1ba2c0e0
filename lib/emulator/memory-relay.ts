import { describeAs } from '../base/described.js';
import { systemScheduler } from '../rx/clock.js';
import { idleScheduler } from './host/idle-scheduler.js';
import { type InProcess, inProcess } from './host/in-process.js';
import { createRelay, type RelayEmulator } from './relay/relay.js';
import type { RelayOptions } from './relay/settings.js';
import { replayedRelay } from './replay/relay/replayed-relay.js';
import type { ReplayOptions } from './replay/replayed.js';

export interface InMemoryRelayOptions extends RelayOptions, ReplayOptions {
  /** An existing one, instead of the options for a new one. */
  readonly relay?: RelayEmulator;
  /** Time in ms for data to arrive. Default: 0, which is still asynchronous. */
  readonly latency?: number;
}

/** A relay emulator, and client options that connect to it without a network. Its sockets show no pings. */
export interface InMemoryRelay extends InProcess {
  readonly relay: RelayEmulator;
}

/** Creates a relay in this process: all data arrives through `scheduler`, in order, never synchronously. */
export function inMemoryRelay(options: InMemoryRelayOptions = {}): InMemoryRelay {
  const { latency = 0, scheduler = systemScheduler } = options;
  const relay = options.relay ?? createRelay({ scheduler: idleScheduler, ...options });
  const dispose = options.relay ? undefined : () => relay.dispose();
  const core = replayedRelay(relay, { scheduler: idleScheduler, ...options });
  const memory = { relay, ...inProcess(core, { scheduler, latency, dispose }) };
  return describeAs('InMemoryRelay', memory, () => ({ relay }));
}
