import { merge, type Observable, Subject, takeUntil } from 'rxjs';
import type { ConnectRequest, HttpRequest, HttpResponse, Session, Transport } from '../host/server-core.js';
import type { App } from './auth/apps.js';
import { authorityOf } from './auth/authority.js';
import { type Channels, channelsOf } from './channels/channels.js';
import { type Connections, connectionsOf, type Refusing } from './connections/connections.js';
import type { EmulatedConnection } from './connections/emulated-connection.js';
import { type TokenCommands, tokenCommands } from './token-commands.js';
import { type EmulatedPresence, enterFixtures, serverPresence } from './presence/emulated-presence.js';
import { type PublishedMessage, serverPublish } from './messages/server-publish.js';
import { type AuthRequest, authRequests } from './rest/auth-requests.js';
import type { RestContext } from './rest/rest-context.js';
import { rest } from './rest/rest.js';
import { type EmulatorOptions, settingsOf } from './settings.js';

/** An Ably server without any I/O: put it on sockets with `listen` or `inMemory`. */
export interface Emulator extends TokenCommands {
  /** The first key, to give to clients. */
  readonly key: string;
  /** CD2d, for those who read frames and bodies from sockets. */
  readonly maxFrameSize: number;
  /** What `refuse` has asked for. */
  readonly refusing: Refusing;
  /** Live transports, oldest first. */
  readonly connections: readonly EmulatedConnection[];
  /** What clients asked of `/auth`, the auth server that gives a token to everybody; the latest 1,000, oldest first. */
  readonly authRequests: readonly AuthRequest[];
  /** The same, each when it comes, before it is answered. Hot; completes on `dispose`. */
  readonly authRequests$: Observable<AuthRequest>;
  /** A transport has opened; what is refused is told through the transport. */
  connect(request: ConnectRequest, transport: Transport): Session;
  /** Answers an HTTP request; never throws. */
  request(request: HttpRequest): HttpResponse;
  /** Next connections: dropped before they open, or answered with this error; `false` lets them in again. */
  refuse(how?: Refusing): void;
  /** Publishes as the server, on a channel of the first key's app, or of the app that is named. */
  publish(channel: string, messages: PublishedMessage | readonly PublishedMessage[], appId?: string): void;
  /** Who is present on a channel of the first key's app, or of the app that is named; to look at, and to change as the server. */
  presence(channel: string, appId?: string): EmulatedPresence;
  /** Drops all connections and stops all timers; afterwards nobody can connect. */
  dispose(): void;
}

/** Throws a TypeError that names the option that cannot be used. */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const settings = settingsOf(options);
  const byApp = new Map([...settings.apps.values()].map((app) => [app, channelsOf(settings)]));
  const channels = (app: App): Channels => {
    const found = byApp.get(app);
    if (!found) throw new TypeError(`The app ${app.id} is not of this emulator.`);
    return found;
  };
  const authority = authorityOf(settings);
  const connections = connectionsOf({ settings, authority, channels });
  const revoke: RestContext['revoke'] = (key, target, terms) => {
    const revoked = authority.revocations.add(key, target, terms);
    connections.review();
    return revoked;
  };
  const asked = authRequests();
  const presence = serverPresence(settings, channels);
  enterFixtures(settings.presenceFixtures, presence);
  const disposed$ = new Subject<void>();
  merge(connections.cleanup$, ...[...byApp.values()].map(({ cleanup$ }) => cleanup$))
    .pipe(takeUntil(disposed$))
    .subscribe();
  return {
    key: settings.key,
    maxFrameSize: settings.maxFrameSize,
    get refusing() {
      return connections.refusing;
    },
    get connections() {
      return connections.live;
    },
    get authRequests() {
      return asked.all;
    },
    authRequests$: asked.requests$,
    connect: connections.open,
    request: (request) => rest(request, { settings, authority, channels, revoke, authRequests: asked }),
    refuse: (how = 'drop') => void (connections.refusing = how),
    publish: serverPublish(settings, channels),
    presence,
    ...tokenCommands(authority, { defaultKeyName: settings.keyName, revoke }),
    dispose: () => {
      disposed$.next();
      asked.end();
      dropAll(connections);
    },
  };
}

function dropAll(connections: Connections): void {
  connections.refusing = 'drop';
  connections.live.forEach((connection) => connection.drop());
}
