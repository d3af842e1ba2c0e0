import type { RpcError } from '../relay-error.js';

/** Calls that a fault applies to. */
export interface RelayCalls {
  /** `irn_publish`, for instance. Default: any. */
  readonly method?: string;
  /** Number of calls, from now on; `Infinity` for all. Default: 1. */
  readonly count?: number;
}

/** Faults of calls. They apply in the order of request; one fault applies to a call. */
export interface RelayFaults {
  /** Does not perform the call, and answers with an error. */
  refuse(error?: RpcError, calls?: RelayCalls): void;
  /** Neither performs nor answers the call. */
  ignore(calls?: RelayCalls): void;
  /** Performs the call, without an answer. */
  mute(calls?: RelayCalls): void;
  /** Performs the call, and answers so many ms later; texts sent meanwhile overtake the answer. */
  late(ms: number, calls?: RelayCalls): void;
  /** Performs the call, and answers twice. */
  twice(calls?: RelayCalls): void;
  /** Drops the socket instead of performing the call. */
  dropBefore(calls?: RelayCalls): void;
  /** Performs the call, and drops the socket instead of answering. */
  dropAfter(calls?: RelayCalls): void;
  /** Closes the socket instead of performing the call. */
  close(code: number, reason?: string, calls?: RelayCalls): void;
  /** Fails subscribing to these topics: a batch as a whole, in its blocking form one by one. No topics: ends that. */
  failTopics(topics: readonly string[], error?: RpcError): void;
  /** Removes all faults. */
  clear(): void;
}

/** Fault of one call. */
export type Fault =
  | { readonly how: 'refuse'; readonly error: RpcError }
  | { readonly how: 'ignore' | 'mute' | 'twice' | 'dropBefore' | 'dropAfter' }
  | { readonly how: 'late'; readonly ms: number }
  | { readonly how: 'close'; readonly code: number; readonly reason: string };

/** The faults that were requested. */
export interface FaultPlan {
  readonly faults: RelayFaults;
  /** Takes the next fault for a call of this method. */
  readonly take: (method: string) => Fault | undefined;
  readonly failureOf: (topic: string) => RpcError | undefined;
}

const defaultError: RpcError = {
  code: -32000,
  message: 'The emulator was asked to refuse this: nothing else is wrong.',
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
