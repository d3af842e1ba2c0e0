import type { Lists } from '../lists/lists.js';
import type { Format, Speciality } from '../messages.js';

/** A connected client, seen through the few things that are measured. */
export interface Contestant {
  /** Resolves once the channel is attached. */
  attach(channel: string): Promise<unknown>;
  subscribe(channel: string, heard: (name: string, data: string) => void): void;
  /** Resolves on the ACK. */
  publish(channel: string, name: string, data: string): Promise<unknown>;
  /**
   * From now on tells each presence event of the channel, which is attached by that. With `moves` it is told of each move
   * of the list of members as well, where the client has such a thing.
   */
  watch(channel: string, heard: (clientId: string) => void, moves: boolean): void;
  /** Attaches; resolves once all members have been named, with how many the client knows then. */
  sync(channel: string): Promise<number>;
  detach(channel: string): Promise<unknown>;
  close(): Promise<unknown> | void;
  /** Left out by a contestant that keeps no lists. */
  readonly lists?: Lists;
  /** Left out by a contestant that knows no objects. */
  readonly objects?: Objects;
  /** Joins so many of the past to what is live, on a channel that is attached. Left out by a bare loop. */
  joinPast?(channel: string, past: number, heard: (name: string, data: string) => void): void;
}

/** The objects of the first channel. */
export interface Objects {
  /** Attaches; resolves once all have been named, with how many keys the root has then. */
  sync(): Promise<number>;
  /** Calls back when the key `last` of the root is set; answers with the way to leave. Looks at all after each change, where that is asked for. */
  follow(isCompact: boolean, done: () => void): () => void;
}

export interface Place {
  readonly port: number;
  readonly format: Format;
  readonly speciality?: Speciality | undefined;
}

export type Connect = (place: Place) => Promise<Contestant>;

/** In the order of the table; the build of before stands beside ours. */
export const contestants = ['ours', 'before', 'official', 'mended', 'bare'] as const;
export type ContestantName = (typeof contestants)[number];
