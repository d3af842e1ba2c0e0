import type { Observable } from 'rxjs';
import type { Data } from '../codec/codec.js';
import type { Address } from '../socket/types.js';
import type { Attempt, End, Session, Outcome } from './state.js';

/** All that the connection needs to know of what it carries. */
export interface Protocol<X, In, Out> {
  readonly encode: (frame: Out) => Data;
  /** Throws on what it cannot decode; that is one bad frame, not the end of the connection. */
  readonly decode: (data: Data) => In;
  /** Where to dial; may first fetch credentials. An error fails the attempt. */
  readonly address: (attempt: Attempt<X>) => Observable<Address>;
  /** What the bare opening of a socket means: `ready` for a protocol without a greeting. */
  readonly opened: Outcome<X> | undefined;
  /** What a frame means to the connection. Most mean nothing to it, and go to the floors above. */
  readonly interpret: (frame: In) => Outcome<X> | undefined;
  /** What an end that no frame announced means. */
  readonly ended: (end: End) => Outcome<X>;
  /** What to say before hanging up; its answer is a verdict `ended`. */
  readonly closeFrame: Out | undefined;
  /** What to ask of a peer that has been silent for so many milliseconds; whatever it answers is a sign of life. */
  readonly probe?: { readonly after: number; readonly frame: () => Out };
  readonly continues: (before: Session<X>, now: Session<X>) => boolean;
  readonly merged?: (before: Session<X>, now: Session<X>) => Session<X>;
}
