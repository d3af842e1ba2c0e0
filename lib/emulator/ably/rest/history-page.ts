import type { WireMessage } from '../../../ably/wire/frames.js';
import type { Publication } from '../channels/publication.js';
import { refusal } from '../errors.js';

/** What of the history is asked for (RSL2b). */
interface Wanted {
  readonly forwards: boolean;
  readonly limit: number;
  readonly start: number;
  readonly end: number;
  /** RTL10b: nothing after this channelSerial. */
  readonly untilSerial: string | undefined;
  /** The serial of the message that the page before ended with. */
  readonly cursor: string | undefined;
}

/** One page, and the links to others (TG2). */
export interface Page {
  readonly items: readonly WireMessage[];
  readonly link: string;
}

/** RSL2: a page of what the channel keeps, newest first unless asked otherwise. Throws 40000 on bad parameters. */
export function historyPage(retained: readonly Publication[], query: URLSearchParams): Page {
  const wanted = wantedOf(query);
  const oldestFirst = retained.filter((publication) => isWanted(publication, wanted)).flatMap(messagesOf);
  const ordered = wanted.forwards ? oldestFirst : oldestFirst.reverse();
  const rest = ordered.filter(({ serial = '' }) => isAfter(serial, wanted));
  const items = rest.slice(0, wanted.limit);
  const last = items[items.length - 1]?.serial;
  const next = rest.length > items.length && last !== undefined ? [linkTo(query, 'next', last)] : [];
  return {
    items,
    link: [linkTo(query, 'first'), linkTo(query, 'current', wanted.cursor), ...next].join(', '),
  };
}

/** The messages of a publish as they are told outside its frame (TM2a, TM2c, TM2f). */
export function messagesOf({ frame, timestamp }: Publication): WireMessage[] {
  const { connectionId, messages = [] } = frame;
  return messages.map((message, index) => ({
    id: `${frame.id ?? ''}:${index}`,
    ...(connectionId === undefined ? {} : { connectionId }),
    timestamp,
    ...message,
  }));
}

function wantedOf(query: URLSearchParams): Wanted {
  const direction = query.get('direction') ?? 'backwards';
  if (direction !== 'backwards' && direction !== 'forwards') {
    throw refusal(40000, 400, 'The direction is "forwards" or "backwards".');
  }
  const wanted = {
    forwards: direction === 'forwards',
    limit: whole(query, 'limit', 100),
    start: whole(query, 'start', 0),
    end: whole(query, 'end', Number.MAX_SAFE_INTEGER),
    untilSerial: query.get('from_serial') ?? query.get('fromSerial') ?? undefined,
    cursor: query.get('cursor') ?? undefined,
  };
  if (wanted.limit < 1 || wanted.limit > 1000)
    throw refusal(40000, 400, 'The limit is a number from 1 to 1000.');
  if (wanted.start > wanted.end) throw refusal(40000, 400, 'The start is after the end: exchange them.');
  return wanted;
}

function whole(query: URLSearchParams, name: string, absent: number): number {
  const text = query.get(name);
  if (text === null) return absent;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw refusal(40000, 400, `The parameter ${name} is not a whole number.`);
}

const isWanted = ({ timestamp, channelSerial }: Publication, { start, end, untilSerial }: Wanted): boolean =>
  timestamp >= start && timestamp <= end && (untilSerial === undefined || channelSerial <= untilSerial);

const isAfter = (serial: string, { forwards, cursor }: Wanted): boolean =>
  cursor === undefined || (forwards ? serial > cursor : serial < cursor);

const secret = new Set(['key', 'accessToken', 'access_token', 'cursor']);

function linkTo(query: URLSearchParams, rel: string, cursor?: string): string {
  const params = new URLSearchParams([...query].filter(([name]) => !secret.has(name)));
  if (!params.has('limit')) params.set('limit', '100');
  if (cursor !== undefined) params.set('cursor', cursor);
  return `<./messages?${params.toString()}>; rel="${rel}"`;
}
