import type { Bounds } from './history.js';

/** Rules for the channels of a namespace. */
export interface NamespaceRules {
  /** Allows updates, deletes, appends and annotations; such channels are persisted too. */
  readonly mutableMessages?: boolean;
  /** Keeps history for a day instead of two minutes, and ten times as much. */
  readonly persisted?: boolean;
}

/** Rules by namespace, the part of a channel name before the first colon. */
export type Namespaces = Readonly<Record<string, NamespaceRules>>;

/** Rules of one channel, complete. */
export interface Rules {
  readonly mutableMessages: boolean;
  readonly history: Bounds;
}

const day = 24 * 60 * 60 * 1000;
const none: NamespaceRules = {};

/** Rules of a channel; `usual` limits the history of other channels. A room of Chat is mutable, whatever its namespace. */
export function rulesOf(channel: string, namespaces: Namespaces, usual: Bounds): Rules {
  const [namespace = ''] = channel.split(':', 1);
  const rules = Object.hasOwn(namespaces, namespace) ? (namespaces[namespace] ?? none) : none;
  const { mutableMessages = channel.endsWith('::$chat'), persisted = false } = rules;
  return { mutableMessages, history: persisted || mutableMessages ? persistedBounds(usual) : usual };
}

/** Limits of the history of persisted channels. */
export const persistedBounds = ({ messages, bytes, ttl }: Bounds): Bounds => ({
  messages: messages * 10,
  bytes: bytes * 10,
  ttl: Math.max(ttl, day),
});

const known: ReadonlySet<string> = new Set(['mutableMessages', 'persisted']);

/** Checks the option and adds Ably's usual namespaces. Throws a TypeError. */
export function namespacesOf(option: unknown = {}): Namespaces {
  if (!isObject(option))
    throw new TypeError(
      'The option `namespaces` is not an object: give it rules by namespace, { chat: { … } }.',
    );
  for (const [name, rules] of Object.entries(option)) check(`namespaces.${name}`, name, rules);
  return { mutable: { mutableMessages: true }, persisted: { persisted: true }, ...(option as Namespaces) };
}

function check(path: string, name: string, rules: unknown): void {
  if (name === '' || name.includes(':'))
    throw new TypeError(
      `The option \`${path}\` names no namespace: leave out the colon and everything after it.`,
    );
  if (!isObject(rules)) throw new TypeError(`The option \`${path}\` is not an object: give it rules, { … }.`);
  for (const [rule, value] of Object.entries(rules)) {
    if (!known.has(rule))
      throw new TypeError(`The option \`${path}.${rule}\` is unknown: use ${[...known].join(', ')}.`);
    if (typeof value !== 'boolean' && value !== undefined)
      throw new TypeError(`The option \`${path}.${rule}\` is not a boolean: give it true or false.`);
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
