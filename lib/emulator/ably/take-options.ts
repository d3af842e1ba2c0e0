import type { App, Apps, Key } from './auth/apps.js';
import type { Caller } from './auth/caller.js';
import type { ChannelsByApp } from './channels/channels-by-app.js';
import type { Connections } from './connections/connections.js';
import { type EmulatorOptions, type Settings, settingsOf } from './settings.js';

/** Settings that are looked up when they are needed, so that others can take their place. */
const live = [
  'maxIdleInterval',
  'maxMessageSize',
  'maxConnections',
  'maxChannelsPerConnection',
  'maxChannels',
  'maxMembersPerChannel',
  'renewalNotice',
  'syncPageSize',
  'namespaces',
] as const;

/** Settings that parts of the emulator were made with. */
const fixed = ['connectionStateTtl', 'maxFrameSize', 'timestampWindow', 'history'] as const;

interface Dependencies {
  readonly settings: Settings;
  /** The apps of the emulator, those of the sandbox among them. */
  readonly apps: Map<string, App>;
  readonly channels: ChannelsByApp;
  readonly connections: Connections;
}

/**
 * Returns a function that makes an emulator take other options, and returns the names of those that only a new one takes.
 * Fixtures are not among them, because members may have changed since. Throws a TypeError that names the invalid option.
 */
export function optionTaker({ settings, apps, channels, connections }: Dependencies) {
  let configured: Apps = settings.apps;
  const add = (app: App): void => {
    apps.set(app.id, app);
    channels.add(app);
  };
  const remove = (app: App): void => {
    apps.delete(app.id);
    connections.dropApp(app);
    channels.remove(app);
  };
  const takeKeys = (wanted: Apps): void => {
    const kept = new Map<string, App>();
    for (const app of configured.values()) if (!wanted.has(app.id)) remove(app);
    for (const app of wanted.values()) {
      const known = configured.get(app.id);
      if (known) replaceKeys(known, app, connections);
      else add(app);
      kept.set(app.id, known ?? app);
    }
    configured = kept;
  };
  return (options: EmulatorOptions): readonly string[] => {
    const wanted = settingsOf(options);
    for (const name of wanted.apps.keys())
      if (apps.has(name) && !configured.has(name))
        throw new TypeError(`The app ${name} is one of the sandbox: give the key of another app.`);
    Object.assign(settings, Object.fromEntries(live.map((name) => [name, wanted[name]])));
    const isOther = wanted.key !== settings.key;
    if (!isOther) takeKeys(wanted.apps);
    return [
      ...(isOther ? ['the first of keys'] : []),
      ...fixed.filter((name) => JSON.stringify(wanted[name]) !== JSON.stringify(settings[name])),
    ];
  };
}

/** Drops connections whose key is another one now: with the same key they come back, and resume. */
function replaceKeys(known: App, { keys }: App, connections: Connections): void {
  const isSame = (key: Key): boolean => JSON.stringify(key) === JSON.stringify(keys.get(key.name));
  const isOver = ({ app, key, token }: Caller): boolean =>
    app === known && (token ? !keys.has(key.name) : !isSame(key));
  known.keys = keys;
  connections.drop(isOver);
}
