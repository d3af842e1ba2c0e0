/** What the orchestrator, the relay and its clients say to each other over IPC. */

/** To the relay. Every session is a listener of its own, so that it knows whose connection it has. */
export type RelayOrder =
  | { readonly do: 'open' }
  | { readonly do: 'push'; readonly port: number; readonly from: number; readonly to: number }
  | { readonly do: 'shut'; readonly port: number };

/** To a client. Each is carried out by a new one; all but `publish` are answered twice: once ready, once done. */
export type RelayClientOrder =
  | { readonly do: 'publish'; readonly port: number; readonly messages: number }
  | {
      readonly do: 'receive';
      readonly port: number;
      readonly messages: number;
      /** Ms, after which it tells what it has got so far. */
      readonly atMost: number;
    }
  /** Says what the heap is once so many messages have come, and stays for the next one of these. */
  | { readonly do: 'heap'; readonly port: number; readonly messages: number };

export interface Published {
  /** Microseconds until the last publish was settled. */
  readonly wall: number;
  readonly failed: number;
}

/** CPU used so far, in microseconds: after every `markEvery` messages, from none on. */
export type Marks = readonly number[];

export const markEvery = 500;
export const topic = 'c0ffee'.padEnd(64, '0');
/** Messages are as different as ciphertexts, and as long as a small one. */
export const textOf = (number: number): string => `${number}:`.padEnd(200, 'x');
