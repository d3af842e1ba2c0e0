import type { Data } from '../codec/codec.js';
import { isData, type SocketEvent } from '../socket/socket.js';
import type { Protocol } from './protocol.js';
import type { Outcome } from './state.js';

/** Where what is no verdict goes. */
export interface DispatchTargets<In> {
  readonly frame: (frame: In) => void;
  readonly undecoded: (error: unknown) => void;
  /** Called for every sign of life. */
  readonly heard: () => void;
}

/**
 * What a socket says, as the verdict it means; `undefined` for what means nothing to the connection. The hot path: a
 * frame goes up from here, and the machine never hears of it.
 */
export function dispatcherOf<X, In>(
  {
    decode,
    interpret,
    opened,
    ended,
  }: Pick<Protocol<X, In, never>, 'decode' | 'interpret' | 'opened' | 'ended'>,
  { frame, undecoded, heard }: DispatchTargets<In>,
): (event: SocketEvent) => Outcome<X> | undefined {
  const receive = (data: Data): Outcome<X> | undefined => {
    let decoded: In;
    try {
      decoded = decode(data);
    } catch (error) {
      undecoded(error); // one bad frame is one bad frame
      return undefined;
    }
    const verdict = interpret(decoded);
    if (verdict === undefined) frame(decoded);
    return verdict;
  };
  return (event) => {
    heard();
    if (isData(event)) return receive(event);
    if (event.type === 'opened') return opened;
    if ((event as { readonly type: unknown }).type === 'closed') return ended(event);
    undecoded(new TypeError('The socket gave neither text nor bytes. It has to honour binaryType.'));
    return undefined;
  };
}
