import type { Format } from '../messages.js';

/** A connected client, seen through the few things that are measured. */
export interface Contestant {
  /** Resolves once the channel is attached. */
  attach(channel: string): Promise<unknown>;
  subscribe(channel: string, heard: (name: string, data: string) => void): void;
  /** Resolves on the ACK. */
  publish(channel: string, name: string, data: string): Promise<unknown>;
  close(): Promise<unknown> | void;
}

export interface Place {
  readonly port: number;
  readonly format: Format;
}

export type Connect = (place: Place) => Promise<Contestant>;

export const contestants = ['ours', 'official', 'bare'] as const;
export type ContestantName = (typeof contestants)[number];
