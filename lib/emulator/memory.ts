import { systemScheduler } from '../rx/clock.js';
import { coreOf } from './ably-core.js';
import { createEmulator, type Emulator } from './ably/server.js';
import type { EmulatorOptions } from './ably/settings.js';
import { type InProcess, inProcess } from './host/in-process.js';

export interface InMemoryOptions extends EmulatorOptions {
  /** One that exists already, instead of the options for a new one. */
  readonly emulator?: Emulator;
  /** How long everything takes to arrive, in ms; default 0, which is still never at once. */
  readonly latency?: number;
}

/** An emulator, and what makes clients talk to it without a network. */
export interface InMemory extends InProcess {
  readonly emulator: Emulator;
  readonly key: string;
}

/** An emulator in the same process: all that is sent arrives through `scheduler`, in order, never synchronously. */
export function inMemory(options: InMemoryOptions = {}): InMemory {
  const { latency = 0, scheduler = systemScheduler } = options;
  const emulator = options.emulator ?? createEmulator(options);
  return { emulator, key: emulator.key, ...inProcess(coreOf(emulator), { scheduler, latency }) };
}
