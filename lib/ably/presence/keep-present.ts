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
import { attended, keep, type Place } from './commands.js';
import { leased } from '../channel/lease.js';

/** How it stands with a member that is held. */
export type Standing = 'entering' | 'present' | 'lost';

/** Who is held present. */
export interface HoldOptions {
  /** RTP14: somebody else than this client. */
  readonly clientId?: string;
}

/** A member that is present for as long as somebody subscribes. */
export const held = (
  data$: Observable<unknown>,
  { clientId }: HoldOptions,
  place: Place,
): Observable<Standing> =>
  defer(() => {
    const hold = new Hold(clientId, place);
    return data$.pipe(
      tap((data) => {
        hold.says(data);
      }),
      connect((values$) => hold.standings(values$), { connector: () => new ReplaySubject(1) }),
      distinctUntilChanged(),
      takeUntil(hold.lease$),
      finalize(() => {
        hold.end();
      }),
    );
  });

/** One subscription that holds a member. */
class Hold {
  readonly #clientId: string | undefined;
  readonly #place: Place;
  /** Requests that are under way. */
  #asking = 0;
  #wasPresent = false;
  /** What the server has acknowledged last, */
  #data: unknown = undefined;
  /** and as what. */
  #id: string | undefined = undefined;

  constructor(clientId: string | undefined, place: Place) {
    this.#clientId = clientId;
    this.#place = place;
    const { holds } = place.cell.attendance;
    holds.set(clientId, (holds.get(clientId) ?? 0) + 1);
  }

  /** Emits when the client is disposed of; errors when the channel fails. Holds the channel. */
  get lease$(): Observable<unknown> {
    const { cell, channels } = this.#place;
    return leased<never>(cell, channels, (subscriber) => {
      cell.attendance.joinEnd(subscriber);
    }).pipe(endWith(undefined));
  }

  /** Data to be told, in the place of whatever was said before of the same member. */
  says(data: unknown): void {
    this.#place.cell.attendance.lastSaid.set(this.#clientId, data);
  }

  /** How it stands, with the latest of `values$` as its data. */
  standings(values$: Observable<unknown>): Observable<Standing> {
    const standing$ = this.#isLive().pipe(
      switchMap((isLive): Observable<Standing> => {
        if (!isLive) return of(this.#wasPresent ? 'lost' : 'entering');
        return values$.pipe(
          switchMap(() => this.#tell(this.#place.cell.attendance.lastSaid.get(this.#clientId))),
        );
      }),
    );
    return merge(values$.pipe(ignoreElements()), standing$);
  }

  /**
   * Takes the member out, unless somebody else holds it. Where the server cannot be told now, it is when the channel is
   * attached again on the same connection; on another one, it has noticed by itself.
   */
  end(): void {
    const { cell, channels, services } = this.#place;
    const { holds, lastSaid, own, owed } = cell.attendance;
    const others = (holds.get(this.#clientId) ?? 1) - 1;
    if (others > 0) holds.set(this.#clientId, others);
    else {
      holds.delete(this.#clientId);
      lastSaid.delete(this.#clientId);
    }
    if (this.#holders > 0 || channels.isOver(cell)) return;
    const member = this.#member;
    const isThere = this.#asking > 0 || member !== undefined;
    const identity = this.#identity;
    const connectionId = member?.connectionId ?? services.self().connectionId;
    if (isThere && (cell.state.name === 'attached' || cell.state.name === 'attaching'))
      void attended({ action: 'leave', clientId: this.#clientId }, this.#place, (error) => {
        if (error) owed.set(identity, connectionId);
      });
    own.leave(identity);
    keep(cell, channels);
  }

  get #identity(): string {
    return this.#clientId ?? this.#place.services.self().clientId ?? '';
  }

  get #holders(): number {
    const { cell, services } = this.#place;
    return cell.attendance.holdersOf(this.#identity, services.self().clientId);
  }

  get #member(): OwnMember | undefined {
    return this.#place.cell.attendance.own.get(this.#identity);
  }

  /** Whether the server can be told, at once and then after each ATTACHED and each loss. */
  #isLive(): Observable<boolean> {
    const { cell, channels } = this.#place;
    const isAttached$ = merge(
      channels.answersOf(cell).pipe(
        filter((refusal) => refusal === undefined),
        map(() => cell.state.name === 'attached'),
      ),
      channels.changesOf(cell).pipe(
        filter(({ previous, current }) => current !== 'attached' || previous === 'detaching'), // RTL5f
        map(({ current }) => current === 'attached'),
      ),
    ).pipe(startWith(cell.state.name === 'attached'));
    return combineLatest([isAttached$, channels.isUp$]).pipe(map(([isAttached, isUp]) => isAttached && isUp));
  }

  #tell(data: unknown): Observable<Standing> {
    const { isIn, id } = this.#known(data);
    if (isIn && this.#data === data && this.#asking === 0) return of('present');
    const told$ = new Observable<Standing>((subscriber) => {
      this.#asking += 1;
      const presence = { action: isIn ? 'update' : 'enter', id, clientId: this.#clientId, data } as const;
      void attended(presence, this.#place, (error) => {
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
    return isIn ? told$ : concat(of<Standing>('entering'), told$);
  }

  /** Whether the server knows the member; if it may have forgotten it, the id that it had with these data (RTP17g1). */
  #known(data: unknown): { readonly isIn: boolean; readonly id?: string | undefined } {
    const member = this.#member;
    const isHere = member && member.connectionId === this.#place.services.self().connectionId;
    if (!isHere || !this.#wasPresent) return { isIn: false };
    if (!member.isLapsed) return { isIn: true };
    const isOurs = data === this.#data && member.id === this.#id && this.#holders === 1;
    return { isIn: false, id: isOurs ? member.id : undefined };
  }
}
