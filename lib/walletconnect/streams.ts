import type {
  EngineTypes,
  ISignClient,
  ISignClientEvents,
  SessionTypes,
  SignClientTypes,
} from '@walletconnect/types';
import {
  distinctUntilChanged,
  fromEventPattern,
  map,
  merge,
  type Observable,
  startWith,
  switchMap,
} from 'rxjs';

/** A SignClient, or the `engine.signClient` of a WalletKit. */
type Client = Pick<ISignClient, 'session' | 'approve' | 'reject' | 'respond'> &
  Pick<ISignClientEvents, 'on' | 'off'> & {
    readonly core: {
      readonly [part in 'expirer' | 'history' | 'relayer']: Pick<ISignClient['core'][part], 'on' | 'off'>;
    };
  };
type Arguments = SignClientTypes.EventArguments;
type Reason = EngineTypes.RejectParams['reason'];

/** A proposal of a dApp, with its answers. */
export type SessionProposal = Arguments['session_proposal'] & {
  /** Grants these namespaces; resolves once the relay has accepted the answer. Calling it again, before or after, is no other answer, unless it was rejected. */
  readonly approve: (
    namespaces: SessionTypes.Namespaces,
    more?: Omit<EngineTypes.ApproveParams, 'id' | 'namespaces'>,
  ) => ReturnType<ISignClient['approve']>;
  /** Refuses it; by default as the user's own wish. */
  readonly reject: (reason?: Reason) => Promise<void>;
};

/** A request of a dApp, with its answers. */
export type SessionRequest = Arguments['session_request'] & {
  /** Answers it; resolves once the relay has accepted the answer. Calling it again is no other answer, unless it was rejected. */
  readonly respond: (result: unknown) => Promise<void>;
  /** Refuses it; by default as the user's own wish. */
  readonly reject: (reason?: Reason) => Promise<void>;
};

/** A ping, which the SDK has answered. */
export type SessionPing = Arguments['session_ping'];

const rejectedByUser: Reason = { code: 5000, message: 'User rejected.' };

/** The answer that was given to each event of the SDK, by whichever subscriber. */
const given = new WeakMap<object, readonly [by: string, answer: Promise<unknown>]>();

/** Answers an event once: a second call has the first one's promise, or is an error where it would say something else. */
function answer<R>(event: object, by: string, make: () => Promise<R>): Promise<R> {
  const [before = by, known] = given.get(event) ?? [];
  if (before !== by) return Promise.reject(new Error(`Answered already, by ${before}().`));
  const made = (known ?? make()) as Promise<R>;
  given.set(event, [by, made]);
  made.catch(() => given.delete(event)); // was not sent: may be tried again
  return made;
}

/** A client of the SDK, or a part of one that tells of what the client itself does. */
type Emitter = Record<'on' | 'off', (event: never, listener: (argument: never) => void) => unknown>;

const eventsOf = <E extends string>(
  emitter: Emitter,
  event: E,
): Observable<E extends SignClientTypes.Event ? Arguments[E] : unknown> =>
  fromEventPattern(
    (listener) => emitter.on(event as never, listener),
    (listener) => emitter.off(event as never, listener),
  );

/**
 * Emits the sessions that there are, on subscription and whenever they have changed, be it by a client's own `approve`,
 * `update`, `extend` or `disconnect`. Never completes.
 */
export const session$ = (client: Client): Observable<readonly SessionTypes.Struct[]> => {
  const { expirer, history, relayer } = client.core;
  return merge(
    ...['connect', 'update', 'extend', 'delete', 'expire'].map((name) => eventsOf(client, `session_${name}`)),
    ...['created', 'deleted'].map((what) => eventsOf(expirer, `expirer_${what}`)), // by the client's own deeds
    eventsOf(relayer, 'relayer_publish'), // by its own update
    eventsOf(history, 'history_deleted'), // the peer has answered
  ).pipe(
    switchMap(() => Promise.resolve()), // the SDK tells of some changes just before it makes them
    startWith(undefined),
    map((): readonly SessionTypes.Struct[] => client.session.getAll()),
    distinctUntilChanged(
      (before, now) => before.length === now.length && now.every((session, at) => session === before[at]),
    ),
  );
};

/** Emits each proposal. Never completes; the SDK refuses proposals that come while nothing is subscribed. */
export const proposals$ = (client: Client): Observable<SessionProposal> =>
  eventsOf(client, 'session_proposal').pipe(
    map((proposal) => ({
      ...proposal,
      approve: (namespaces, more) =>
        answer(proposal, 'approve', () => client.approve({ ...more, id: proposal.id, namespaces })),
      reject: (reason = rejectedByUser) =>
        answer(proposal, 'reject', () => client.reject({ id: proposal.id, reason })),
    })),
  );

/** Emits each request of a session. Never completes; the SDK gives the next one when the last is answered. */
export const requests$ = (client: Client): Observable<SessionRequest> =>
  eventsOf(client, 'session_request').pipe(
    map((request) => {
      const { id, topic } = request;
      const response = { id, jsonrpc: '2.0' } as const;
      return {
        ...request,
        respond: (result) =>
          answer(request, 'respond', () => client.respond({ topic, response: { ...response, result } })),
        reject: (error = rejectedByUser) =>
          answer(request, 'reject', () => client.respond({ topic, response: { ...response, error } })),
      };
    }),
  );

/** Emits each ping of a session. Never completes. */
export const pings$ = (client: Client): Observable<SessionPing> => eventsOf(client, 'session_ping');
