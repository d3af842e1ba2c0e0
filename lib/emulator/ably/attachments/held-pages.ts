/** The pages of the syncs of one kind to one attachment. */
export interface HeldPages {
  /**
   * Sends pages, or holds them; drops those of an earlier sync that are still held. Held pages of a sync that no ATTACHED
   * has announced are made when the first of them is sent: its client knows of no sync before that, and what comes
   * meanwhile must not be older than what the client then has.
   */
  readonly start: (make: () => readonly (() => void)[], isAnnounced: boolean) => void;
  /** Sends `count` of the held pages (default: all); returns how many are left. */
  readonly send: (count?: number) => number;
}

/** `held` has the names of the channels whose pages are held back. */
export function heldPages(name: string, held: ReadonlySet<string>): HeldPages {
  let waiting: (() => void)[] = [];
  let unmade: (() => readonly (() => void)[]) | undefined;
  const make = (): void => {
    if (unmade) waiting = [...unmade()];
    unmade = undefined;
  };
  const send = (count = Infinity): number => {
    make();
    waiting.splice(0, count).forEach((page) => page());
    return waiting.length;
  };
  return {
    start: (pages, isAnnounced) => {
      waiting = [];
      unmade = pages;
      if (isAnnounced) make();
      if (!held.has(name)) send();
    },
    send,
  };
}
