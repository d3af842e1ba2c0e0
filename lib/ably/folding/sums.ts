import type { Message } from '../wire/message.js';

/** TM7c1: the clients who have published an annotation. */
export interface ClientIdList {
  /** TM7c1a */
  readonly total: number;
  /** TM7c1b */
  readonly clientIds: readonly string[];
  /** TM7c1c: whether there are more clients than are listed. */
  readonly clipped: boolean;
}

/** TM7d1: how often clients have published an annotation. */
export interface ClientIdCounts {
  /** TM7d1a: of all clients, and of those who are not known. */
  readonly total: number;
  /** TM7d1b */
  readonly clientIds: Readonly<Record<string, number>>;
  /** TM7d1c: whether there are more clients than are listed. */
  readonly clipped: boolean;
  /** TM7d1d */
  readonly totalUnidentified: number;
  /** TM7d1e */
  readonly totalClientIds: number;
}

type Annotated = Pick<Message, 'annotations'>;

/**
 * TM7b1, TM7b2: the clients behind each name, of annotations of a type such as `reaction:distinct.v1`, or
 * `vote:unique.v1`; empty where there are none.
 *
 * @example
 * ```ts
 * const hearts = distinctSums(message, 'reaction:distinct.v1')['❤️']?.total ?? 0;
 * ```
 */
export const distinctSums = (message: Annotated, type: string): Readonly<Record<string, ClientIdList>> =>
  byName(message, type, listOf);

/** TM7b2: the clients behind each name, of annotations of which a client has one at a time (`vote:unique.v1`). */
export const uniqueSums = distinctSums;

/** TM7b3: the counts behind each name, of annotations of a type such as `claps:multiple.v1`; empty where there are none. */
export const multipleSums = (message: Annotated, type: string): Readonly<Record<string, ClientIdCounts>> =>
  byName(message, type, countsOf);

/** TM7b4: the clients behind annotations of a type such as `seen:flag.v1`; of none where there are none. */
export const flagSum = (message: Annotated, type: string): ClientIdList => listOf(sumOf(message, type));

/** TM7b5: the number of annotations of a type such as `views:total.v1`. */
export const totalSum = (message: Annotated, type: string): number => numberOf(sumOf(message, type)['total']);

type Fields = Readonly<Record<string, unknown>>;

/** The border: what the server counted. */
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

const sumOf = ({ annotations: { summary } }: Annotated, type: string): Fields =>
  Object.hasOwn(summary, type) ? fieldsOf(summary[type]) : {};

const byName = <Sum>(
  message: Annotated,
  type: string,
  read: (fields: Fields) => Sum,
): Readonly<Record<string, Sum>> =>
  Object.fromEntries(
    Object.entries(sumOf(message, type)).map(([name, fields]) => [name, read(fieldsOf(fields))]),
  );

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

const listOf = ({ total, clientIds, clipped }: Fields): ClientIdList => ({
  total: numberOf(total),
  clientIds: Array.isArray(clientIds) ? (clientIds as readonly string[]) : [],
  clipped: clipped === true,
});

const countsOf = ({
  total,
  clientIds,
  clipped,
  totalUnidentified,
  totalClientIds,
}: Fields): ClientIdCounts => ({
  total: numberOf(total),
  clientIds: fieldsOf(clientIds) as ClientIdCounts['clientIds'],
  clipped: clipped === true,
  totalUnidentified: numberOf(totalUnidentified),
  totalClientIds: numberOf(totalClientIds),
});
