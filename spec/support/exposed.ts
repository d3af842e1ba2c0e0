import { inspect, type InspectOptions } from 'node:util';

const everything: InspectOptions = {
  depth: 10,
  showHidden: true,
  getters: false,
  maxArrayLength: Infinity,
  maxStringLength: Infinity,
  breakLength: Infinity,
};

/**
 * All text by which a value could give itself away: as a string, inspected with and without its own say in that, as JSON;
 * of an error also message, stack and all of that of its causes. What throws instead says what it threw.
 */
export const exposedOf = (value: unknown): string => [...textsOf(value, new Set())].join('\n');

function* textsOf(value: unknown, seen: Set<unknown>): Generator<string> {
  if (seen.has(value)) return;
  seen.add(value);
  yield said(() => String(value));
  yield said(() => inspect(value, { ...everything, customInspect: true }));
  yield said(() => inspect(value, { ...everything, customInspect: false }));
  yield said(() => JSON.stringify(value, acyclic()));
  if (!(value instanceof Error)) return;
  yield said(() => value.message);
  yield said(() => value.stack);
  yield* textsOf(value.cause, seen);
  if (value instanceof AggregateError) for (const error of value.errors) yield* textsOf(error, seen);
}

/** Without a type that promises a string: what is looked at here need not keep any. */
function said(text: () => unknown): string {
  try {
    return String(text());
  } catch (thrown) {
    return thrown instanceof Error ? `${thrown.message}\n${thrown.stack}` : `threw ${inspect(thrown)}`;
  }
}

/** A replacer that names each object once, and knows what JSON does not. */
function acyclic(): (key: string, value: unknown) => unknown {
  const seen = new Set<unknown>();
  return (_, value) => {
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return '[seen]';
    seen.add(value);
    return value;
  };
}
