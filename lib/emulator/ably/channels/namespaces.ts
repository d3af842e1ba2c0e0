/** What is special about the channels of a namespace. */
export interface NamespaceRules {
  /** Messages can be updated, deleted, appended to and annotated; such channels are persisted, too. */
  readonly mutableMessages?: boolean;
  /** History is kept for a day instead of two minutes, and ten times as much of it. */
  readonly persisted?: boolean;
}

/** Rules by namespace: what a channel's name begins with, up to its first colon. */
export type Namespaces = Readonly<Record<string, NamespaceRules>>;

interface Bounds {
  readonly messages: number;
  readonly ttl: number;
}

/** The rules for one channel, made whole. */
export interface Rules {
  readonly mutableMessages: boolean;
  readonly history: Bounds;
}

const day = 24 * 60 * 60 * 1000;
const none: NamespaceRules = {};

/** What holds on the channel; `usual` is how much history others keep. */
export function rulesOf(channel: string, namespaces: Namespaces, usual: Bounds): Rules {
  const [namespace = ''] = channel.split(':', 1);
  const rules = Object.hasOwn(namespaces, namespace) ? (namespaces[namespace] ?? none) : none;
  const { mutableMessages = false, persisted = false } = rules;
  return { mutableMessages, history: persisted || mutableMessages ? persistedBounds(usual) : usual };
}

/** How much history is kept where it is kept for long. */
export const persistedBounds = ({ messages, ttl }: Bounds): Bounds => ({
  messages: messages * 10,
  ttl: Math.max(ttl, day),
});

const known: ReadonlySet<string> = new Set(['mutableMessages', 'persisted']);

/** The option as it is used: Ably's usual names have rules unless others are given. Throws a TypeError. */
export function namespacesOf(option: unknown = {}): Namespaces {
  if (!isObject(option))
    throw new TypeError('The option `namespaces` is no object: give it rules by namespace, { chat: { … } }.');
  for (const [name, rules] of Object.entries(option)) check(`namespaces.${name}`, name, rules);
  return { mutable: { mutableMessages: true }, persisted: { persisted: true }, ...(option as Namespaces) };
}

function check(path: string, name: string, rules: unknown): void {
  if (name === '' || name.includes(':'))
    throw new TypeError(`The option \`${path}\` is of no namespace: leave the colon and what follows out.`);
  if (!isObject(rules)) throw new TypeError(`The option \`${path}\` is no object: give it rules, { … }.`);
  for (const [rule, value] of Object.entries(rules)) {
    if (!known.has(rule))
      throw new TypeError(`The option \`${path}.${rule}\` is unknown: use ${[...known].join(', ')}.`);
    if (typeof value !== 'boolean' && value !== undefined)
      throw new TypeError(`The option \`${path}.${rule}\` is no boolean: give it true or false.`);
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
