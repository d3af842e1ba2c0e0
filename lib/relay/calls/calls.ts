import { defer, ignoreElements, map, merge, type Observable, type SchedulerLike, Subject, tap } from 'rxjs';
import { steady } from '../../rx/clock.js';
import { deadlines, type StateChange } from '../../rx/deadlines.js';
import { serialize } from '../../rx/serialize.js';
import { type IdFormat, requestText } from '../json-rpc/requests.js';
import { Code, isPermanent, RelayError, type WireError } from '../relay-error.js';
import type { Call, OnLateAnswer, Outcome, Request, Settle } from './call.js';
import { reduceCall } from './reduce.js';
import type { CallEffect, CallEvent, CallState, Link } from './state.js';

/** What calls need of everything below them. */
export interface CallsSettings {
  readonly send: (text: string) => void;
  readonly nextId: () => string;
  readonly idFormat: IdFormat;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

type Addressed = readonly [call: Call, event: CallEvent];

interface CallMove extends StateChange<CallState> {
  readonly machine: Call;
  readonly effects: readonly CallEffect[];
}

const waitOf = (state: CallState) => ('wait' in state ? state.wait : undefined);
const deadlineOf = (state: CallState) => ('deadline' in state ? state.deadline : undefined);

/** Every request that is not settled, each a machine of its own, all in one stream; found by the id of its answer. */
export class Calls {
  readonly #pending = new Map<string, Call>();
  /** Of calls that were given up, by id, until the connection ends on which they may be answered. */
  readonly #late = new Map<string, OnLateAnswer>();
  readonly #event = new Subject<Addressed>();
  readonly #settings: CallsSettings;
  readonly #now: () => number;
  #link: Link = { up: false, closed: false, refused: false, error: undefined };

  constructor(settings: CallsSettings) {
    this.#settings = settings;
    this.#now = steady(settings.scheduler);
  }

  /** Subscribing runs the machines; emits nothing. */
  readonly run$: Observable<never> = defer(() => {
    const moved = new Subject<CallMove>();
    return merge(this.#event, this.#waits(moved)).pipe(
      serialize(),
      map(([call, event]): CallMove => {
        const before = call.state;
        const [state, effects] = reduceCall(before, event);
        call.state = state;
        return { machine: call, before, state, effects };
      }),
      tap((move) => {
        if (move.before !== move.state) moved.next(move);
        for (const effect of move.effects) this.#perform(effect, move.machine);
      }),
      ignoreElements(),
    );
  });

  /** How many are not settled. */
  get size(): number {
    return this.#pending.size;
  }

  /** Asks; `settle` hears what came of it, once. */
  begin({ method, params, policy, late }: Request, settle: Settle): Call {
    const { nextId, idFormat } = this.#settings;
    const id = nextId();
    const text = requestText(id, method, params, idFormat);
    const call: Call = { id, text, startedAt: this.#now(), state: { name: 'new', policy }, settle, late };
    this.#pending.set(id, call);
    this.#event.next([call, { type: 'begun', link: this.#link }]);
    return call;
  }

  /** Gives a call up, unless the relay may have done it already. */
  withdraw(call: Call): void {
    this.#event.next([call, { type: 'withdrawn' }]);
  }

  /** An answer; one that nobody waits for is ignored, and `false` is a refusal in the relay's every method. */
  answered(id: string, result: unknown): void {
    const call = this.#pending.get(id);
    if (result === false) this.refused(id, { code: Code.handler, message: 'It answered false' });
    else if (call) this.#event.next([call, { type: 'answered', result }]);
    else {
      const late = this.#late.get(id);
      this.#late.delete(id);
      late?.(result);
    }
  }

  /** A refusal; whether anybody waited for it. */
  refused(id: string, wire: WireError): boolean {
    const call = this.#pending.get(id);
    if (!call) return false;
    const error = RelayError.from(wire);
    const chance = this.#settings.random();
    this.#event.next([call, { type: 'refused', error, permanent: isPermanent(error), chance }]);
    return true;
  }

  /** Whether there is a connection; on a new one, everything under way goes out again at once. */
  linkChanged(link: Link): void {
    this.#link = link;
    this.#late.clear();
    this.#tellAll(link.up ? { type: 'link up' } : { type: 'link down', link });
  }

  /** Nothing has a future. */
  close(error: Error): void {
    this.#tellAll({ type: 'closed', error });
  }

  #tellAll(event: CallEvent): void {
    for (const call of [...this.#pending.values()]) this.#event.next([call, event]);
  }

  #waits(move$: Observable<CallMove>): Observable<Addressed> {
    const { scheduler, random } = this.#settings;
    const due$ = move$.pipe(
      deadlines(waitOf, scheduler),
      map(({ machine }): Addressed => [machine, { type: 'due', link: this.#link, chance: random() }]),
    );
    const expired$ = move$.pipe(
      deadlines(deadlineOf, scheduler),
      map(({ machine }): Addressed => [machine, { type: 'expired' }]),
    );
    return merge(due$, expired$);
  }

  #perform(effect: CallEffect, call: Call): void {
    if (effect.type === 'send') {
      this.#settings.send(call.text);
      return;
    }
    this.#forget(call);
    if (call.late && effect.type !== 'resolve') this.#late.set(call.id, call.late);
    call.settle(this.#outcomeOf(effect, call), call);
  }

  #outcomeOf(effect: Exclude<CallEffect, { type: 'send' }>, { startedAt }: Call): Outcome {
    if (effect.type === 'resolve') return { type: 'answered', result: effect.result };
    if (effect.type === 'withdraw') return { type: 'withdrawn' };
    const { trouble, attempts, uncertain } = effect;
    const elapsed = this.#now() - startedAt;
    return { type: 'failed', failure: { ...trouble, attempts, uncertain, elapsed } };
  }

  #forget(call: Call): void {
    this.#pending.delete(call.id);
    call.text = '';
  }
}
