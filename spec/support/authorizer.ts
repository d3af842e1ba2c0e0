import { BehaviorSubject } from 'rxjs';
import { fetchFromAuthUrl } from '../../lib/ably/auth/auth-url.js';
import { authOptionsOf, defaultParamsOf } from '../../lib/ably/auth/auth-options.js';
import { type AuthDependencies, Authorizer } from '../../lib/ably/auth/authorizer.js';
import { sign } from '../../lib/ably/auth/sign.js';
import type { Connection } from '../../lib/ably/auth/state.js';
import { settingsOf } from '../../lib/ably/client/settings.js';
import type { ClientOptions } from '../../lib/ably/client/options.js';
import { platform } from '../../lib/socket/platform.js';

/** A running Authorizer over a connection that is what a spec says, and everything that it did to it. */
export function authorizerOf(options: ClientOptions, dependencies: Partial<AuthDependencies> = {}) {
  const settings = settingsOf({ log: () => undefined, ...options }, platform);
  const { fetch = globalThis.fetch, defaultTokenParams } = options;
  const state = new BehaviorSubject<Connection>({ name: 'initialized' });
  const done: unknown[] = [];
  const authorizer = new Authorizer(
    { params: defaultParamsOf(defaultTokenParams, settings.clientId), options: authOptionsOf(options) },
    { authUrl: fetchFromAuthUrl, sign },
    {
      ...settings,
      fetch,
      request: () => {
        throw new Error('no request was expected');
      },
      connection: {
        state,
        command: (command) => done.push(command),
        send: (frame) => done.push(frame),
        report: (error) => done.push({ report: error.code }),
      },
      ...dependencies,
    },
  );
  const running = authorizer.run$.subscribe();
  /** Moves the connection, as its client does: the state first, then the authorizer. */
  const move = (to: Connection): void => {
    const before = state.value;
    state.next(to);
    authorizer.connectionMoved(before);
  };
  return { authorizer, settings, done, move, running };
}
