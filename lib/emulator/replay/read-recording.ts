import type {
  RecordedEnd,
  RecordedFrame,
  RecordedLine,
  RecordedOpening,
  RecordedSilence,
  ServerName,
} from '../recording/recorded-line.js';

/** The lines of one transport, in order. */
export interface RecordedTransport {
  readonly opening: RecordedOpening;
  readonly lines: readonly (RecordedFrame | RecordedSilence | RecordedEnd)[];
}

/**
 * A connection and those that came from it: of Ably by a resume or a recovery that was served or not, of the relay the
 * connections of one client.
 */
export type RecordedChain = readonly RecordedTransport[];

type Line = Readonly<Record<string, unknown>>;
interface Reading {
  readonly opening: RecordedOpening;
  readonly lines: (RecordedFrame | RecordedSilence | RecordedEnd)[];
}

const kinds: Readonly<Record<ServerName, string>> = {
  ably: 'an Ably client',
  relay: 'a client of the relay',
};

/**
 * Reads the connections of one server, from a recording as text or as lines. Throws a TypeError that names the line that is
 * broken.
 */
export function readRecording(
  recording: string | readonly RecordedLine[],
  wanted: ServerName,
): readonly RecordedChain[] {
  const lines =
    typeof recording === 'string' ? parsed(recording) : recording.map((line, at) => numbered(line, at));
  const [first, ...rest] = lines;
  if (first?.line['version'] !== 1)
    throw broken(first?.number ?? 1, 'is not the first line of a recording, with `"version": 1`');
  const open = new Map<string, Reading>();
  const chains: Reading[][] = [];
  const chainOf = new Map<string, Reading[]>();
  for (const { line, number } of rest) {
    if (line['event'] === 'full') continue;
    const { server, connection, event } = checked(line, number);
    if (server !== wanted) continue;
    if (event === 'open') {
      const reading = { opening: line as unknown as RecordedOpening, lines: [] };
      const { cameFrom, clientId } = reading.opening;
      const chain = chainOf.get((wanted === 'ably' ? cameFrom : clientId) ?? '') ?? [];
      if (chain.push(reading) === 1) chains.push(chain);
      open.set(connection, reading);
      chainOf.set(wanted === 'ably' ? connection : (clientId ?? connection), chain);
      continue;
    }
    const reading = open.get(connection);
    if (!reading)
      throw broken(
        number,
        `is of the connection ${JSON.stringify(connection)}, which no line before has opened`,
      );
    reading.lines.push(line as unknown as RecordedFrame);
    if (event === 'close') open.delete(connection);
  }
  if (chains.length === 0)
    throw new TypeError(
      `The recording has no connection of ${kinds[wanted]}: record while one is connected.`,
    );
  return chains;
}

/** The lines of a text that may have been saved anew, with a mark of byte order. */
const parsed = (text: string): readonly { readonly line: Line; readonly number: number }[] =>
  text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .flatMap((each, at) => (each.trim() === '' ? [] : [numbered(parse(each, at + 1), at)]));

function parse(text: string, number: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw broken(number, 'is not JSON');
  }
}

function numbered(line: unknown, at: number): { readonly line: Line; readonly number: number } {
  if (isObject(line)) return { line, number: at + 1 };
  throw broken(at + 1, 'is not an object');
}

const isObject = (value: unknown): value is Line =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function checked(line: Line, number: number): { server: unknown; connection: string; event: unknown } {
  const { t, server, connection, event, direction, frame } = line;
  if (typeof t !== 'number' || !(t >= 0))
    throw broken(number, 'has no time: `t` is a number of milliseconds');
  if (server !== 'ably' && server !== 'relay')
    throw broken(number, 'names no server: `server` is "ably" or "relay"');
  if (typeof connection !== 'string') throw broken(number, 'names no `connection`');
  if (event === 'open' || event === 'close' || (event === 'silence' && typeof line['on'] === 'boolean'))
    return { server, connection, event };
  if (event === undefined && (direction === 'in' || direction === 'out') && isObject(frame))
    return { server, connection, event };
  throw broken(
    number,
    'is neither a frame with its `direction`, nor one of the events open, silence and close',
  );
}

const broken = (number: number, why: string): TypeError =>
  new TypeError(
    `The recording cannot be read: line ${number} ${why}. Take a file as GET /console/recording or recordingOf() give it.`,
  );
