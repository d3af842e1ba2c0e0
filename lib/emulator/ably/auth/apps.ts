import { type Capability, capabilityFrom, fullCapability } from './capability.js';

/** A key and its capability. */
export interface Key {
  /** `app.key` */
  readonly name: string;
  readonly secret: string;
  readonly capability: Capability;
}

/** The keys with the same part before the first dot. Each channel belongs to an app. */
export interface App {
  readonly id: string;
  /** By key name; others take their place where the emulator takes other options. */
  keys: ReadonlyMap<string, Key>;
}

export type Apps = ReadonlyMap<string, App>;

/** Splits a key; undefined unless the text has the form `app.key:secret`. */
export function parseKey(text: string): { appId: string; name: string; secret: string } | undefined {
  const [, name, appId, secret] = /^(([^.:\s]+)\.[^:\s]+):(\S+)$/.exec(text) ?? [];
  return name && appId && secret ? { appId, name, secret } : undefined;
}

/**
 * Groups keys by app; `capabilities` are by key name. Throws a TypeError on a malformed key, without repeating it, on
 * one with two secrets, and on a capability that is malformed or names no key.
 */
export function appsOf(keys: readonly string[], capabilities: Readonly<Record<string, Capability>>): Apps {
  const apps = new Map<string, Map<string, Key>>();
  const unused = new Set(Object.keys(capabilities));
  keys.forEach((text, index) => {
    const key = parseKey(text);
    if (!key) throw new TypeError(`Key ${index + 1} is not a key: give it the form "app.key:secret".`);
    const { appId, name, secret } = key;
    const earlier = apps.get(appId)?.get(name);
    if (earlier && earlier.secret !== secret)
      throw new TypeError(
        `Key ${index + 1} is ${JSON.stringify(name)} with another secret than before: give each key once.`,
      );
    unused.delete(name);
    const capability = Object.hasOwn(capabilities, name)
      ? checkCapability(name, capabilities[name])
      : fullCapability;
    apps.set(appId, (apps.get(appId) ?? new Map<string, Key>()).set(name, { name, secret, capability }));
  });
  for (const name of unused)
    throw new TypeError(
      `The option \`capabilities\` names ${JSON.stringify(name)}, which is not a key of this emulator: give the name of one, as "app.key".`,
    );
  return new Map([...apps].map(([id, ofApp]) => [id, { id, keys: ofApp }]));
}

function checkCapability(name: string, capability: unknown): Capability {
  try {
    return capabilityFrom(capability);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new TypeError(`The option \`capabilities\` is wrong at ${JSON.stringify(name)}: ${why}`, {
      cause: thrown,
    });
  }
}
