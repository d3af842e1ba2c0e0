import type { Observable } from 'rxjs';
import type { Data } from '../codec/codec.js';
import type { Address } from '../socket/types.js';
import type { Attempt, End, Session, Outcome } from './state.js';

/** All that the connection needs to know about what it carries. */
export interface Protocol<X, In, Out> {
  readonly encode: (frame: Out) => Data;
  /**
   * Reads one message of the socket: returns its meaning to the connection, or hands the frame to `deliver` and returns
   * `undefined`. The hot path. Throws on what it cannot decode; that is one bad frame, not the end of the connection.
   */
  readonly read: (data: Data, deliver: (frame: In) => void) => Outcome<X> | undefined;
  /** Emits where to dial; may fetch credentials first. An error fails the attempt. */
  readonly address: (attempt: Attempt<X>) => Observable<Address>;
  /** Meaning of the bare opening of a socket: `ready` for a protocol without a greeting. */
  readonly opened: Outcome<X> | undefined;
  /** Meaning of an end that no frame announced. */
  readonly ended: (end: End) => Outcome<X>;
  /** Frame sent before hanging up, which the peer answers with an outcome `ended`; `undefined`: hang up at once. */
  readonly closeFrame: Out | undefined;
  /** Frame sent to a peer that has been silent for `after` milliseconds; any answer is a sign of life. */
  readonly probe?: { readonly after: number; readonly frame: () => Out };
  readonly continues: (before: Session<X>, now: Session<X>) => boolean;
  readonly merged?: (before: Session<X>, now: Session<X>) => Session<X>;
}

/** Bytes: no server or gateway has a lower limit for frames, so that no smaller one is why it closed the socket with 1009. */
export const leastFrameLimit = 1000;
