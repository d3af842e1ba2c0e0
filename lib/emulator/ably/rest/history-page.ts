import type { WireMessage } from '../../../ably/wire/frames.js';
import { type Publication, standaloneMessage } from '../channels/publication.js';
import { refusal } from '../wire/errors.js';
import { type Page, pageOf, wholeNumber } from './page.js';

/** A range of time, both ends included. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** The range of the history to return (RSL2b). */
interface Wanted extends Range {
  /** RTL10b: the channelSerial of the last publication to return. */
  readonly untilSerial: string | undefined;
}

/** RSL2: a page of the stored messages, newest first by default. Throws 40003 on bad parameters. */
export function historyPage(retained: readonly Publication[], query: URLSearchParams): Page<WireMessage> {
  const items = wantedPublications(retained, query).flatMap(messagesOf);
  return pageOf({
    query,
    name: 'messages',
    direction: 'backwards',
    items,
    keyOf: ({ serial = '' }) => serial,
  });
}

/** Publications in the range of the parameters start, end and from_serial. Throws 40003 on bad ones. */
export function wantedPublications(
  retained: readonly Publication[],
  query: URLSearchParams,
): readonly Publication[] {
  const wanted = wantedOf(query);
  return retained.filter((publication) => isWanted(publication, wanted));
}

/** Messages of a publication, with the fields that its frame implies. */
export const messagesOf = ({ frame }: Publication): WireMessage[] =>
  (frame.messages ?? []).map((message, index) => standaloneMessage(message, frame, index));

const wantedOf = (query: URLSearchParams): Wanted => ({
  ...rangeOf(query),
  untilSerial: query.get('from_serial') ?? query.get('fromSerial') ?? undefined,
});

/** The parameters start and end. Throws 40003 on bad ones. */
export function rangeOf(query: URLSearchParams): Range {
  const range = {
    start: wholeNumber(query, 'start', 0),
    end: wholeNumber(query, 'end', Number.MAX_SAFE_INTEGER),
  };
  if (range.start > range.end) throw refusal(40003, 400, 'The start is after the end: swap them.');
  return range;
}

const isWanted = ({ timestamp, channelSerial }: Publication, { start, end, untilSerial }: Wanted): boolean =>
  timestamp >= start && timestamp <= end && (untilSerial === undefined || channelSerial <= untilSerial);
