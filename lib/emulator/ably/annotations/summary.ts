import { refusal } from '../wire/errors.js';
import type { WireAnnotation } from './wire-annotation.js';

/** TM8a: the summary of a message's annotations, by annotation type. */
export type Summary = Readonly<Record<string, unknown>>;

interface SummaryMethod {
  /** True when an annotation must have a name. */
  readonly needsName: boolean;
  /** True when its publisher must have a clientId. */
  readonly needsClientId: boolean;
  /** The summary entry of all annotations of one type, oldest first; undefined when none is left. */
  readonly entry: (annotations: readonly WireAnnotation[]) => unknown;
}

/** TM7b: the ways to summarize annotations, by the second half of their type. */
const methods: Readonly<Record<string, SummaryMethod>> = {
  'total.v1': { needsName: false, needsClientId: false, entry: totalOf },
  'flag.v1': { needsName: false, needsClientId: true, entry: (all) => listOf(clientsOf(all)) },
  'distinct.v1': { needsName: true, needsClientId: true, entry: distinctOf },
  'unique.v1': { needsName: true, needsClientId: true, entry: (all) => distinctOf(withoutEarlier(all)) },
  'multiple.v1': { needsName: true, needsClientId: false, entry: (all) => byName(all, countsOf) },
};

const withoutSummary: SummaryMethod = { needsName: false, needsClientId: false, entry: () => undefined };

/** Throws 40003, a guess, on an unknown method. A type without a method has no summary. */
export function methodOf(type: string): SummaryMethod {
  const [, name] = type.split(':', 2);
  if (name === undefined) return withoutSummary;
  if (Object.hasOwn(methods, name)) return methods[name] ?? withoutSummary;
  throw refusal(
    40003,
    400,
    `The type of an annotation ends with how it is summed up: with ${Object.keys(methods).join(', ')}.`,
  );
}

/** TM8a: the summary of all annotations of a message, oldest first. */
export function summaryOf(annotations: readonly WireAnnotation[]): Summary {
  const entries = [...groupBy(annotations, ({ type }) => type)].map(
    ([type, all]) => [type, methodOf(type).entry(all)] as const,
  );
  return Object.fromEntries(entries.filter(([, entry]) => entry !== undefined));
}

function groupBy(
  annotations: readonly WireAnnotation[],
  by: (annotation: WireAnnotation) => string,
): Map<string, WireAnnotation[]> {
  const groups = new Map<string, WireAnnotation[]>();
  for (const annotation of annotations) {
    const group = groups.get(by(annotation)) ?? [];
    groups.set(by(annotation), group);
    group.push(annotation);
  }
  return groups;
}

/** TM7e1 */
function totalOf(annotations: readonly WireAnnotation[]): unknown {
  const total = annotations.reduce((sum, { action }) => Math.max(0, sum + (action === 0 ? 1 : -1)), 0);
  return total === 0 ? undefined : { total };
}

/** Clients whose last annotation is not a delete, in order of arrival. */
function clientsOf(annotations: readonly WireAnnotation[]): readonly string[] {
  const clients = new Set<string>();
  for (const { action, clientId = '' } of annotations)
    if (action === 0) clients.add(clientId);
    else clients.delete(clientId);
  return [...clients];
}

/** TM7c1 */
const listOf = (clientIds: readonly string[]): unknown =>
  clientIds.length === 0 ? undefined : { total: clientIds.length, clientIds };

function byName(
  annotations: readonly WireAnnotation[],
  entryOf: (ofName: readonly WireAnnotation[]) => unknown,
): unknown {
  const entries = [...groupBy(annotations, ({ name = '' }) => name)]
    .map(([name, ofName]) => [name, entryOf(ofName)] as const)
    .filter(([, entry]) => entry !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function distinctOf(annotations: readonly WireAnnotation[]): unknown {
  return byName(annotations, (ofName) => listOf(clientsOf(ofName)));
}

/** Keeps the last annotation of each client, because a client counts for one name at a time. */
function withoutEarlier(annotations: readonly WireAnnotation[]): readonly WireAnnotation[] {
  const last = new Map<string, WireAnnotation>();
  for (const annotation of annotations) {
    const { clientId = '', action, name } = annotation;
    if (action === 1 && last.get(clientId)?.name !== name) continue; // a delete of a name that the client does not count for
    last.delete(clientId);
    last.set(clientId, annotation);
  }
  return [...last.values()];
}

/** TM7d1: a delete removes all counts of its client; anonymous counts are one number. */
function countsOf(annotations: readonly WireAnnotation[]): unknown {
  const counts = new Map<string, number>();
  let totalUnidentified = 0;
  for (const { action, clientId, count = 1 } of annotations) {
    if (clientId === undefined)
      totalUnidentified = Math.max(0, totalUnidentified + (action === 0 ? count : -count));
    else if (action === 0) counts.set(clientId, (counts.get(clientId) ?? 0) + count);
    else counts.delete(clientId);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, totalUnidentified);
  if (total === 0) return undefined;
  return { total, clientIds: Object.fromEntries(counts), totalUnidentified, totalClientIds: counts.size };
}
