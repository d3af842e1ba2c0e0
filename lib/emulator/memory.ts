import { describeAs } from '../base/described.js';
import { systemScheduler } from '../rx/clock.js';
import { coreOf } from './ably-core.js';
import { createEmulator, type Emulator } from './ably/server.js';
import type { EmulatorOptions } from './ably/settings.js';
import { idleScheduler } from './host/idle-scheduler.js';
import { type InProcess, inProcess } from './host/in-process.js';
import { replayed, type ReplayOptions } from './replay/replayed.js';

export interface InMemoryOptions extends EmulatorOptions, ReplayOptions {
  /** An existing one, instead of the options for a new one. */
  readonly emulator?: Emulator;
  /** Time in ms for data to arrive. Default: 0, which is still asynchronous. */
  readonly latency?: number;
}

/** An emulator, and client options that connect to it without a network. */
export interface InMemory extends InProcess {
  readonly emulator: Emulator;
  readonly key: string;
}

/** Creates an emulator in this process: all data arrives through `scheduler`, in order, never synchronously. */
export function inMemory(options: InMemoryOptions = {}): InMemory {
  const { latency = 0, scheduler = systemScheduler } = options;
  const emulator = options.emulator ?? createEmulator({ scheduler: idleScheduler, ...options });
  const dispose = options.emulator ? undefined : () => emulator.dispose();
  const core = replayed(coreOf(emulator), { scheduler: idleScheduler, ...options });
  const memory = {
    emulator,
    key: emulator.key,
    ...inProcess(core, { scheduler, latency, dispose }),
  };
  return describeAs('InMemory', memory, () => ({ emulator }));
}
