/** What the orchestrator, the relay, and a process with a dApp and a wallet say to each other over IPC. */

/** To the relay. Each answers on a port of its own, with a memory of its own. */
export type WalletRelayOrder = { readonly do: 'open' } | { readonly do: 'shut'; readonly port: number };

/** To a process with a dApp and a wallet, which carries out one. */
export interface WalletOrder {
  /** Requests of one session one after the other, or sessions, each with a pairing. */
  readonly do: 'requests' | 'sessions';
  readonly port: number;
  readonly count: number;
}

/** What each of them cost the process. */
export interface WalletCost {
  /** Microseconds of CPU, all threads. */
  readonly cpu: number;
  /** Microseconds on the wall. */
  readonly wall: number;
  /** Bytes that came to be in use. */
  readonly heap: number;
}
