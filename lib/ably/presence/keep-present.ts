import {
  combineLatest,
  concat,
  connect,
  defer,
  distinctUntilChanged,
  endWith,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  Observable,
  of,
  ReplaySubject,
  startWith,
  switchMap,
  takeUntil,
  tap,
} from 'rxjs';
import type { OwnMember } from './own-members.js';
import { type PresenceContext, sendPresence, updateLease } from './commands.js';
import type { PresenceKeeper, Said } from './presence-state.js';
import { resting, withLease } from '../channel/lease.js';

/** How it stands with a member that is held: on its way, with the server, or lost until the channel is attached again. */
export type PresenceStatus = 'entering' | 'present' | 'lost';

/** The member that is held present. */
export interface HoldOptions {
  /** RTP14: another member than this client, which is the default. */
  readonly clientId?: string;
}

/** A member that is present for as long as somebody subscribes. */
export const keepPresent = (
  data$: Observable<unknown>,
  { clientId }: HoldOptions,
  context: PresenceContext,
): Observable<PresenceStatus> =>
  defer(() => {
    const keeper = new Keeper(clientId, context);
    return data$.pipe(
      tap((data) => {
        keeper.said = context.state.say(data);
      }),
      connect((values$) => keeper.statuses(values$), { connector: () => new ReplaySubject(1) }),
      distinctUntilChanged(),
      takeUntil(keeper.lease$),
      finalize(() => {
        keeper.end();
      }),
    );
  });

/** One subscription that holds a member. */
class Keeper implements PresenceKeeper {
  said: Said | undefined = undefined;
  readonly #clientId: string | undefined;
  readonly #context: PresenceContext;
  /** Requests that are under way. */
  #asking = 0;
  #wasPresent = false;
  /** Data of the last acknowledged ENTER or UPDATE. */
  #data: unknown = undefined;
  /** Id of that member (RTP17g1). */
  #id: string | undefined = undefined;

  constructor(clientId: string | undefined, context: PresenceContext) {
    this.#clientId = clientId;
    this.#context = context;
    context.state.addKeeper(clientId, this);
  }

  /** Emits when the client is disposed of; errors when the channel fails. Holds the channel. */
  get lease$(): Observable<unknown> {
    const { record, state } = this.#context;
    return withLease<never>(record, (subscriber) => {
      state.joinEnd(subscriber);
    }).pipe(endWith(undefined));
  }

  /** How it stands; the data are those that were said last, by whichever hold of the member. */
  statuses(values$: Observable<unknown>): Observable<PresenceStatus> {
    const standing$ = this.#isLive().pipe(
      switchMap((isLive): Observable<PresenceStatus> => {
        if (!isLive) return of(this.#wasPresent ? 'lost' : 'entering');
        const tell$ = defer(() => this.#tell(this.#keepers.at(-1)?.said));
        return values$.pipe(switchMap(() => this.#rested(tell$)));
      }),
    );
    return merge(values$.pipe(ignoreElements()), standing$);
  }

  /**
   * Takes the member out, unless somebody else holds it: then it gets back what that one said. Where the server cannot be
   * told now, it is when the channel is attached again on the same connection; on another one, it has noticed by itself.
   */
  end(): void {
    const { record, state } = this.#context;
    const { client } = record.host;
    state.removeKeeper(this.#clientId, this);
    if (record.host.isOver(record)) return;
    const member = this.#member;
    const identity = this.#identity;
    const isThere = member !== undefined || state.requestsOf(identity, client.self().clientId).length > 0;
    const latest = this.#keepers.at(-1);
    if (latest) {
      const { said } = latest;
      const isStale = isThere && said && this.said && said.at < this.said.at && said.data !== this.said.data;
      if (isStale && record.state.name === 'attached' && record.host.isUp)
        void sendPresence({ action: 'update', clientId: this.#clientId, ...said }, this.#context);
      return;
    }
    const connectionId = member?.connectionId ?? client.self().connectionId;
    const owe = (): void => {
      if (record.state.name !== 'detached' && record.state.name !== 'failed')
        state.pendingLeaves.set(identity, connectionId);
    };
    if (isThere && (record.state.name === 'attached' || record.state.name === 'attaching'))
      void sendPresence({ action: 'leave', clientId: this.#clientId }, this.#context, (error) => {
        if (error) owe();
      });
    else if (isThere) owe();
    state.own.leave(identity);
    updateLease(this.#context);
  }

  get #identity(): string {
    return this.#clientId ?? this.#context.record.host.client.self().clientId ?? '';
  }

  /** All holds of the member; the one that was told last comes last. */
  get #keepers(): readonly PresenceKeeper[] {
    const { record, state } = this.#context;
    return state.keepersOf(this.#clientId, record.host.client.self().clientId);
  }

  get #member(): OwnMember | undefined {
    return this.#context.state.own.get(this.#identity);
  }

  /** Whether the server can be told, at once and then after each ATTACHED and each loss. */
  #isLive(): Observable<boolean> {
    const { record } = this.#context;
    const { host } = record;
    const isAttached$ = merge(
      host.confirmationsOf(record).pipe(
        filter((refusal) => refusal === undefined),
        map(() => record.state.name === 'attached'),
      ),
      host.changesOf(record).pipe(
        filter(({ previous, current }) => current !== 'attached' || previous === 'detaching'), // RTL5f
        map(({ current }) => current === 'attached'),
      ),
    ).pipe(startWith(record.state.name === 'attached'));
    const isUp$ = host.linkTold$.pipe(
      startWith(undefined),
      map(() => host.isUp),
    );
    return combineLatest([isAttached$, isUp$]).pipe(map(([isAttached, isUp]) => isAttached && isUp));
  }

  /** Waits after refusals in a row: a hold that is retried would ask at once again. */
  #rested(tell$: Observable<PresenceStatus>): Observable<PresenceStatus> {
    const { record } = this.#context;
    const rested$ = resting(record, `hold ${record.name} ${this.#identity}`, tell$);
    return this.#wasPresent ? rested$ : concat(of<PresenceStatus>('entering'), rested$);
  }

  #tell({ data, extras }: Partial<Said> = {}): Observable<PresenceStatus> {
    const { isIn, id } = this.#known(data);
    const isTold = this.#data === data && this.#id === this.#member?.id;
    if (isIn && isTold && this.#asking === 0) return of('present');
    const status$ = new Observable<PresenceStatus>((subscriber) => {
      this.#asking += 1;
      const presence = {
        action: isIn ? 'update' : 'enter',
        id,
        clientId: this.#clientId,
        data,
        extras,
      } as const;
      void sendPresence(presence, this.#context, (error) => {
        this.#asking -= 1;
        if (error) {
          subscriber.error(error);
          return;
        }
        this.#data = data;
        this.#id = this.#member?.id;
        this.#wasPresent = true;
        subscriber.next('present');
      });
    });
    return isIn ? status$ : concat(of<PresenceStatus>('entering'), status$);
  }

  /** Whether the server knows the member; if it may have forgotten it, the id that it had with these data (RTP17g1). */
  #known(data: unknown): { readonly isIn: boolean; readonly id?: string | undefined } {
    const member = this.#member;
    const isHere = member && member.connectionId === this.#context.record.host.client.self().connectionId;
    if (!isHere || !this.#wasPresent) return { isIn: false };
    if (!member.isLapsed) return { isIn: true };
    const isOurs = data === this.#data && member.id === this.#id && this.#keepers.length === 1;
    return { isIn: false, id: isOurs ? member.id : undefined };
  }
}
