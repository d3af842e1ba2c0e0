import type { App, Key } from '../auth/apps.js';
import type { Authority } from '../auth/authority.js';
import type { Revoked } from '../auth/revocations.js';
import type { Channels } from '../channels/channels.js';
import type { Settings } from '../settings.js';
import type { AuthRequests } from './auth-requests.js';

type Fields = Readonly<Record<string, unknown>>;

/** What the HTTP part works on. */
export interface RestContext {
  readonly settings: Settings;
  readonly authority: Authority;
  readonly channels: (app: App) => Channels;
  /** RSA17: revokes, and tells the connections. Throws what is wrong with the target. */
  readonly revoke: (key: Key, target: unknown, options: Fields) => Revoked;
  readonly authRequests: AuthRequests;
}
