import { setTimeout as sleep } from 'node:timers/promises';

/** Prints what a part of the soak has found, on one line. */
export const told = (part: string, facts: Readonly<Record<string, number | string>>): void =>
  console.log(
    `${part}: ${Object.entries(facts)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
  );

/** Throws an Error that says what was found, unless all is well. */
export function demand(isWell: boolean, found: string): void {
  if (!isWell) throw new Error(found);
}

/** Rejects where it takes longer than so many seconds. */
export async function within<T>(seconds: number, what: string, done: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within ${seconds} s: ${what}.`)), seconds * 1000);
  });
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}

export const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

/** Resolves once it is so; looks twenty times a second. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(50);
}
