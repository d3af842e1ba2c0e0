import { merge, type Observable, Subject, takeUntil } from 'rxjs';
import { describeAs } from '../../base/described.js';
import type { ConnectRequest, HttpRequest, HttpResponse, Session, Transport } from '../host/server-core.js';
import type { App, Apps } from './auth/apps.js';
import { type Authority, authorityOf } from './auth/authority.js';
import type { Channels } from './channels/channels.js';
import { channelsByApp } from './channels/channels-by-app.js';
import { type Connections, connectionsOf, type Refusing } from './connections/connections.js';
import type { EmulatedConnection } from './connections/emulated-connection.js';
import { type TokenCommands, tokenCommands } from './token-commands.js';
import { type EmulatedObjects, serverObjects } from './objects/emulated-objects.js';
import { type EmulatedPresence, enterFixtures, serverPresence } from './presence/emulated-presence.js';
import { type EmulatedChannel, emulatedChannel } from './channels/emulated-channel.js';
import { type PublishedMessage, serverPublish } from './messages/server-publish.js';
import { type AuthRequest, authRequests } from './rest/auth-requests.js';
import type { RestContext } from './rest/rest-context.js';
import { rest } from './rest/rest.js';
import { sandboxOf } from './sandbox/sandbox.js';
import { type EmulatorOptions, settingsOf } from './settings.js';
import { optionTaker } from './take-options.js';

/** An Ably server without any I/O: put it on sockets with `listen` or `inMemory`. */
export interface Emulator extends TokenCommands {
  /** The first key, to give to clients. */
  readonly key: string;
  /** CD2d: the largest frame or body to read, in bytes. */
  readonly maxFrameSize: number;
  /** The refusal set by `refuse`. */
  readonly refusing: Refusing;
  /** Connections with a transport, oldest first. */
  readonly connections: readonly EmulatedConnection[];
  /** Connections when their transport opens, before the first frame. Hot; completes on `dispose`. */
  readonly connections$: Observable<EmulatedConnection>;
  /** Channels in use, and those that were until a while ago. */
  readonly channels: readonly EmulatedChannel[];
  /** Names of the keys (`app.key`), without their secrets. */
  readonly keyNames: readonly string[];
  /** Milliseconds since the epoch, by its scheduler. */
  readonly time: number;
  /** Requests to `/auth`, the auth server that issues a token to each caller; the latest 1,000, oldest first. */
  readonly authRequests: readonly AuthRequest[];
  /** Requests to `/auth`, each before it is answered. Hot; completes on `dispose`. */
  readonly authRequests$: Observable<AuthRequest>;
  /** Serves a transport that has opened; a refusal is sent through the transport. */
  connect(request: ConnectRequest, transport: Transport): Session;
  /** Answers an HTTP request, to `/auth` and `/apps` as well; never throws. */
  request(request: HttpRequest): HttpResponse;
  /** Refuses new connections: by dropping the socket (default), or with this error; `false` admits them again. */
  refuse(how?: Refusing): void;
  /** Publishes as the server, on a channel of the first key's app, or of the named app. */
  publish(channel: string, messages: PublishedMessage | readonly PublishedMessage[], appId?: string): void;
  /** Presence on a channel of the first key's app, or of the named app; to read, and to change as the server. */
  presence(channel: string, appId?: string): EmulatedPresence;
  /**
   * Takes other options while it runs; returns the names of those that only a new emulator takes: another first key,
   * `history`, `connectionStateTtl`, `maxFrameSize` and `timestampWindow`. Connections stay, but those whose key has another
   * secret or capability, or is gone. Channels that exist keep the rules of their namespace, and members stay; `scheduler`
   * and `random` are not looked at. Throws a TypeError that names the invalid option, and changes nothing then.
   */
  take(options: EmulatorOptions): readonly string[];
  /** Objects of a channel of the first key's app, or of the named app; to read, and to change as the server. */
  objects(channel: string, appId?: string): EmulatedObjects;
  /** Drops all connections and stops all timers; later connections are refused. */
  dispose(): void;
}

/** Throws a TypeError that names the invalid option. */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const settings = ownSettings(options);
  const { apps } = settings;
  const byApp = channelsByApp(settings);
  const { of: channels } = byApp;
  const authority = authorityOf(settings);
  const connections = connectionsOf({ settings, authority, channels });
  const revoke = revoking(authority, connections);
  const requests = authRequests();
  const presence = serverPresence(settings, channels);
  enterFixtures(settings.presenceFixtures, presence);
  const sandbox = sandboxOf({ settings, apps, presence, channels: byApp, drop: connections.dropApp });
  const disposed$ = new Subject<void>();
  merge(connections.cleanup$, byApp.cleanup$).pipe(takeUntil(disposed$)).subscribe();
  const emulator: Emulator = {
    key: settings.key,
    maxFrameSize: settings.maxFrameSize,
    get refusing() {
      return connections.refusing;
    },
    get connections() {
      return connections.live;
    },
    connections$: connections.opened$,
    get channels() {
      return channelsOf(apps, channels);
    },
    get keyNames() {
      return [...settings.apps.values()].flatMap(({ keys }) => [...keys.keys()]);
    },
    get time() {
      return settings.scheduler.now();
    },
    get authRequests() {
      return requests.all;
    },
    authRequests$: requests.requests$,
    connect: connections.open,
    request: (request) =>
      rest(request, {
        ...{ settings, authority, channels, revoke, authRequests: requests, sandbox },
        sessionOf: connections.sessionOf,
      }),
    refuse: (how = 'drop') => void (connections.refusing = how),
    publish: serverPublish(settings, channels),
    ...{ presence, objects: serverObjects(settings, channels) },
    take: optionTaker({ settings, apps, channels: byApp, connections }),
    ...tokenCommands(authority, { defaultKeyName: settings.keyName, revoke }),
    dispose: () => {
      disposed$.next();
      requests.end();
      connections.end();
      dropAll(connections);
    },
  };
  return describeAs('Emulator', emulator, () => ({
    refusing: connections.refusing,
    connections: connections.live,
  }));
}

/** Settings with apps of the emulator's own, because others may come and go. */
function ownSettings(options: EmulatorOptions) {
  const given = settingsOf(options);
  return { ...given, apps: new Map(given.apps) };
}

const channelsOf = (apps: Apps, channels: (app: App) => Channels): readonly EmulatedChannel[] =>
  [...apps.values()].flatMap((app) =>
    [...channels(app).all()].map((channel) => emulatedChannel(channel, app.id)),
  );

const revoking =
  (authority: Authority, connections: Connections): RestContext['revoke'] =>
  (key, target, options) => {
    const revoked = authority.revocations.add(key, target, options);
    connections.review();
    return revoked;
  };

function dropAll(connections: Connections): void {
  connections.refusing = 'drop';
  connections.live.forEach((connection) => connection.drop());
}
