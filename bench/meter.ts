import type { Cost } from './messages.js';

export const collectGarbage = globalThis.gc ?? (() => {});

/** Microseconds of CPU that this process has had so far, all threads. */
export const cpuUsed = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Starts to measure; what it answers stops. */
export function meter(): () => Cost {
  collectGarbage();
  const cpu = cpuUsed();
  const wall = process.hrtime.bigint();
  return () => ({ cpu: cpuUsed() - cpu, wall: Number(process.hrtime.bigint() - wall) / 1000 });
}

/** Bytes that are in use once the garbage is gone. */
export const heapUsed = (): number => {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

/** Kept when what was under way has probably been done. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
