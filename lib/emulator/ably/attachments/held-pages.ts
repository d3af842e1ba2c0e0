/** The pages of the syncs of one kind to one attachment. */
export interface HeldPages {
  /** Sends pages, or holds them; drops those of an earlier sync that are still held. */
  readonly start: (pages: readonly (() => void)[]) => void;
  /** Sends `count` of the held pages (default: all); returns how many are left. */
  readonly send: (count?: number) => number;
}

/** `held` has the names of the channels whose pages are held back. */
export function heldPages(name: string, held: ReadonlySet<string>): HeldPages {
  let waiting: (() => void)[] = [];
  const send = (count = Infinity): number => {
    waiting.splice(0, count).forEach((page) => page());
    return waiting.length;
  };
  return {
    start: (pages) => {
      waiting = [...pages];
      if (!held.has(name)) send();
    },
    send,
  };
}
