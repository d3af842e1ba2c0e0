import { randomText } from '../../../rx/clock.js';
import type { App, Key } from '../auth/apps.js';
import type { Caller } from '../auth/caller.js';
import type { ChannelsByApp } from '../channels/channels-by-app.js';
import { type NamespaceRules, type Namespaces, namespacesOf } from '../channels/namespaces.js';
import type { EmulatedPresence } from '../presence/emulated-presence.js';
import type { Settings } from '../settings.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import { type AppPlan, appPlanOf } from './app-plan.js';

/** An app that was created, as the service's sandbox tells of it. */
export interface CreatedApp {
  readonly appId: string;
  readonly accountId: string;
  readonly keys: readonly {
    readonly keyName: string;
    readonly keySecret: string;
    readonly keyStr: string;
    /** As JSON. */
    readonly capability: string;
  }[];
  readonly namespaces: readonly ({ readonly id: string } & NamespaceRules)[];
}

/** Apps that come and go. */
export interface Sandbox {
  /** Throws 40000 on a bad body, 40300 where there are too many apps. */
  readonly create: (body: unknown) => CreatedApp;
  /** Deletes the app that the caller has a key of. Throws 40300 on one that was not created here. */
  readonly delete: (caller: Caller) => void;
}

interface Dependencies {
  readonly settings: Settings;
  /** The apps of the emulator, to add to and delete from. */
  readonly apps: Map<string, App>;
  readonly channels: ChannelsByApp;
  readonly presence: (channel: string, appId: string) => EmulatedPresence;
  /** Drops all connections of an app. */
  readonly drop: (app: App) => void;
}

const mostApps = 200;

export function sandboxOf({ settings, apps, channels, presence, drop }: Dependencies): Sandbox {
  const created = new Set<App>();
  let count = 0;
  const remove = (app: App): void => {
    created.delete(app);
    apps.delete(app.id);
    drop(app);
    channels.remove(app);
  };
  return {
    create: (body) => {
      const plan = appPlanOf(body);
      if (created.size >= mostApps)
        throw refusal(40300, 403, `There are ${mostApps} apps already: delete those that you need no more.`);
      count += 1; // keeps names unique, whatever `random` returns
      const app = appOf(plan, count, settings.random);
      apps.set(app.id, app);
      created.add(app);
      channels.add(app, namespacesOf(plan.namespaces));
      try {
        enterAll(plan, (channel) => presence(channel, app.id));
      } catch (thrown) {
        remove(app);
        throw thrown;
      }
      return answerOf(app, plan.namespaces);
    },
    delete: ({ app }) => {
      if (!created.has(app))
        throw refusal(40300, 403, 'The app was not created by POST /apps: it lasts as long as the emulator.');
      remove(app);
    },
  };
}

function appOf({ capabilities }: AppPlan, count: number, random: () => number): App {
  const id = `${randomText(6, random)}${count.toString(36)}`;
  const keys = capabilities.map((capability, index): Key => {
    const name = `${id}.${randomText(5, random)}${index.toString(36)}`;
    return { name, secret: randomText(30, random), capability };
  });
  return { id, keys: new Map(keys.map((key) => [key.name, key])) };
}

function enterAll({ fixtures }: AppPlan, presence: (channel: string) => EmulatedPresence): void {
  for (const [index, [channel, members]] of fixtures.entries())
    try {
      presence(channel).enter(members);
    } catch (thrown) {
      const { code = 40000, statusCode = 400, message = '' } = wireErrorOf(thrown);
      throw refusal(code, statusCode, `The field \`channels[${index}]\` is wrong. ${message}`);
    }
}

const answerOf = ({ id, keys }: App, namespaces: Namespaces): CreatedApp => ({
  appId: id,
  accountId: 'emulator',
  keys: [...keys.values()].map(({ name, secret, capability }) => ({
    keyName: name,
    keySecret: secret,
    keyStr: `${name}:${secret}`,
    capability: JSON.stringify(capability),
  })),
  namespaces: Object.entries(namespaces).map(([namespace, rules]) => ({ id: namespace, ...rules })),
});
