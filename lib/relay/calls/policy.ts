/** How long and how often a request is tried. */
export interface Policy {
  /** Most sends of one request. */
  readonly attempts: number;
  /** Milliseconds that one attempt may take. */
  readonly timeout: number;
  /** Milliseconds that all attempts may take together. */
  readonly deadline: number;
  /** Milliseconds between the `n`th attempt and the next, counted from 1; `chance` is a number from 0 up to 1. */
  readonly backoff: (n: number, chance: number) => number;
  /** Gives up at a refusal that would come again. */
  readonly failFast: boolean;
  /** Allows another send when the relay may have answered the earlier one already. */
  readonly repeatable: boolean;
  /** Keeps the last send to a silent relay for a sign of life; of no use where the deadline is over before that is due. */
  readonly patient: boolean;
}

/** A request whose answer says only that the relay is there. */
export interface Probe {
  readonly method: string;
  readonly params: object;
}

/** Makes the probe of a client on first use: for a topic by chance, because the relay counts what it answers as delivered. */
export function probeOf(topicByChance: () => string): () => Probe {
  let probe: Probe | undefined;
  return () => (probe ??= { method: 'irn_fetchMessages', params: { topic: topicByChance() } });
}

/** Sends a request once. Topics and probes repeat it themselves: they know whether it is still wanted. */
export const once = (timeout: number): Policy => ({
  attempts: 1,
  timeout,
  deadline: timeout,
  backoff: () => 0,
  failFast: true,
  repeatable: true,
  patient: true,
});
