/** What keys have in common: the part before the first dot. Channels belong to an app. */
export interface App {
  readonly id: string;
  /** Secrets by key name (`app.key`). */
  readonly secrets: ReadonlyMap<string, string>;
}

/** A key taken apart; undefined when the text is not of the form `app.key:secret`. */
export function parseKey(text: string): { appId: string; name: string; secret: string } | undefined {
  const [, name, appId, secret] = /^(([^.:\s]+)\.[^:\s]+):(\S+)$/.exec(text) ?? [];
  return name && appId && secret ? { appId, name, secret } : undefined;
}

/** Groups keys by app. Throws a TypeError on a key that is not one; the key itself is not repeated in it. */
export function appsOf(keys: readonly string[]): ReadonlyMap<string, App> {
  const secrets = new Map<string, Map<string, string>>();
  keys.forEach((text, index) => {
    const key = parseKey(text);
    if (!key) throw new TypeError(`Key ${index + 1} is not a key: give it the form "app.key:secret".`);
    const ofApp = secrets.get(key.appId) ?? new Map<string, string>();
    secrets.set(key.appId, ofApp.set(key.name, key.secret));
  });
  return new Map([...secrets].map(([id, ofApp]) => [id, { id, secrets: ofApp }]));
}
