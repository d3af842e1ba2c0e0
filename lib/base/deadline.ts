/** Milliseconds still to wait. The object is the deadline's identity: it runs while a state holds it. */
export interface Deadline {
  readonly in: number;
}

/** Longest timer, in milliseconds: one of 2^31 or more overflows, and fires at once. */
export const maxTimer = 2 ** 31 - 1;
