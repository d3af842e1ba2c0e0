import type { CallState, Failure, Policy } from './state.js';

/** What came of a call. */
export type Outcome =
  | { readonly type: 'answered'; readonly result: unknown }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'withdrawn' };

/** Told once what came of a call, perhaps while that begins; must not throw. */
export type Settle = (outcome: Outcome, call: Call) => void;

/** A request, and who waits for it. */
export interface Call {
  /** Decimal; the same for each attempt. */
  readonly id: string;
  /** The same for each attempt; given up once it is settled, because deadlines may keep a call for a while. */
  text: string;
  readonly startedAt: number;
  state: CallState;
  readonly settle: Settle;
  readonly late: OnLateAnswer | undefined;
}

/** Told of an answer that came after the call was given up, on the same connection. */
export type OnLateAnswer = (result: unknown) => void;

/** What is asked of the relay, and how patiently. */
export interface Request {
  readonly method: string;
  readonly params: object;
  readonly policy: Policy;
  readonly late?: OnLateAnswer;
}
