import { BehaviorSubject, type Observable, Subscription, VirtualTimeScheduler } from 'rxjs';
import { authUrl } from '../../lib/ably/auth/auth-url.js';
import { type AuthDependencies, Authorizer } from '../../lib/ably/auth/authorizer.js';
import { signing } from '../../lib/ably/auth/sign.js';
import type { Connection } from '../../lib/ably/auth/state.js';
import { authOptionsOf, defaultParamsOf } from '../../lib/ably/auth/auth-options.js';
import { settingsOf } from '../../lib/ably/client/settings.js';
import type { ClientOptions } from '../../lib/ably/client/options.js';
import { platform } from '../../lib/socket/platform.js';

/** A running Authorizer over a connection that a spec moves, and everything that it did to it. Time stands still. */
export function authorizerOf(
  options: ClientOptions,
  dependencies: Partial<AuthDependencies> = {},
  ran: (stream$: Observable<unknown>) => void = () => undefined,
) {
  const settings = settingsOf(
    { log: () => undefined, scheduler: new VirtualTimeScheduler(), ...options },
    platform,
  );
  const state = new BehaviorSubject<Connection>({ name: 'initialized' });
  const done: unknown[] = [];
  const running = new Subscription();
  const authorizer = new Authorizer(
    {
      options: authOptionsOf(options),
      params: {
        ...defaultParamsOf(options.defaultTokenParams),
        ...(options.clientId !== undefined && { clientId: options.clientId }),
      },
    },
    { ...authUrl, ...signing },
    {
      ...settings,
      fetch: options.fetch ?? globalThis.fetch,
      request: () => {
        throw new Error('no request was expected');
      },
      connection: {
        state,
        command: (command) => done.push(command),
        send: (frame) => done.push(frame),
        report: (error) => done.push({ report: error.code }),
        run: (stream$) => {
          ran(stream$);
          running.add(stream$.subscribe());
        },
      },
      ...dependencies,
    },
  );
  /** Moves the connection, as its client does. */
  const move = (to: Connection): void => {
    state.next(to);
    authorizer.moved(to);
    authorizer.stateEmitted();
  };
  return { authorizer, settings, done, move, running };
}
