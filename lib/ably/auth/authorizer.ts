import {
  BehaviorSubject,
  catchError,
  defer,
  filter,
  ignoreElements,
  map,
  merge,
  Observable,
  of,
  type SchedulerLike,
  share,
  Subject,
  switchMap,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';
import type { Command } from '../../connection/state.js';
import { during } from '../../rx/during.js';
import { machines, type MachineEvent, type Transition } from '../../rx/machines.js';
import type { RequestFunction } from '../rest/request.js';
import { Action } from '../wire/actions.js';
import type { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { type AuthOptions, canRenew, tokenIn } from './auth-options.js';
import { type Credentials, type CredentialsSource, parseKey } from './credentials.js';
import { initialState, reduceAuth } from './reduce.js';
import { checkClientId, requestToken, type TokenDependencies, type TokenWays } from './request-token.js';
import { ServerClock } from './server-clock.js';
import type {
  Authorization,
  AuthEffect,
  AuthEvent,
  AuthState,
  Connection,
  TokenRequestOptions,
} from './state.js';
import type { TokenDetails, TokenParams } from './token.js';

/** The parts of the connection that concern its credentials. */
export interface ConnectionPort {
  readonly state: { readonly value: Connection };
  readonly command: (command: Command) => void;
  readonly send: (frame: ProtocolMessage) => void;
  /** Emits errors that no caller may be waiting for. */
  readonly report: (error: ErrorInfo) => void;
}

/** Everything that authentication needs of the client. */
export interface AuthDependencies {
  readonly clientId: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** Makes requests without credentials. */
  readonly request: RequestFunction;
  readonly connection: ConnectionPort;
  /** RSA4c: milliseconds that a request for a token, and the server's answer to AUTH, may take. */
  readonly realtimeRequestTimeout: number;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

interface Machine {
  state: AuthState;
}
type AuthTransition = Transition<Machine, AuthEvent, AuthEffect>;

/** Obtains tokens, presents them, and has them replaced: RSA4, RSA10, RTC8. */
export class Authorizer implements CredentialsSource {
  readonly credentials$: Observable<Credentials> = defer(() => this.#credentials());
  /** RSA16: the token at once, then each next one, in their order. */
  readonly token$: Observable<TokenDetails | null>;
  /** Runs the machine; subscribed to once. Never emits, never ends. */
  readonly run$: Observable<never> = defer(() =>
    this.#event.pipe(
      map((event): MachineEvent<Machine, AuthEvent> => [this.#machine, event]),
      machines({
        reduce: (state: AuthState, event: AuthEvent) =>
          reduceAuth(state, event, this.#connection.state.value),
        timers: (transition$) => merge(this.#answer$(transition$), this.#timeout$(transition$)),
      }),
      tap((transition) => {
        for (const effect of transition.effects) this.#perform(effect);
        this.#transition.next(transition);
      }),
      during(
        () => this.#expiring,
        ({ expires }) =>
          this.dependencies.clock.shortlyBefore(expires, this.#machine.state.common.queriesTime),
      ),
      tap(() => {
        this.renew();
      }),
      ignoreElements(),
    ),
  );
  /** Everything that a request for a token needs. */
  readonly dependencies: TokenDependencies;

  readonly #clientId: string | undefined;
  readonly #connection: ConnectionPort;
  readonly #machine: Machine;
  readonly #event = new Subject<AuthEvent>();
  readonly #transition = new Subject<AuthTransition>();
  /** The token emitted last; differs from the state's until `emit token`. */
  readonly #token: BehaviorSubject<TokenDetails | null>;
  /** RSA4b: requests in flight, one for the same options. */
  readonly #requests = new WeakMap<TokenRequestOptions, Observable<TokenDetails>>();

  constructor(configured: TokenRequestOptions, ways: TokenWays, dependencies: AuthDependencies) {
    const { clientId, connection, request, scheduler } = dependencies;
    this.#clientId = clientId;
    this.#connection = connection;
    this.dependencies = { ...dependencies, ways, clock: new ServerClock(request, scheduler) };
    this.#machine = { state: initialState(configured) };
    this.#token = new BehaviorSubject(this.token);
    this.token$ = this.#token;
  }

  /** RSA16 */
  get token(): TokenDetails | null {
    return this.#machine.state.common.token;
  }

  get usesTokens(): boolean {
    return this.#machine.state.common.usesTokens;
  }

  get renewable(): boolean {
    return canRenew(this.configured.options);
  }

  /** RSA10g: options of requests that bring none of their own. */
  get configured(): TokenRequestOptions {
    return this.#machine.state.common.configured;
  }

  presented(token: string): void {
    this.#event.next({ type: 'presented', token });
  }

  rejected(token?: string): void {
    this.#event.next({ type: 'rejected', token });
  }

  /** RTN22: obtains and presents another token; one at a time, however often it is called. */
  renew(): void {
    this.#event.next({ type: 'renew' });
  }

  /**
   * RSA10: obtains a token and presents it, in turn. Emits it once the server has accepted it (RTC8a3, RTC8b1). Errors when
   * none can be obtained, or the connection ends or is suspended. Unsubscribing does not take the authorization back.
   */
  authorize(
    params: TokenParams | undefined,
    options: AuthOptions | undefined,
    clientId: string | null,
  ): Observable<TokenDetails> {
    return new Observable((caller) => {
      this.#event.next({ type: 'authorize', params, options, clientId, caller });
    });
  }

  /** The connection left the state `before`: called once it has been told to users. */
  connectionMoved(before: Connection): void {
    this.#event.next({ type: 'moved', before });
  }

  /** Gives all authorizations up: the connection is about to be closed. */
  close(): void {
    this.#event.next({ type: 'close' });
  }

  /** Completes `token$`. */
  dispose(): void {
    this.#token.complete();
  }

  #credentials(): Observable<Credentials> {
    const { key } = this.configured.options;
    if (!this.usesTokens && key != null) return of({ type: 'key', ...parseKey(key) });
    const { state } = this.#machine;
    return state.name === 'requesting' ? this.#credentialsAfter(state.current) : this.#tokenCredentials();
  }

  #tokenCredentials(): Observable<Credentials> {
    const { token } = this;
    const isUsable = token && !(this.renewable && this.dependencies.clock.hasPassed(token.expires));
    const token$ = isUsable ? of(token) : this.#request(this.configured);
    return token$.pipe(
      map((usable) => {
        checkClientId(usable, this.#clientId);
        return { type: 'token', token: usable.token };
      }),
    );
  }

  /** RTC8b: waits for the token of an authorization, which everything else has to use. */
  #credentialsAfter(current: Authorization): Observable<Credentials> {
    return this.#transition.pipe(
      filter(({ state }) => !(state.name === 'requesting' && state.current === current)),
      take(1),
      switchMap(({ event }) =>
        event.type === 'failed' ? throwError(() => event.thrown) : this.credentials$,
      ),
    );
  }

  /** The token for the current authorization, or why there is none. */
  #answer$(transition$: Observable<AuthTransition>): Observable<MachineEvent<Machine, AuthEvent>> {
    return transition$.pipe(
      during(
        ({ state }) => (state.name === 'requesting' ? state.current : undefined),
        (current) =>
          this.#tokenFor(current).pipe(
            take(1),
            map((token): AuthEvent => ({ type: 'obtained', token })),
            catchError((thrown: unknown) => of<AuthEvent>({ type: 'failed', thrown })),
          ),
      ),
      map((event) => [this.#machine, event]),
    );
  }

  #timeout$(transition$: Observable<AuthTransition>): Observable<MachineEvent<Machine, AuthEvent>> {
    const { realtimeRequestTimeout: after, scheduler } = this.dependencies;
    return transition$.pipe(
      during(
        ({ state }) => (state.name === 'presenting' ? state.current : undefined),
        () => timer(after, scheduler),
      ),
      map(() => [this.#machine, { type: 'unanswered', after }]),
    );
  }

  #tokenFor({ own }: Authorization): Observable<TokenDetails> {
    if (!own) return this.#request(this.configured);
    const given = tokenIn(own.options); // RSA10e
    return given ? this.#received(of(given)) : this.#request(own);
  }

  #request(how: TokenRequestOptions): Observable<TokenDetails> {
    const known$ = this.#requests.get(how);
    if (known$) return known$;
    const token$ = this.#received(requestToken(how, this.dependencies)).pipe(share());
    this.#requests.set(how, token$);
    return token$;
  }

  #received(token$: Observable<TokenDetails>): Observable<TokenDetails> {
    return token$.pipe(
      tap((token) => {
        checkClientId(token, this.#clientId);
        this.#event.next({ type: 'received', token });
      }),
    );
  }

  /** The token that the connection uses, if it can be replaced before it expires. */
  get #expiring(): TokenDetails | undefined {
    return this.#connection.state.value.name === 'connected' && this.renewable
      ? (this.token ?? undefined)
      : undefined;
  }

  #perform(effect: AuthEffect): void {
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
  }
}

/** Token authentication, for a client that is still to be made. */
export interface TokenAuth {
  /** Checked; the client reads the key in them, and whether tokens can be renewed. */
  readonly options: AuthOptions;
  readonly start: (dependencies: AuthDependencies) => Authorizer;
}
