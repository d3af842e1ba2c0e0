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
import type { ChannelRecord } from '../channel/port.js';
import { fieldsOf } from '../check-options.js';
import { http } from '../http.js';
import { isSegment } from '../wire/channel-name.js';

/** RSL2b, RTL10b: which messages, and in what order. */
export interface HistoryParams {
  /** RSL2b1: milliseconds since the epoch; the first that count. */
  readonly start?: number | Date;
  /** RSL2b1: the last that count. */
  readonly end?: number | Date;
  /** RSL2b2: the newest first by default. */
  readonly direction?: 'backwards' | 'forwards';
  /** RSL2b3: messages in a page, at most 1,000; 100 by default. */
  readonly limit?: number;
  /** RTL10b: only what was published before the channel was attached. */
  readonly untilAttach?: boolean;
}

const historyFields: Readonly<Record<keyof HistoryParams, 0>> = {
  start: 0,
  end: 0,
  direction: 0,
  limit: 0,
  untilAttach: 0,
};

/** Params for the server. */
export type Params = Readonly<Record<string, string | number | boolean>>;

/** RSL2: where a channel's resources are. Throws 40010 where they are nowhere. */
export const pathOf = ({ name }: ChannelRecord, rest: string, params: Params = {}): string => {
  if (!isSegment(name)) throw unreachable(name);
  const query = new URLSearchParams(textsOf(params)).toString();
  return `/channels/${encodeURIComponent(name)}${rest}${query && `?${query}`}`;
};

const unreachable = (name: string): ErrorInfo =>
  new ErrorInfo(
    `The channel name "${name}" cannot be used in an HTTP path, so history is not available for it. Use another name.`,
    { code: 40010 },
  );

/** RTL10: the channel's history, page by page. */
export const historyOn = (record: ChannelRecord, params: HistoryParams): Paged<Message> =>
  pagesOf(record, () => pathOf(record, '/messages', queryOf(params, record)), readerOf(record));

/** RTL10b: the messages up to `serial`, page by page. */
export const historyUntil = (record: ChannelRecord, serial: string, params: HistoryParams): Paged<Message> =>
  pagesOf(
    record,
    () => pathOf(record, '/messages', { ...queryOf(params, record), fromSerial: serial }),
    readerOf(record),
  );

/** RSL14: a message's versions, page by page. */
export const versionsOn = (record: ChannelRecord, serial: () => string, params: Params): Paged<Message> =>
  pagesOf(
    record,
    () => pathOf(record, `/messages/${encodeURIComponent(serial())}/versions`, params),
    readerOf(record),
  );

/** RSL11: the message of a serial, as it is now. */
export const messageOn = (record: ChannelRecord, serial: string): Observable<Message> =>
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
  record: ChannelRecord,
  path: () => string,
  read: (content: readonly unknown[]) => readonly T[],
): Paged<T> => {
  const pages = paged(record.host.client.use(http).authorized, path, read);
  return Object.assign(resting(record, path, pages), { page: pages.page });
};

/** RSL6: reads messages as those of the channel are read. */
const readerOf =
  ({ settings: { cipher, payloads }, host }: ChannelRecord) =>
  (content: readonly unknown[]): readonly Message[] => {
    const undo = cipher && deciphering(cipher);
    const { report } = host.client;
    return content
      .filter((wire): wire is WireMessage => typeof wire === 'object' && wire !== null)
      .map((wire) => messageOf(wire, { action: Action.message }, 0, report, undo))
      .map((message) => (payloads ? payloads.accept(message, report) : message))
      .filter((message) => message !== undefined);
  };

/** RSL2b: the params of a query. */
export function queryOf(params: HistoryParams | null, record: ChannelRecord): Params {
  const { log } = record.host.client;
  const { start, end, direction, limit, untilAttach } = fieldsOf(
    params,
    historyFields,
    log,
    'the params of a history',
  );
  return {
    ...(start != null && { start: Number(start) }),
    ...(end != null && { end: Number(end) }),
    ...(direction != null && { direction }),
    ...(limit != null && { limit }),
    ...(untilAttach && { fromSerial: attachSerialOf(record) }),
  };
}

/** RTL10b */
function attachSerialOf({ name, state, attachSerial }: ChannelRecord): string {
  if (state.name === 'attached' && attachSerial !== undefined) return attachSerial;
  throw new ErrorInfo(
    `Channel "${name}" is not attached, so that there is no history until then. Attach it first.`,
    {
      code: 90000,
    },
  );
}
