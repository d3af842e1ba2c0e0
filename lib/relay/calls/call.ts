import type { Policy } from './policy.js';
import type { CallState, Failure } from './state.js';

/** How a call ended. */
export type Outcome =
  | { readonly type: 'answered'; readonly result: unknown }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'withdrawn' };

/** Called once with the outcome, perhaps before `begin` returns; must not throw. */
export type Settle = (outcome: Outcome, call: Call) => void;

/** A request that waits for its answer. */
export interface Call {
  /** Decimal; the same for each attempt. */
  readonly id: string;
  /** The same for each attempt; emptied once it is settled, because timers may keep a call for a while. */
  text: string;
  readonly startedAt: number;
  /** Time of the last send, on the scheduler's clock. */
  sentAt: number;
  state: CallState;
  readonly settle: Settle;
  readonly onLateAnswer: OnLateAnswer | undefined;
}

/** Called with an answer that came after the call was given up, on the same connection. */
export type OnLateAnswer = (result: unknown) => void;

/** A request of the relay, and how long to try it. */
export interface Request {
  readonly method: string;
  readonly params: object;
  readonly policy: Policy;
  readonly onLateAnswer?: OnLateAnswer;
}
