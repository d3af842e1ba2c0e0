/** What newness depends on. */
export interface Stamped {
  readonly id?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly timestamp?: number | undefined;
}

/** RTP2b1: whether the server made it up for a connection that was lost; no connection gave it its id. */
export const isSynthesized = ({ id, connectionId }: Stamped): boolean =>
  id === undefined || connectionId === undefined || !id.startsWith(connectionId);

/** RTP2a, RTP2b: whether what comes supersedes what is known of the same member. */
export function isNewer(incoming: Stamped, known: Stamped): boolean {
  if (isSynthesized(incoming) || isSynthesized(known))
    return (incoming.timestamp ?? 0) >= (known.timestamp ?? 0); // RTP2b1, RTP2b1a
  const [serial, index] = placeOf(incoming);
  const [knownSerial, knownIndex] = placeOf(known);
  return serial === knownSerial ? index > knownIndex : serial > knownSerial; // RTP2b2
}

/** The serial and the index of `connectionId:msgSerial:index`. */
function placeOf({ id = '' }: Stamped): readonly [serial: number, index: number] {
  const [, serial = '', index = ''] = id.split(':');
  return [Number.parseInt(serial, 10) || 0, Number.parseInt(index, 10) || 0];
}
