/** What the orchestrator, the server and the contestants say to each other over IPC. */

export type Format = 'json' | 'msgpack';

/** To the server. Every session is a listener of its own, so that it knows whose connection it has. */
export type ServerOrder =
  | { readonly do: 'open'; readonly format: Format }
  | {
      readonly do: 'prepare';
      readonly port: number;
      readonly messages: number;
      readonly perFrame: number;
      readonly channels: number;
      readonly plain: boolean;
    }
  | { readonly do: 'blast'; readonly port: number }
  | { readonly do: 'shut'; readonly port: number }
  | { readonly do: 'pace'; readonly port: number; readonly perSecond: number; readonly milliseconds: number }
  | { readonly do: 'drop'; readonly port: number; readonly channels: number }
  | { readonly do: 'members'; readonly port: number; readonly members: number }
  | { readonly do: 'updates'; readonly port: number; readonly members: number; readonly updates: number }
  | { readonly do: 'history'; readonly port: number; readonly pages: number };

/** To a contestant. `start` orders are answered twice: once ready, once done. */
export type ClientOrder =
  | { readonly do: 'connect'; readonly port: number; readonly format: Format }
  | { readonly do: 'subscribe'; readonly channels: number }
  | { readonly do: 'receive'; readonly messages: number }
  | { readonly do: 'publish'; readonly messages: number; readonly inFlight: number }
  | { readonly do: 'attach'; readonly channels: number }
  | { readonly do: 'heap'; readonly channels: number }
  | { readonly do: 'latency'; readonly messages: number }
  | { readonly do: 'reattach' }
  | { readonly do: 'watch'; readonly moves: boolean }
  | { readonly do: 'sync'; readonly members: number }
  | { readonly do: 'follow'; readonly events: number }
  | { readonly do: 'member-heap'; readonly members: number }
  | { readonly do: 'walk' }
  | ListOrder
  | { readonly do: 'close' };

/** Something to do with so many of a kind at once. */
export interface ListOrder {
  readonly do: 'detach' | 'release' | 'find' | 'enter' | 'join' | 'history';
  readonly count: number;
}

/** What a piece of work cost the process that did it. */
export interface Cost {
  /** Microseconds of CPU, all threads. */
  readonly cpu: number;
  /** Microseconds on the wall. */
  readonly wall: number;
}

export interface JoinCost {
  readonly join: Cost;
  readonly leave: Cost;
}

export interface HistoryCost {
  /** Microseconds of CPU per page, in the first and in the last tenth. */
  readonly first: number;
  readonly last: number;
  /** Bytes that came to be in use after the first tenth. */
  readonly heap: number;
}

export interface HeapUse {
  /** Bytes for each channel with one subscriber. */
  readonly channel: number;
  /** Bytes for each further subscriber. */
  readonly subscriber: number;
}

export const channelName = (index: number): string => `channel-${String(index).padStart(6, '0')}`;

/** The last message of a run that has no natural end bears this name. */
export const lastName = 'last';
