/** The fields that newness depends on. */
export interface Stamped {
  readonly id?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly timestamp?: number | undefined;
}

/** RTP2b1: whether the server made it up for a connection that was lost; no connection gave it its id. */
export const isSynthesized = ({ id, connectionId }: Stamped): boolean =>
  typeof id !== 'string' || connectionId === undefined || !id.startsWith(connectionId);

/** RTP2a, RTP2b: whether what comes supersedes what is known of the same member. */
export function isNewer(incoming: Stamped, known: Stamped): boolean {
  if (isSynthesized(incoming) || isSynthesized(known))
    return (incoming.timestamp ?? 0) >= (known.timestamp ?? 0); // RTP2b1, RTP2b1a
  const serialAt = nextPart(incoming.id);
  const knownSerialAt = nextPart(known.id);
  const ahead = numberAt(incoming.id, serialAt) - numberAt(known.id, knownSerialAt);
  if (ahead !== 0) return ahead > 0; // RTP2b2
  const index = numberAt(incoming.id, nextPart(incoming.id, serialAt));
  return index > numberAt(known.id, nextPart(known.id, knownSerialAt));
}

/** Where the next part of `connectionId:msgSerial:index` begins; -1 where there is none. Splits nothing: each update asks. */
function nextPart(id = '', from = 0): number {
  const colon = from < 0 ? -1 : id.indexOf(':', from);
  return colon < 0 ? -1 : colon + 1;
}

const numberAt = (id = '', at: number): number => (at < 0 ? 0 : Number.parseInt(id.slice(at), 10) || 0);
