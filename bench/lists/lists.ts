/** What a client does with many of a kind; beside `Contestant`, because a bare loop has no such things. */
export interface Lists {
  /** Detaches a channel and forgets it. Resolves once that is done. */
  release(channel: string): Promise<unknown>;
  /** Looks a channel up that is there; says whether it was found. */
  find(channel: string): boolean;
  /** Enters a member; resolves on the ACK. */
  enter(channel: string, clientId: string): Promise<unknown>;
  /** Subscribes to the messages of one name; what it answers unsubscribes. */
  join(channel: string, name: string): () => void;
  /** From now on walks through all members at each event of one, as a list on a page does; tells how many were seen. */
  walk(channel: string, walked: (members: number) => void): void;
  /** Reads the history of a channel, 100 a page, to its end. */
  history(channel: string, heard: () => void): Promise<unknown>;
}
