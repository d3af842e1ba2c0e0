/** A server that listens. */
export interface Started {
  readonly lines: readonly string[];
  /** Says what other machines can do where they reach it: the Host and the Origin keep out pages, and not programs. */
  readonly warning: string;
  readonly close: () => Promise<void>;
}
