import { type Capability, capabilityFrom, fullCapability } from './capability.js';

/** A key, with what may be done by it. */
export interface Key {
  /** `app.key` */
  readonly name: string;
  readonly secret: string;
  readonly capability: Capability;
}

/** What keys have in common: the part before the first dot. Channels belong to an app. */
export interface App {
  readonly id: string;
  /** By name. */
  readonly keys: ReadonlyMap<string, Key>;
}

export type Apps = ReadonlyMap<string, App>;

/** A key taken apart; undefined when the text is not of the form `app.key:secret`. */
export function parseKey(text: string): { appId: string; name: string; secret: string } | undefined {
  const [, name, appId, secret] = /^(([^.:\s]+)\.[^:\s]+):(\S+)$/.exec(text) ?? [];
  return name && appId && secret ? { appId, name, secret } : undefined;
}

/**
 * Groups keys by app; `capabilities` are by key name. Throws a TypeError on a key that is not one, which is not repeated
 * in it, and on a capability that is none or nobody's.
 */
export function appsOf(keys: readonly string[], capabilities: Readonly<Record<string, Capability>>): Apps {
  const apps = new Map<string, Map<string, Key>>();
  const unused = new Set(Object.keys(capabilities));
  keys.forEach((text, index) => {
    const key = parseKey(text);
    if (!key) throw new TypeError(`Key ${index + 1} is not a key: give it the form "app.key:secret".`);
    const { appId, name, secret } = key;
    unused.delete(name);
    const capability = Object.hasOwn(capabilities, name)
      ? checkCapability(name, capabilities[name])
      : fullCapability;
    apps.set(appId, (apps.get(appId) ?? new Map<string, Key>()).set(name, { name, secret, capability }));
  });
  for (const name of unused)
    throw new TypeError(
      `The option \`capabilities\` names ${JSON.stringify(name)}, which is no key here: give the name of one, as "app.key".`,
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
