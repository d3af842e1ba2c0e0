import {
  BehaviorSubject,
  catchError,
  defer,
  ignoreElements,
  map,
  Observable,
  of,
  ReplaySubject,
  share,
  Subject,
  take,
  tap,
  timer,
} from 'rxjs';
import { perKey } from '../../base/maps/per-key.js';
import { type During, during } from '../../rx/during.js';
import { machine } from '../../rx/machine.js';
import { Action } from '../wire/actions.js';
import type { ErrorInfo } from '../wire/error-info.js';
import { type AuthOptions, canRenew } from './auth-options.js';
import { type Credentials, type CredentialsSource, parseKey } from './credentials.js';
import { authenticationFailed, unrenewable } from './errors.js';
import { initialState, reduceAuth } from './reduce.js';
import {
  checkClientId,
  type ConnectionPort,
  exchangeFirst,
  requestToken,
  type TokenDependencies,
  type TokenWays,
} from './request-token.js';
import { ServerClock } from './server-clock.js';
import type {
  AuthEffect,
  AuthEvent,
  AuthState,
  Connection,
  PendingToken,
  TokenRequestOptions,
} from './state.js';
import type { TokenDetails, TokenParams } from './token.js';

/** Everything that authentication needs of the client. */
export interface AuthDependencies extends Omit<TokenDependencies, 'ways' | 'clock'> {
  readonly clientId: string | undefined;
  readonly connection: ConnectionPort;
}

