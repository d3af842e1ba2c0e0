import {
  catchError,
  defer,
  EMPTY,
  exhaustMap,
  filter,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  type SchedulerLike,
  share,
  skipWhile,
  Subject,
  switchMap,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';
import type { Command, ConnectionState } from '../../connection/state.js';
import { during } from '../../rx/during.js';
import { maxTimer } from '../../base/deadline.js';
import { SerialQueue } from '../../rx/serial-queue.js';
import type { TokenDetails } from './token.js';
import { authenticationFailed, isForGood } from './errors.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import type { TokenRequestOptions } from './request-token.js';
import type { ServerClock } from './server-clock.js';
import type { Tokens } from './tokens.js';

type State = ConnectionState;

/** As much of the connection as has to do with whom it belongs to. */
export interface ConnectionPort {
  readonly state: Observable<State> & { readonly value: State };
  readonly command: (command: Command) => void;
  readonly send: (frame: ProtocolMessage) => void;
  /** Takes errors that nobody may be waiting for. */
  readonly report: (error: ErrorInfo) => void;
  /** Milliseconds that the server may take to answer an AUTH. */
  readonly requestTimeout: number;
  readonly scheduler: SchedulerLike;
}

/** A token is asked for this long before the old one is over (milliseconds), or in the last tenth of a short life. */
const lead = 30_000;

/** RTC8: new tokens, and how the connection at hand comes to use them. */
export class Authorizations {
  /** RTC8a, RTN22: a new token as it was last wished for; one at a time, however many ask for it. */
  readonly renewed$: Observable<TokenDetails> = defer(() => this.#renewal$);
  /** Does the work; subscribed to once. Never emits, never ends. */
  readonly run$: Observable<never> = defer(() =>
    merge(
      this.#turns.run$,
      this.#tokens.run$,
      merge(this.#asked, this.#expiring$()).pipe(
        exhaustMap(() => this.renewed$.pipe(catchError(() => EMPTY))), // who must know has been told
        ignoreElements(),
      ),
    ),
  );

  readonly #tokens: Tokens;
  readonly #clock: ServerClock;
  readonly #bearer: ConnectionPort;
  readonly #turns = new SerialQueue();
  readonly #asked = new Subject<void>();
  readonly #closed = new Subject<void>();
  #renewal$ = this.#renewal();
  /** How often the connection was closed: whoever asked before that does not connect it again. */
  #closings = 0;

  constructor(tokens: Tokens, clock: ServerClock, bearer: ConnectionPort) {
    this.#tokens = tokens;
    this.#clock = clock;
    this.#bearer = bearer;
  }

  /** A renewal under way is for those who wait for it already. */
  supersede(): void {
    this.#renewal$ = this.#renewal();
  }

  /** The connection is to be closed: what is under way is given up. */
  close(): void {
    this.#closings += 1;
    this.#closed.next();
  }

  /** RTN22: the server has asked for another token. */
  asked(): void {
    this.#asked.next();
  }

  /**
   * A new token, as wished for: emits it once the server has accepted it (RTC8a3, RTC8b1), in the turn of those that were
   * asked for earlier. Errors when none can be had, or the connection comes to an end, or is suspended.
   */
  authorized(wish: TokenRequestOptions | undefined): Observable<TokenDetails> {
    const { state } = this.#bearer;
    return defer(() => this.#turns.enqueue(this.#presented(wish, this.#closings))).pipe(
      switchMap(([token, before]) =>
        merge(state.pipe(skipWhile((now) => now === before)), this.#left$()).pipe(
          filter(isSettled),
          take(1),
          map((outcome) => {
            if (outcome.name === 'connected') return token;
            throw endedBefore(outcome);
          }),
        ),
      ),
    );
  }

  /** Obtains a token and shows it; emits when the server has answered, or, without a connection, one is under way. */
  #presented(wish: TokenRequestOptions | undefined, closings: number): Observable<Presented> {
    const { state, command } = this.#bearer;
    return defer(() => {
      if (closings !== this.#closings) throw endedBefore(state.value);
      let redialled = false; // what is there at once has overtaken it
      const redialled$ = defer(() => {
        redialled = state.value.name === 'connecting';
        if (redialled) command({ type: 'redial' }); // RTC8b
        return EMPTY;
      });
      return merge(this.#obtained(wish), redialled$, this.#left$()).pipe(
        take(1),
        switchMap((token) => this.#shown(token, redialled)),
      );
    });
  }

  #obtained(wish: TokenRequestOptions | undefined): Observable<TokenDetails> {
    const { command, report } = this.#bearer;
    return this.#tokens.authorized(wish).pipe(
      catchError((thrown: unknown) => {
        const error = authenticationFailed(thrown);
        if (error.code !== 40171) command({ type: isForGood(error) ? 'refused' : 'warned', error }); // RSA4c, RSA4d
        report(error);
        return throwError(() => error);
      }),
    );
  }

  /** Errors when the connection is to be closed. */
  #left$(): Observable<never> {
    const { state } = this.#bearer;
    return merge(this.#closed, state.pipe(skipWhile(isLeft), filter(isLeft))).pipe(
      map((): never => {
        throw endedBefore(state.value);
      }),
    );
  }

  /** RTC8a, RTC8c: emits when the server has answered, or when there is no connection that could be asked. */
  #shown(token: TokenDetails, redialled: boolean): Observable<Presented> {
    const { state, command, send, requestTimeout, scheduler } = this.#bearer;
    return defer(() => {
      const before = state.value;
      if (before.name !== 'connected') {
        if (!redialled) command({ type: before.name === 'connecting' ? 'redial' : 'connect' });
        return of([token, before.name === 'connecting' ? undefined : before] as const);
      }
      this.#tokens.shows(token.token);
      send({ action: Action.auth, auth: { accessToken: token.token } });
      const answered$ = state.pipe(
        filter((now) => now.name !== 'connected' || now.session !== before.session),
        tap(({ name }) => {
          if (name === 'failed') this.#tokens.rejected(token.token); // RSA16d
        }),
      );
      const unanswered$ = timer(requestTimeout, scheduler).pipe(
        map((): never => {
          throw unanswered(requestTimeout);
        }),
      );
      return merge(answered$, unanswered$).pipe(
        take(1),
        map(() => [token, undefined] as const),
      );
    });
  }

  #renewal(): Observable<TokenDetails> {
    return defer(() => this.authorized(undefined)).pipe(share());
  }

  /** RSA4b1: emits before a token is over, where that and the server's time are known, or to be asked for. */
  #expiring$(): Observable<unknown> {
    const { state, scheduler } = this.#bearer;
    const inUse = (): TokenDetails | undefined =>
      state.value.name === 'connected' && this.#tokens.renewable
        ? (this.#tokens.token ?? undefined)
        : undefined;
    const isAskable = (): boolean => this.#clock.now !== undefined || this.#tokens.queriesTime;
    return merge(state, this.#tokens.token$).pipe(
      during(inUse, ({ expires }) =>
        expires === undefined || !isAskable()
          ? EMPTY
          : this.#clock.read(true).pipe(
              map((now) => expires - now),
              filter((left) => left > 0),
              switchMap((left) => timer(Math.min(Math.max(left - lead, left * 0.9), maxTimer), scheduler)),
              catchError(() => EMPTY), // then the server asks for another one (RTN22), or hangs up (RTN15h2)
            ),
      ),
    );
  }
}

/** A token that was shown, and the state that it is to lead out of, where there is one. */
type Presented = readonly [token: TokenDetails, before: State | undefined];

type Settled = Extract<State, { name: 'connected' | 'failed' | 'suspended' | 'closing' | 'closed' }>;

/** RTC8b1 */
const isSettled = (state: State): state is Settled =>
  ['connected', 'failed', 'suspended', 'closing', 'closed'].includes(state.name);
const isLeft = ({ name }: State): boolean => name === 'closing' || name === 'closed';

const endedBefore = (state: State): ErrorInfo => {
  const error = 'error' in state ? state.error : 'outage' in state ? state.outage?.error : undefined;
  return error
    ? ErrorInfo.of(error)
    : new ErrorInfo(`The connection was ${state.name} before the server had accepted the token.`, {
        code: 80017,
      });
};

const unanswered = (ms: number): ErrorInfo =>
  new ErrorInfo(`The server did not answer a new token within ${ms} ms. Try it again.`, {
    code: 80014,
    statusCode: 504,
  });
