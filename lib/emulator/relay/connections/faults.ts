import type { RpcError } from '../relay-error.js';

/** Which calls something happens to. */
export interface RelayCalls {
  /** `irn_publish`, for instance. Default: any. */
  readonly method?: string;
  /** How many of them, from now on; `Infinity` for all. Default: 1. */
  readonly count?: number;
}

/** What can go wrong with calls. What is asked for first happens first; one thing happens to a call. */
export interface RelayFaults {
  /** Not done, and answered with an error. */
  refuse(error?: RpcError, calls?: RelayCalls): void;
  /** Not done, and not answered. */
  ignore(calls?: RelayCalls): void;
  /** Done, and not answered. */
  mute(calls?: RelayCalls): void;
  /** Done, and answered so many ms later; what is said meanwhile overtakes it. */
  late(ms: number, calls?: RelayCalls): void;
  /** Done, and answered twice. */
  twice(calls?: RelayCalls): void;
  /** Not done: the socket ends without a word instead. */
  dropBefore(calls?: RelayCalls): void;
  /** Done: the socket ends without a word instead of the answer. */
  dropAfter(calls?: RelayCalls): void;
  /** Not done: the socket is closed instead. */
  close(code: number, reason?: string, calls?: RelayCalls): void;
  /** Subscribing to these fails: a batch as a whole, in its blocking form one by one. No topics: none does any more. */
  failTopics(topics: readonly string[], error?: RpcError): void;
  /** From now on nothing of all this. */
  clear(): void;
}

/** What happens to a call. */
export type Fault =
  | { readonly how: 'refuse'; readonly error: RpcError }
  | { readonly how: 'ignore' | 'mute' | 'twice' | 'dropBefore' | 'dropAfter' }
  | { readonly how: 'late'; readonly ms: number }
  | { readonly how: 'close'; readonly code: number; readonly reason: string };

/** What was asked for. */
export interface FaultPlan {
  readonly faults: RelayFaults;
  /** What happens to a call of this method, which counts as one. */
  readonly take: (method: string) => Fault | undefined;
  readonly failureOf: (topic: string) => RpcError | undefined;
}

const defaultError: RpcError = {
  code: -32000,
  message: 'The emulator was told to refuse this: nothing else is wrong.',
  data: 'Told',
};

interface PlannedFault {
  readonly fault: Fault;
  readonly method: string | undefined;
  left: number;
}

export function faultPlan(): FaultPlan {
  const planned: PlannedFault[] = [];
  const troubles = new Map<string, RpcError>();
  const plan = (fault: Fault, { method, count = 1 }: RelayCalls = {}): void =>
    void planned.push({ fault, method, left: count });
  const faults: RelayFaults = {
    refuse: (error = defaultError, calls) => plan({ how: 'refuse', error }, calls),
    ignore: (calls) => plan({ how: 'ignore' }, calls),
    mute: (calls) => plan({ how: 'mute' }, calls),
    late: (ms, calls) => plan({ how: 'late', ms }, calls),
    twice: (calls) => plan({ how: 'twice' }, calls),
    dropBefore: (calls) => plan({ how: 'dropBefore' }, calls),
    dropAfter: (calls) => plan({ how: 'dropAfter' }, calls),
    close: (code, reason = '', calls) => plan({ how: 'close', code, reason }, calls),
    failTopics: (topics, error = defaultError) => {
      if (topics.length === 0) troubles.clear();
      for (const topic of topics) troubles.set(topic, error);
    },
    clear: () => {
      planned.length = 0;
      troubles.clear();
    },
  };
  return { faults, take: (method) => takeFault(planned, method), failureOf: (topic) => troubles.get(topic) };
}

function takeFault(planned: PlannedFault[], called: string): Fault | undefined {
  const at = planned.findIndex(({ method }) => method === undefined || method === called);
  const next = planned[at];
  if (!next) return undefined;
  next.left -= 1;
  if (next.left <= 0) planned.splice(at, 1);
  return next.fault;
}
