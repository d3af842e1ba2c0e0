import { map, type Observable } from 'rxjs';
import { type Paged, paged } from '../rest/pages.js';
import { unexpectedResponse } from '../rest/errors.js';
import { deciphering } from '../wire/encodings.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { WireMessage } from '../wire/frames.js';
import { type Message, messageOf } from '../wire/message.js';
import { textsOf } from '../wire/texts.js';
import { resting } from '../channel/lease.js';
import type { HttpChannel } from '../channel/port.js';
import type { Log } from '../../base/log.js';
import { fieldsOf, invalid } from '../check-options.js';
import { http } from '../http.js';
import { isSegment } from '../wire/channel-name.js';

/** A span of time, and the order in which it is read. */
export interface Range {
  /** RSL2b1: milliseconds since the epoch; the first that count. */
  readonly start?: number | Date;
  /** RSL2b1: the last that count. */
  readonly end?: number | Date;
  /** RSL2b2: the newest first by default. */
  readonly direction?: 'backwards' | 'forwards';
  /** RSL2b3: items in a page, at most 1,000; 100 by default. */
  readonly limit?: number;
}

/** RSL2b, RTL10b: which messages, and in what order. */
export interface HistoryParams extends Range {
  /** RTL10b: only what was published before the channel was attached. */
  readonly untilAttach?: boolean;
}

export const rangeFields: Readonly<Record<keyof Range, 0>> = { start: 0, end: 0, direction: 0, limit: 0 };
const historyFields: Readonly<Record<keyof HistoryParams, 0>> = { ...rangeFields, untilAttach: 0 };

/** Params for the server. */
export type Params = Readonly<Record<string, string | number | boolean>>;

/** RSL2: where a channel's resources are. Throws 40010 where they are nowhere. */
export const pathOf = ({ name }: HttpChannel, rest: string, params?: Params | null): string => {
  if (!isSegment(name)) throw unreachable(name);
  const query = new URLSearchParams(textsOf(params ?? {})).toString();
  return `/channels/${encodeURIComponent(name)}${rest}${query && `?${query}`}`;
};

const unreachable = (name: string): ErrorInfo =>
  new ErrorInfo(`The channel name "${name}" cannot be used in an HTTP path. Use another name.`, {
    code: 40010,
  });

/** RTL10: the channel's history, page by page. */
export const historyOn = (record: HttpChannel, params?: HistoryParams): Paged<Message> =>
  pagesOf(record, () => pathOf(record, '/messages', historyQueryOf(params, record)), readerOf(record));

/** RTL10b: the messages up to `serial`, page by page. */
export const historyUntil = (record: HttpChannel, serial: string, params: HistoryParams): Paged<Message> =>
  pagesOf(
    record,
    () => pathOf(record, '/messages', { ...historyQueryOf(params, record), fromSerial: serial }),
    readerOf(record),
  );

/** RSL14: a message's versions, page by page. */
export const versionsOn = (record: HttpChannel, serial: () => string, params?: Params): Paged<Message> =>
  pagesOf(
    record,
    () => pathOf(record, `/messages/${encodeURIComponent(serial())}/versions`, params),
    readerOf(record),
  );

/** RSL11: the message of a serial, as it is now. */
export const messageOn = (record: HttpChannel, serial: string): Observable<Message> =>
  record.host.client
    .use(http)
    .authorized({ method: 'GET', path: pathOf(record, `/messages/${encodeURIComponent(serial)}`) })
    .pipe(
      map(({ content }) => {
        const [message] = readerOf(record)([content]);
        if (message) return message;
        throw unexpectedResponse('message, or none that its schema takes');
      }),
    );

/** Pages of what a channel's path answers, asked for in the client's name. */
export const pagesOf = <T>(
  record: Pick<HttpChannel, 'host'>,
  path: () => string,
  read: (content: readonly unknown[]) => readonly T[],
): Paged<T> => {
  const pages = paged(record.host.client.use(http).authorized, path, read);
  return Object.assign(resting(record, path, pages), { page: pages.page });
};

/** RSL6: reads messages as those of the channel are read. */
const readerOf =
  ({ settings: { cipher, payloads }, host }: HttpChannel) =>
  (content: readonly unknown[]): readonly Message[] => {
    const undo = cipher && deciphering(cipher);
    const { report } = host.client;
    return content
      .filter((wire): wire is WireMessage => typeof wire === 'object' && wire !== null)
      .map((wire) => messageOf(wire, { action: Action.message }, 0, report, undo))
      .map((message) => (payloads ? payloads.accept(message, report) : message))
      .filter((message) => message !== undefined);
  };

/** RSL2b: the params of a query for a channel's past. */
export const historyQueryOf = (params: HistoryParams | null | undefined, record: HttpChannel): Params => ({
  ...rangeOf(params, historyFields, record.host.client.log),
  ...(params?.untilAttach && { fromSerial: attachSerialOf(record) }),
});

/** RSL2b, RSC6b, RSP4b: the params of a query for a span of time. `known` are the fields that it may have. */
export function rangeOf<T extends Range>(
  params: T | null | undefined,
  known: Readonly<Record<keyof T, 0>>,
  log: Log,
): Params {
  const { start, end, direction, limit } = fieldsOf(params, known, log, 'the params of a history');
  return {
    ...(start != null && { start: millisecondsOf(start, 'start') }),
    ...(end != null && { end: millisecondsOf(end, 'end') }),
    ...(direction != null && { direction }),
    ...(limit != null && { limit }),
  };
}

/** RSL2b1; what is wrong in the other params, the server says. */
function millisecondsOf(time: number | Date, name: string): number {
  const milliseconds = Number(time);
  if (milliseconds >= 0) return milliseconds;
  throw invalid(name, 'a time: milliseconds since the epoch, or a Date');
}

/** RTL10b */
function attachSerialOf({ name, state, attachSerial }: HttpChannel): string {
  if (state.name === 'attached' && attachSerial !== undefined) return attachSerial;
  throw new ErrorInfo(
    `Channel "${name}" is not attached, so that there is no history until then. Attach it first.`,
    {
      code: 90000,
    },
  );
}
