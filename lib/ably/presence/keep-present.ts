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
import { withLease } from '../channel/lease.js';

/** How it stands with a member that is held. */
export type PresenceStatus = 'entering' | 'present' | 'lost';

/** The member that is held present. */
export interface HoldOptions {
  /** RTP14: another member than this client. */
  readonly clientId?: string;
}

/** A member that is present for as long as somebody subscribes. */
export const keepPresent = (
  data$: Observable<unknown>,
  { clientId }: HoldOptions,
  context: PresenceContext,
): Observable<PresenceStatus> =>
  defer(() => {
    const hold = new Keeper(clientId, context);
    return data$.pipe(
      tap((data) => {
        hold.setData(data);
      }),
      connect((values$) => hold.statuses(values$), { connector: () => new ReplaySubject(1) }),
      distinctUntilChanged(),
      takeUntil(hold.lease$),
      finalize(() => {
        hold.end();
      }),
    );
  });

/** One subscription that holds a member. */
class Keeper {
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
    const { holds } = context.state;
    holds.set(clientId, (holds.get(clientId) ?? 0) + 1);
  }

  /** Emits when the client is disposed of; errors when the channel fails. Holds the channel. */
  get lease$(): Observable<unknown> {
    const { record, state } = this.#context;
    return withLease<never>(record, (subscriber) => {
      state.joinEnd(subscriber);
    }).pipe(endWith(undefined));
  }

  /** Data to be told, in the place of whatever was said before of the same member. */
  setData(data: unknown): void {
    this.#context.state.latestData.set(this.#clientId, data);
  }

  /** How it stands, with the latest of `values$` as its data. */
  statuses(values$: Observable<unknown>): Observable<PresenceStatus> {
    const standing$ = this.#isLive().pipe(
      switchMap((isLive): Observable<PresenceStatus> => {
        if (!isLive) return of(this.#wasPresent ? 'lost' : 'entering');
        return values$.pipe(switchMap(() => this.#tell(this.#context.state.latestData.get(this.#clientId))));
      }),
    );
    return merge(values$.pipe(ignoreElements()), standing$);
  }

  /**
   * Takes the member out, unless somebody else holds it. Where the server cannot be told now, it is when the channel is
   * attached again on the same connection; on another one, it has noticed by itself.
   */
  end(): void {
    const { record, state } = this.#context;
    const { client } = record.host;
    const { holds, latestData, own, pendingLeaves } = state;
    const others = (holds.get(this.#clientId) ?? 1) - 1;
    if (others > 0) holds.set(this.#clientId, others);
    else {
      holds.delete(this.#clientId);
      latestData.delete(this.#clientId);
    }
    if (this.#holders > 0 || record.host.isOver(record)) return;
    const member = this.#member;
    const isThere = this.#asking > 0 || member !== undefined;
    const identity = this.#identity;
    const connectionId = member?.connectionId ?? client.self().connectionId;
    if (isThere && (record.state.name === 'attached' || record.state.name === 'attaching'))
      void sendPresence({ action: 'leave', clientId: this.#clientId }, this.#context, (error) => {
        if (error) pendingLeaves.set(identity, connectionId);
      });
    own.leave(identity);
    updateLease(this.#context);
  }

  get #identity(): string {
    return this.#clientId ?? this.#context.record.host.client.self().clientId ?? '';
  }

  get #holders(): number {
    const { record, state } = this.#context;
    return state.holdersOf(this.#identity, record.host.client.self().clientId);
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

  #tell(data: unknown): Observable<PresenceStatus> {
    const { isIn, id } = this.#known(data);
    if (isIn && this.#data === data && this.#asking === 0) return of('present');
    const told$ = new Observable<PresenceStatus>((subscriber) => {
      this.#asking += 1;
      const presence = { action: isIn ? 'update' : 'enter', id, clientId: this.#clientId, data } as const;
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
    return isIn ? told$ : concat(of<PresenceStatus>('entering'), told$);
  }

  /** Whether the server knows the member; if it may have forgotten it, the id that it had with these data (RTP17g1). */
  #known(data: unknown): { readonly isIn: boolean; readonly id?: string | undefined } {
    const member = this.#member;
    const isHere = member && member.connectionId === this.#context.record.host.client.self().connectionId;
    if (!isHere || !this.#wasPresent) return { isIn: false };
    if (!member.isLapsed) return { isIn: true };
    const isOurs = data === this.#data && member.id === this.#id && this.#holders === 1;
    return { isIn: false, id: isOurs ? member.id : undefined };
  }
}
