import { type ErrorInfo, type RealtimeClient } from '../../../lib/index.js';
import type { Accepted } from './witness.js';

/** The server's limit for frames, in bytes. */
export const maxFrameSize = 2000;

/** What one client was told on one channel. A mark says where in the server's list that was. */
export type Entry =
  | { readonly type: 'message'; readonly serial: string }
  /** The first attachment of a channel, or a discontinuity: from there on nothing may be missing. */
  | { readonly type: 'mark'; readonly at: number };

/** One publish, and what became of it. */
export interface Publish {
  readonly channel: string;
  readonly data: string;
  /** How often its promise has settled. */
  settled: number;
  serials: readonly (string | null)[] | undefined;
  error: ErrorInfo | undefined;
  /** Whether it was unsettled when a resume of its publisher failed: the one case in which it may arrive twice, and only where the server has forgotten its id. */
  isUncertain: boolean;
  /** Whether all was calm when it was made, so that nothing excuses a refusal. */
  readonly isLast: boolean;
}

/** What one subscription received that asked for the past as well. */
export interface Joined {
  readonly channel: string;
  readonly entries: readonly Entry[];
  /** Whether it has ended, with its channel or by an error. */
  readonly isOver: boolean;
}

/** All that a client saw and did. */
export interface Diary {
  readonly entries: ReadonlyMap<string, readonly Entry[]>;
  readonly joined: readonly Joined[];
  readonly publishes: readonly Publish[];
  /** How many resumes failed, and how many succeeded. */
  readonly resumes: { failed: number; succeeded: number };
  /** Streams that have neither completed nor errored. */
  readonly open: () => number;
  readonly publish: (channel: string, isLarge?: boolean) => void;
  /** The last publish, where all is calm. */
  readonly conclude: (channel: string) => void;
  /** Releases a channel, and listens to the next one of its name. */
  readonly release: (channel: string) => void;
  /** Subscribes to a channel, with all of its past. */
  readonly join: (channel: string) => void;
  readonly setOptions: (channel: string) => void;
  /** Detaches a channel, which is attached again at once; from there on nothing may be missing. */
  readonly goAway: (channel: string) => void;
  /** Attaches what could not be attached again before. */
  readonly comeBack: () => void;
}

type Witness = ReadonlyMap<string, readonly Accepted[]>;

/** Subscribes to all that a client tells of these channels. */
export function diaryOf(client: RealtimeClient, name: string, witness: Witness): Diary {
  const entries = new Map<string, Entry[]>();
  const joined: Joined[] = [];
  const publishes: Publish[] = [];
  const resumes = { failed: 0, succeeded: 0 };
  let [open, changes] = [0, 0];
  let wasConnected = false;
  const ending = { complete: () => void (open -= 1), error: () => void (open -= 1) };
  const follow = (channel: string): void => {
    const [log, accepted] = [entries.get(channel) ?? [], witness.get(channel) ?? []];
    entries.set(channel, log);
    const face = client.channel(channel);
    const mark = (): void => void log.push({ type: 'mark', at: accepted.length });
    let isFirst = true;
    open += 3;
    face.messages$.subscribe({
      next: ({ serial }) => serial !== undefined && log.push({ type: 'message', serial }),
      ...ending,
    });
    face.discontinuities$.subscribe({ next: mark, ...ending });
    face.state$.subscribe({
      next: (state) => {
        if (state === 'attached' && isFirst) mark();
        if (state === 'attached') isFirst = false;
        if (state === 'detached') isFirst = true;
      },
      ...ending,
    });
  };
  const join = (channel: string): void => {
    const log: Entry[] = [{ type: 'mark', at: 0 }];
    const made = { channel, entries: log, isOver: false };
    joined.push(made);
    const face = client.channel(channel);
    const end = (): void => {
      made.isOver = true;
      open -= 1;
    };
    open += 2;
    const mark = (): void => void log.push({ type: 'mark', at: witness.get(channel)?.length ?? 0 });
    face.discontinuities$.subscribe({ next: mark, ...ending });
    let wasAway = false;
    face.state$.subscribe((state) => {
      if (state === 'detached') wasAway = true;
      if (state === 'attached' && wasAway) mark();
      if (state === 'attached') wasAway = false;
    });
    face.messages(undefined, { history: 'untilAttach' }).subscribe({
      next: ({ serial }) => serial !== undefined && log.push({ type: 'message', serial }),
      complete: end,
      error: end,
    });
  };
  for (const channel of witness.keys()) follow(channel);
  open += 2;
  client.errors$.subscribe(ending);
  client.connection.changes$.subscribe({
    next: ({ previous, current, resumed }) => {
      if (current !== 'connected' || previous === 'connected') return;
      if (resumed) resumes.succeeded += 1;
      else if (!wasConnected) wasConnected = true;
      else {
        resumes.failed += 1;
        for (const publish of publishes) if (publish.settled === 0) publish.isUncertain = true;
      }
    },
    ...ending,
  });
  const publish = (channel: string, { isLarge = false, isLast = false } = {}): void => {
    const made: Publish = {
      channel,
      data: `${name} ${publishes.length}${isLarge ? `, large${'.'.repeat(maxFrameSize)}` : ''}`,
      settled: 0,
      serials: undefined,
      error: undefined,
      isUncertain: false,
      isLast,
    };
    publishes.push(made);
    client
      .channel(channel)
      .publish('n', made.data)
      .then(
        ({ serials }) => {
          made.settled += 1;
          made.serials = serials;
        },
        (error: unknown) => {
          made.settled += 1;
          made.error = error as ErrorInfo;
        },
      );
  };
  return {
    entries,
    joined,
    publishes,
    resumes,
    join,
    setOptions: (channel) => {
      const change = client.channel(channel).setOptions({ params: { change: `${(changes += 1)}` } });
      change.catch(() => undefined); // it may not be answered in time
    },
    goAway: (channel) => {
      const face = client.channel(channel);
      void face
        .detach()
        .catch(() => undefined)
        .then(() => face.attach())
        .catch(() => undefined);
    },
    comeBack: () => {
      for (const channel of witness.keys()) {
        const face = client.channel(channel);
        if (face.state === 'detached' || face.state === 'initialized') void face.attach();
      }
    },
    open: () => open,
    release: (channel) => {
      void client.releaseChannel(channel);
      follow(channel);
    },
    publish: (channel, isLarge) => {
      publish(channel, { isLarge });
    },
    conclude: (channel) => {
      publish(channel, { isLast: true });
    },
  };
}
