/** What the orchestrator, the server and the contestants say to each other over IPC. */

import type { Payload } from './traffic/payloads.js';

export type Format = 'json' | 'msgpack';

/** What is special about a client: it asks for deltas or objects or has a cipher, on the first channel, or it has a token. */
export type Speciality = 'deltas' | 'cipher' | 'token' | 'objects';

/** The MESSAGE frames of a run. */
export interface Load {
  readonly messages: number;
  readonly perFrame: number;
  readonly channels: number;
  /** Without what messages bear since protocol 6. */
  readonly plain?: boolean;
  /** 100 bytes of text by default. */
  readonly payload?: Payload | undefined;
  /** How many names the messages have in turn; one by default. */
  readonly names?: number;
}

/** To the server. Every session is a listener of its own, so that it knows whose connection it has. */
export type ServerOrder =
  | { readonly do: 'open'; readonly format: Format }
  | (Load & { readonly do: 'prepare'; readonly port: number })
  | { readonly do: 'blast'; readonly port: number }
  | { readonly do: 'shut'; readonly port: number }
  | { readonly do: 'renew'; readonly port: number; readonly renewals: number; readonly messages: number }
  | { readonly do: 'drop'; readonly port: number; readonly channels: number }
  | { readonly do: 'members'; readonly port: number; readonly members: number }
  | { readonly do: 'updates'; readonly port: number; readonly members: number; readonly updates: number }
  | { readonly do: 'objects'; readonly port: number; readonly objects: number }
  | {
      readonly do: 'operations';
      readonly port: number;
      readonly objects: number;
      readonly operations: number;
    }
  | { readonly do: 'history'; readonly port: number; readonly pages: number };

/** To a contestant. `start` orders are answered twice: once ready, once done. */
export type ClientOrder =
  | {
      readonly do: 'connect';
      readonly port: number;
      readonly format: Format;
      readonly speciality?: Speciality | undefined;
    }
  | { readonly do: 'subscribe'; readonly channels: number }
  | { readonly do: 'receive'; readonly messages: number; readonly size?: number | undefined }
  | { readonly do: 'publish'; readonly messages: number; readonly inFlight: number; readonly size?: number }
  | { readonly do: 'attach'; readonly channels: number }
  | { readonly do: 'heap'; readonly channels: number }
  | { readonly do: 'past'; readonly past: number; readonly live: number }
  | PaceOrder
  | { readonly do: 'reattach' }
  | { readonly do: 'watch'; readonly moves: boolean }
  | { readonly do: 'sync'; readonly members: number }
  | { readonly do: 'follow'; readonly events: number }
  | { readonly do: 'member-heap'; readonly members: number }
  | { readonly do: 'walk' }
  | { readonly do: 'sync-objects' | 'object-heap'; readonly objects: number }
  | { readonly do: 'apply'; readonly isCompact: boolean }
  | ListOrder
  | { readonly do: 'close' };

/** Publishes of messages that come back, so many a second, or as many as can be where `perSecond` is 0. */
export interface PaceOrder {
  readonly do: 'pace';
  readonly messages: number;
  readonly perSecond: number;
}

/** Of messages on their way from a publish to its own client: microseconds, and how many came in a second. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

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