/** Obtains tokens, presents them, and has them replaced: RSA4, RSA10, RTC8. */
export class Authorizer implements CredentialsSource {
  readonly credentials$: Observable<Credentials> = defer(() => this.#credentials());
  /** RSA16: the token at once, then each next one, in their order. */
  readonly token$: Observable<TokenDetails | null>;
  /** The machine, which is not run before it has something to do: the client may have nothing but a key. Never ends. */
  readonly #run$: Observable<unknown> = defer(() =>
    machine<AuthState, AuthEvent, AuthEffect>({
      initial: this.#state,
      reduce: (state, event) => {
        const step = reduceAuth(state, event);
        this.#state = step[0];
        return step;
      },
      events: [this.#event],
      works: this.#works,
      perform: this.#perform,
    }),
  );
  /** Everything that a request for a token needs. */
  readonly dependencies: TokenDependencies;

  readonly #clientId: string | undefined;
  readonly #connection: ConnectionPort;
  /** Replaced by `#run$` alone. */
  #state: AuthState;
  #isRunning = false;
  readonly #event = new Subject<AuthEvent>();
  /** The token emitted last; differs from the state's until `emit token`. */
  readonly #token: BehaviorSubject<TokenDetails | null>;
  /** RSA4b: one request at a time for the same options, however many wait for its token. */
  readonly #request = perKey((how: TokenRequestOptions) =>
    this.#received(how, requestToken(exchangeFirst(how), this.dependencies)).pipe(share()),
  );
  /** RTC8b: the token of an authorization, for the connection and for all others that wait for it. */
  readonly #tokenOf = perKey(({ how, given }: PendingToken) =>
    (given ? this.#received(how, of(given)) : this.#request(how)).pipe(
      share({ connector: () => new ReplaySubject(1), resetOnComplete: false, resetOnError: false }),
    ),
  );

  constructor(configured: TokenRequestOptions, ways: TokenWays, dependencies: AuthDependencies) {
    const { clientId, connection, request, scheduler } = dependencies;
    this.#clientId = clientId;
    this.#connection = connection;
    this.dependencies = { ...dependencies, ways, clock: new ServerClock(request, scheduler) };
    this.#state = initialState(configured, connection.state.value);
    this.#token = new BehaviorSubject(this.token);
    this.token$ = this.#token;
    if (this.usesTokens) this.#start();
  }

  /** RSA16 */
  get token(): TokenDetails | null {
    return this.#state.common.token;
  }

  get usesTokens(): boolean {
    return this.#state.common.usesTokens;
  }

  get renewable(): boolean {
    return canRenew(this.configured.options);
  }

  /** RSA10g: options of requests that bring none of their own. */
  get configured(): TokenRequestOptions {
    return this.#state.common.configured;
  }

  presented(token: string): void {
    this.#tell({ type: 'presented', token });
  }

  rejected(error: ErrorInfo, token?: string): ErrorInfo | undefined {
    if (!this.usesTokens) return error;
    this.#tell({ type: 'rejected', token });
    return this.renewable ? undefined : unrenewable(error);
  }

  readonly failure = authenticationFailed;

  /** RTN22, RSA4b1: obtains another token, which nothing but the connection waits for. The machine reports what it meets. */
  renew(): void {
    this.#tell({ type: 'renew', clientId: null });
  }

  /** Takes a step of the connection, before users hear of it. */
  moved(connection: Connection): void {
    if (this.#isRunning) this.#event.next({ type: 'moved', connection });
  }

  /**
   * RSA10: obtains a token and presents it, in turn. Emits it once the server has accepted it (RTC8a3, RTC8b1). Errors when
   * none can be obtained, or the connection ends or is suspended. Unsubscribing does not take the authorization back.
   */
  authorize(
    params: TokenParams | null | undefined,
    options: AuthOptions | null | undefined,
    clientId: string | null,
  ): Observable<TokenDetails> {
    return new Observable<TokenDetails>((caller) => {
      this.#tell({ type: 'use tokens' });
      this.#tell(
        params || options
          ? { type: 'authorize', caller, params, options, clientId }
          : { type: 'renew', caller, clientId },
      );
    }).pipe(take(1));
  }

  /** The state of the connection was emitted: a token that it rejected is emitted after that. */
  stateEmitted(): void {
    if (this.#token.value !== this.token) this.#tell({ type: 'state emitted' });
  }

  /** Gives all authorizations up: the connection is about to be closed. */
  close(): void {
    if (this.#isRunning) this.#event.next({ type: 'close' });
  }

  /** Completes `token$`. */
  dispose(): void {
    this.#token.complete();
  }

  /** The token that the connection uses, if it can be replaced before it expires. */
  get #expiring(): TokenDetails | undefined {
    const { connection, token } = this.#state.common;
    return connection.name === 'connected' && this.renewable ? (token ?? undefined) : undefined;
  }

  #tell(event: AuthEvent): void {
    this.#start();
    this.#event.next(event);
  }

  #start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#connection.run(this.#run$);
    this.moved(this.#connection.state.value);
  }

  #credentials(): Observable<Credentials> {
    const state = this.#state;
    const { configured, token, usesTokens } = state.common;
    const { key } = configured.options;
    if (!usesTokens && key != null) return of({ type: 'key', ...parseKey(key) });
    const isOver = this.renewable && this.dependencies.clock.hasPassed(token?.expires);
    if (token && isOver) this.#tell({ type: 'rejected', token: token.token }); // RSA16d
    const token$ =
      state.name === 'requesting'
        ? this.#tokenOf(state.pending)
        : token && !isOver
          ? of(token)
          : this.#request(configured);
    return token$.pipe(
      map((usable) => {
        checkClientId(usable, this.#clientId);
        return { type: 'token', token: usable.token };
      }),
    );
  }

  #received(how: TokenRequestOptions, token$: Observable<TokenDetails>): Observable<TokenDetails> {
    return token$.pipe(
      tap((token) => {
        checkClientId(token, this.#clientId);
        this.#tell({ type: 'received', how, token });
      }),
    );
  }

  /** Requests the token of the current authorization, waits for the answer to AUTH, and renews the token in time. */
  get #works(): readonly During<AuthState, AuthEvent>[] {
    const { realtimeRequestTimeout: after, scheduler, clock } = this.dependencies;
    return [
      during(
        (state: AuthState) => (state.name === 'requesting' ? state.pending : undefined),
        (pending) =>
          this.#tokenOf(pending).pipe(
            ignoreElements(), // received
            catchError((thrown: unknown) => of<AuthEvent>({ type: 'failed', thrown })),
          ),
      ),
      during(
        (state: AuthState) => (state.name === 'presenting' ? state.pending : undefined),
        () => timer(after, scheduler).pipe(map((): AuthEvent => ({ type: 'unanswered', after }))),
      ),
      during(
        () => this.#expiring,
        ({ expires }) =>
          clock.shortlyBefore(expires, this.#state.common.queriesTime).pipe(
            tap(() => {
              this.renew();
            }),
            ignoreElements(),
          ),
      ),
    ];
  }

  readonly #perform = (effect: AuthEffect): void => {
    const { command, send, report } = this.#connection;
    switch (effect.type) {
      case 'send':
        send({ action: Action.auth, auth: { accessToken: effect.token } });
        break;
      case 'report':
        report(effect.error);
        break;
      case 'resolve':
        effect.caller.next(effect.token);
        break;
      case 'reject':
        effect.caller.error(effect.error);
        break;
      case 'emit token':
        if (this.#token.value !== this.token) this.#token.next(this.token);
        break;
      default:
        command(effect);
    }
  };
}
