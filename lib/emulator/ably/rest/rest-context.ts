import type { App, Key } from '../auth/apps.js';
import type { Authority } from '../auth/authority.js';
import type { Revoked } from '../auth/revocations.js';
import type { Channels } from '../channels/channels.js';
import type { Connections } from '../connections/connections.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { Settings } from '../settings.js';
import type { AuthRequests } from './auth-requests.js';

type Fields = Readonly<Record<string, unknown>>;

/** Dependencies of the HTTP handlers. */
export interface RestContext {
  readonly settings: Settings;
  readonly authority: Authority;
  readonly channels: (app: App) => Channels;
  /** RSA17: revokes tokens and reviews the connections. Throws the error of an invalid target. */
  readonly revoke: (key: Key, target: unknown, options: Fields) => Revoked;
  readonly authRequests: AuthRequests;
  readonly sessionOf: Connections['sessionOf'];
  readonly sandbox: Sandbox;
}
