import { inPieces } from '../frames.js';
import type { Format } from '../messages.js';

const pageSize = 100;
const isCounter = (index: number): boolean => index % 2 === 0;
const idOf = (index: number): string => `${isCounter(index) ? 'counter' : 'map'}:object-${index}@1`;
const serialOf = (serial: number): string => `01726585978590-${String(serial).padStart(9, '0')}@bench:0`;
const sites = { bench: serialOf(0) };

/** The state of the `index`th object: counters and maps of one key, in turn. */
const stateOf = (index: number) => ({
  objectId: idOf(index),
  siteTimeserials: sites,
  tombstone: false,
  ...(isCounter(index)
    ? { counter: { count: index } }
    : { map: { semantics: 0, entries: { v: { timeserial: serialOf(0), data: { number: index } } } } }),
});

/** A part of the root, with a key for each of these objects. */
const rootOf = (from: number, to: number) => ({
  objectId: 'root',
  siteTimeserials: sites,
  tombstone: false,
  map: {
    semantics: 0,
    entries: Object.fromEntries(
      Array.from({ length: to - from }, (_, at) => [
        `k${from + at}`,
        { timeserial: serialOf(0), data: { objectId: idOf(from + at) } },
      ]),
    ),
  },
});

/** RTO5: the pages of a sync of so many objects, all of them in the root. */
export const objectPages = (objects: number, channel: string, format: Format): readonly Buffer[] =>
  inPieces(Math.ceil(objects / pageSize), format, (page) => {
    const from = page * pageSize;
    const to = Math.min(objects, from + pageSize);
    const states = Array.from({ length: to - from }, (_, at) => stateOf(from + at));
    return {
      action: 20,
      channel,
      channelSerial: `sequence:${to < objects ? to : ''}`,
      timestamp: 1726585978590,
      state: [rootOf(from, to), ...states].map((object) => ({ object })),
    };
  });

interface Operations {
  readonly objects: number;
  readonly operations: number;
  /** How many there were before, so that what comes is newer. */
  readonly since: number;
}

/** OBJECT frames of one operation each, here and there among the objects; the last one sets the key `last` of the root. */
export const operationFrames = (
  { objects, operations, since }: Operations,
  channel: string,
  format: Format,
): readonly Buffer[] =>
  inPieces(operations, format, (at) => {
    const serial = since + at + 1;
    const index = (at * 7919) % objects;
    const set = (objectId: string, key: string) => ({
      action: 1,
      objectId,
      mapSet: { key, value: { number: serial } },
    });
    const operation =
      at === operations - 1
        ? set('root', 'last')
        : isCounter(index)
          ? { action: 4, objectId: idOf(index), counterInc: { number: 1 } }
          : set(idOf(index), 'v');
    return {
      action: 19,
      id: `another:${serial}`,
      channel,
      channelSerial: serialOf(serial),
      connectionId: 'another',
      timestamp: 1726585978590,
      state: [{ operation, serial: serialOf(serial), serialTimestamp: 1726585978590, siteCode: 'bench' }],
    };
  });
