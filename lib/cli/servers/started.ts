/** A server that listens. */
export interface Started {
  readonly lines: readonly string[];
  readonly close: () => Promise<void>;
}
