import { merge, Subject, takeUntil } from 'rxjs';
import type { WireMessage } from '../../ably/wire/frames.js';
import type { App } from './apps.js';
import { type Channels, channelsOf } from './channels/channels.js';
import type { Session } from './connections/connection.js';
import { type Connections, connectionsOf, type Refusing } from './connections/connections.js';
import type { EmulatedConnection } from './connections/emulated-connection.js';
import type { ConnectRequest } from './connections/handshake.js';
import type { Transport } from './connections/line.js';
import { randomText } from '../../rx/clock.js';
import type { HttpRequest, HttpResponse } from './rest/http.js';
import { messagesFrom } from './rest/publish.js';
import { rest } from './rest/rest.js';
import { type EmulatorOptions, type Settings, settingsOf } from './settings.js';

/** A message to publish from code: objects and arrays as data are made JSON. */
export type PublishedMessage = Pick<WireMessage, 'id' | 'name' | 'data' | 'encoding' | 'clientId' | 'extras'>;

/** An Ably server without any I/O: put it on sockets with `listen` or `inMemory`. */
export interface Emulator {
  /** The first key, to give to clients. */
  readonly key: string;
  /** CD2d, for those who read frames and bodies from sockets. */
  readonly maxFrameSize: number;
  /** What `refuse` has asked for. */
  readonly refusing: Refusing;
  /** Live transports, oldest first. */
  readonly connections: readonly EmulatedConnection[];
  /** A transport has opened; what is refused is told through the transport. */
  connect(request: ConnectRequest, transport: Transport): Session;
  /** Answers an HTTP request; never throws. */
  request(request: HttpRequest): HttpResponse;
  /** Next connections: dropped before they open, or answered with this error; `false` lets them in again. */
  refuse(how?: Refusing): void;
  /** Publishes as the server, on a channel of the first key's app, or of the app that is named. */
  publish(channel: string, messages: PublishedMessage | readonly PublishedMessage[], appId?: string): void;
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
  const connections = connectionsOf(settings, channels);
  const disposed$ = new Subject<void>();
  merge(connections.tidying$, ...[...byApp.values()].map(({ tidying$ }) => tidying$))
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
    connect: connections.open,
    request: (request) => rest(request, { settings, channels }),
    refuse: (how = 'drop') => void (connections.refusing = how),
    publish: publishing(settings, channels),
    dispose: () => {
      disposed$.next();
      end(connections);
    },
  };
}

function publishing({ apps, key, random, maxMessageSize }: Settings, channels: (app: App) => Channels) {
  return (name: string, content: unknown, appId = key.slice(0, key.indexOf('.'))): void => {
    const app = apps.get(appId);
    if (!app) throw new TypeError(`There is no app ${appId}: create the emulator with a key of it.`);
    const messages = messagesFrom(content, maxMessageSize);
    channels(app).publish(channels(app).named(name), { id: `${randomText(10, random)}:0`, messages });
  };
}

function end(connections: Connections): void {
  connections.refusing = 'drop';
  connections.live.forEach((connection) => connection.drop());
}
