/** How a promise has settled, if it has: at which ms. */
export interface Fate {
  resolved?: number;
  rejected?: number;
  error?: unknown;
}

/** A request of a dApp, and what came of it; all times in ms. */
export interface RequestFate extends Fate {
  readonly at: number;
  id?: number;
  /** When it was reported that the relay has taken it. */
  sent?: number | undefined;
  /** When the wallet was asked. */
  readonly asked: number[];
  /** The wallet's attempts to answer. */
  readonly answers: Fate[];
}

interface Lived {
  readonly requests: readonly RequestFate[];
  /** Pings. */
  readonly others: readonly Fate[];
  /** When the relay was restarted without its memory. */
  readonly forgotten: readonly number[];
  /** Rejections and errors that nobody took. */
  readonly unhandled: readonly unknown[];
}

/** Counts of one life, or of many. */
export interface Tally {
  /** Lives that were given up, because sockets were opened without end; nothing else is counted of these. */
  readonly storms: number;
  readonly requests: number;
  readonly answered: number;
  /** Requests whose promise was rejected before they were reported sent. */
  readonly refused: number;
  /** Reported sent, and the wallet was never asked, though the relay has forgotten nothing. */
  readonly lost: number;
  /** The wallet was asked more than once. */
  readonly askedTwice: number;
  /** Reported sent by the wallet, and the dApp never got them, though the relay has forgotten nothing. */
  readonly lostAnswers: number;
  /** Promises of the SDK that have not settled. */
  readonly unsettled: number;
  /**
   * Rejections and errors that nobody took: each ends a process of Node. Without those of the SDK's own timer, which rejects
   * a promise that it gives nobody when five minutes are over, whatever the relayer.
   */
  readonly unhandled: number;
  /** Requests that the relay took, and forgot when it was restarted without its memory; answers too. */
  readonly forgotten: number;
  /** Ms from request to answer, of those that were answered. */
  readonly waits: readonly number[];
}

export const isSettled = ({ resolved, rejected }: Fate): boolean =>
  resolved !== undefined || rejected !== undefined;

/** Says whether an error was made by the timer of `createDelayedPromise`, whatever the relayer. */
const isExpiry = (error: unknown): boolean =>
  /^Error.*\n *at \S*@walletconnect\/utils/.test((error as Error).stack ?? '');

export function tallyOf({ requests, others, forgotten, unhandled }: Lived): Tally {
  /** The relay had it when it forgot everything, if that was after it took it and before it passed it on. */
  const isForgotten = (taken: number, passedOn = Infinity): boolean =>
    forgotten.some((at) => taken <= at && at <= passedOn);
  const count = (is: (fate: RequestFate) => boolean): number => requests.filter(is).length;
  const answeredAt = ({ answers }: RequestFate): number | undefined =>
    answers.find(({ resolved }) => resolved !== undefined)?.resolved;
  const isUnasked = ({ sent, asked }: RequestFate): boolean => sent !== undefined && asked.length === 0;
  const isUnheard = (fate: RequestFate): boolean =>
    answeredAt(fate) !== undefined && fate.resolved === undefined && fate.sent !== undefined;
  const isRequestForgotten = ({ sent = 0, asked: [asked] }: RequestFate): boolean => isForgotten(sent, asked);
  const isAnswerForgotten = (fate: RequestFate): boolean => isForgotten(answeredAt(fate) ?? 0, fate.resolved);
  const settling = [...requests, ...others, ...requests.flatMap(({ answers }) => answers)];
  return {
    storms: 0,
    requests: requests.length,
    answered: count(({ resolved }) => resolved !== undefined),
    refused: count(({ rejected, sent }) => rejected !== undefined && sent === undefined),
    lost: count((fate) => isUnasked(fate) && !isRequestForgotten(fate)),
    askedTwice: count(({ asked }) => asked.length > 1),
    lostAnswers: count((fate) => isUnheard(fate) && !isAnswerForgotten(fate)),
    unsettled: settling.filter((fate) => !isSettled(fate)).length,
    unhandled: unhandled.filter((error) => !isExpiry(error)).length,
    forgotten:
      count((fate) => isUnasked(fate) && isRequestForgotten(fate)) +
      count((fate) => isUnheard(fate) && isAnswerForgotten(fate)),
    waits: requests.flatMap(({ at, resolved }) => (resolved === undefined ? [] : [resolved - at])),
  };
}

/** Counts a life that was given up. */
export const storm: Tally = {
  storms: 1,
  requests: 0,
  answered: 0,
  refused: 0,
  lost: 0,
  askedTwice: 0,
  lostAnswers: 0,
  unsettled: 0,
  unhandled: 0,
  forgotten: 0,
  waits: [],
};

export const sumOf = (tallies: readonly Tally[]): Tally =>
  tallies.reduce((sum, tally) => {
    const names = Object.keys(sum) as (keyof Tally)[];
    const added = names.map((name) => {
      const [one, other] = [sum[name], tally[name]];
      return [name, typeof one === 'number' ? one + (other as number) : [...one, ...(other as number[])]];
    });
    return Object.fromEntries(added) as unknown as Tally;
  });
