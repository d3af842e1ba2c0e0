/** A connected relay client, seen through the few things that are measured. */
export interface RelayContestant {
  /** Resolves once the relay has confirmed it. */
  subscribe(topic: string, heard: (message: string) => void): Promise<unknown>;
  /** Resolves when the relay has accepted it. */
  publish(topic: string, message: string): Promise<unknown>;
  close(): Promise<unknown>;
}

export type ConnectRelay = (relayUrl: string) => Promise<RelayContestant>;

export const relayContestants = ['ours', 'before', 'official'] as const;
export type RelayContestantName = (typeof relayContestants)[number];
