/** TAN2: an annotation on the wire. */
export interface WireAnnotation {
  readonly id?: string;
  /** TAN2b: 0 creates, 1 deletes. */
  readonly action: 0 | 1;
  readonly clientId?: string;
  readonly connectionId?: string;
  readonly name?: string;
  readonly count?: number;
  readonly data?: unknown;
  readonly encoding?: string;
  readonly timestamp?: number;
  readonly serial?: string;
  readonly messageSerial: string;
  readonly type: string;
  readonly extras?: unknown;
}
