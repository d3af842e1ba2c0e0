/** Milliseconds still to wait. The object is the deadline's identity: while a state holds it, it runs. */
export interface Deadline {
  readonly in: number;
}
