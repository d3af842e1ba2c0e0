import {
  defer,
  ignoreElements,
  type Observable,
  type OperatorFunction,
  type SchedulerLike,
  Subject,
} from 'rxjs';
import { byteLengthOf } from '../../codec/codec.js';
import { leastFrameLimit } from '../../connection/protocol.js';
import { steady } from '../../rx/clock.js';
import { deadlines } from '../../rx/deadlines.js';
import { type MachineEvent, machines, type Transition } from '../../rx/machines.js';
import { type IdFormat, requestText } from '../json-rpc/requests.js';
import { type Link, noLink } from '../link.js';
import { Code, isPermanent, RelayError } from '../relay-error.js';
import type { Call, OnLateAnswer, Outcome, Request, Settle } from './call.js';
import { once, type Probe } from './policy.js';
import { reduceCall } from './reduce.js';
import type { CallEffect, CallEvent, CallState } from './state.js';

/** The dependencies of calls. */
export interface CallsSettings {
  readonly send: (text: string) => void;
  readonly nextId: () => string;
  readonly idFormat: IdFormat;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  /** When the relay last gave a sign of life, on the scheduler's clock. */
  readonly heardAt: () => number;
  readonly probe: () => Probe;
  readonly probeTimeout: number;
  /** Called when the relay has been silent for so many ms, and has not answered a probe. */
  readonly silent: (after: number) => void;
}

type CallTransition = Transition<Call, CallEvent, CallEffect>;

const waitOf = (state: CallState) => ('wait' in state ? state.wait : undefined);
const deadlineOf = (state: CallState) => ('deadline' in state ? state.deadline : undefined);

/** Every request that is not settled, each a machine of its own, all in one stream; found by the id of its answer. */
export class Calls {
  readonly #pending = new Map<string, Call>();
  /** Of calls that were given up, by id, until the connection ends on which they may be answered. */
  readonly #late = new Map<string, OnLateAnswer>();
  readonly #event = new Subject<MachineEvent<Call, CallEvent>>();
  readonly #settings: CallsSettings;
  readonly #now: () => number;
  #link = noLink;
  /** Why no call can be made any more. */
  #over: Error | undefined = undefined;
  /** Bytes of the largest request that was given up, and may still reach the relay on this connection. */
  #abandoned = 0;
  /** True while a probe is in flight. */
  #asking = false;

  constructor(settings: CallsSettings) {
    this.#settings = settings;
    this.#now = steady(settings.scheduler);
  }

  /** Runs the machines while subscribed; emits nothing. */
  readonly run$: Observable<never> = defer(() =>
    this.#event.pipe(
      machines<Call, CallEvent, CallEffect>({
        reduce: (state, event) => reduceCall(state, event, this.#link),
        timers: this.#timers(),
        perform: ({ machine, effects }) => {
          for (const effect of effects) this.#perform(effect, machine);
        },
      }),
      ignoreElements(),
    ),
  );

  /** The number of calls that are not settled. */
  get size(): number {
    return this.#pending.size;
  }

  /** Begins a request; calls `settle` once with its outcome. */
  begin({ method, params, policy, onLateAnswer }: Request, settle: Settle): Call {
    const { nextId, idFormat } = this.#settings;
    const id = nextId();
    const text = requestText(id, method, params, idFormat);
    const call: Call = {
      id,
      text,
      startedAt: this.#now(),
      sentAt: 0,
      state: { name: 'new', policy },
      settle,
      onLateAnswer,
    };
    this.#pending.set(id, call);
    this.#event.next([call, { type: 'begun' }]);
    if (this.#over) this.#rejectAll(this.#over);
    return call;
  }

  /** Gives a call up, unless the relay may have done it already. */
  withdraw(call: Call): void {
    this.#event.next([call, { type: 'withdrawn' }]);
  }

  /** Takes an answer. Ignores one that no call waits for; `false` is a refusal in every method of the relay. */
  answered(id: string, result: unknown): void {
    const call = this.#pending.get(id);
    if (result === false) this.refused(id, { code: Code.handler, message: 'The relay answered false.' });
    else if (call) this.#event.next([call, { type: 'answered', result }]);
    else {
      const onLateAnswer = this.#late.get(id);
      this.#late.delete(id);
      onLateAnswer?.(result);
    }
  }

  /** Takes a refusal; returns whether a call waited for it. */
  refused(id: string, wire: unknown): boolean {
    const call = this.#pending.get(id);
    if (!call) return false;
    const error = RelayError.from(wire);
    const chance = this.#settings.random();
    const [permanent, failed] = [isPermanent(error), error.code === Code.internal];
    this.#event.next([call, { type: 'refused', error, permanent, failed, chance }]);
    return true;
  }

  /** Takes another link; on a new connection every call in flight is sent again. */
  linkChanged(link: Link): void {
    const isTooLarge = this.#link.name === 'up' && link.error?.code === Code.frameTooLarge;
    this.#link = link;
    this.#late.clear();
    if (isTooLarge) this.#refuseLargest();
    this.#abandoned = 0;
    const { random } = this.#settings;
    this.#tellAll(() => (link.name === 'up' ? { type: 'link up' } : { type: 'link down', chance: random() }));
  }

  /** Rejects every call. */
  close(error: Error): void {
    this.#tellAll(() => ({ type: 'closed', error }));
  }

  /** Rejects every call for good, in this turn, and any that comes: the machines take no further step. */
  dispose(error: Error): void {
    this.#over = error;
    this.close(error);
    this.#rejectAll(error); // of which none is left, unless a call is just being settled
  }

  #rejectAll(error: Error): void {
    for (const call of [...this.#pending.values()])
      for (const event of [{ type: 'begun' }, { type: 'closed', error }] as const) {
        const [state, effects] = reduceCall(call.state, event, this.#link);
        call.state = state;
        for (const effect of effects) if (effect.type === 'reject') this.#perform(effect, call);
      }
  }

  #tellAll(event: () => CallEvent): void {
    for (const call of [...this.#pending.values()]) this.#event.next([call, event()]);
  }

  /** Refuses the largest request of the socket: if any was over the relay's limit, this one was. */
  #refuseLargest(): void {
    let [largest, size]: [Call | undefined, number] = [undefined, Math.max(this.#abandoned, leastFrameLimit)];
    for (const call of this.#pending.values()) {
      const bytes = 'open' in call.state && call.state.open > 0 ? byteLengthOf(call.text) : 0;
      if (bytes > size) [largest, size] = [call, bytes];
    }
    if (largest) this.#event.next([largest, { type: 'outsized', error: outsized(size) }]);
  }

  #timers(): OperatorFunction<CallTransition, MachineEvent<Call, CallEvent>> {
    const { scheduler, random, heardAt } = this.#settings;
    return deadlines<CallState, CallTransition, MachineEvent<Call, CallEvent>>(
      scheduler,
      {
        deadline: waitOf,
        over: ({ machine }) => {
          const silent = heardAt() <= machine.sentAt;
          return [machine, { type: 'due', chance: random(), silent }];
        },
      },
      { deadline: deadlineOf, over: ({ machine }) => [machine, { type: 'expired' }] },
    );
  }

  #perform(effect: CallEffect, call: Call): void {
    if (effect.type === 'send') {
      call.sentAt = this.#settings.scheduler.now();
      this.#settings.send(call.text);
      return;
    }
    if (effect.type === 'ask') {
      this.#ask();
      return;
    }
    this.#pending.delete(call.id);
    if (effect.type === 'reject' && effect.uncertain)
      this.#abandoned = Math.max(this.#abandoned, byteLengthOf(call.text));
    call.text = '';
    if (call.onLateAnswer && effect.type !== 'resolve') this.#late.set(call.id, call.onLateAnswer);
    call.settle(this.#outcomeOf(effect, call), call);
  }

  /** Asks once for all calls that are overdue. A relay that does not answer this either is gone. */
  #ask(): void {
    if (this.#asking) return;
    this.#asking = true;
    const { probe, probeTimeout, heardAt, scheduler, random, silent } = this.#settings;
    this.begin({ ...probe(), policy: once(probeTimeout) }, (outcome, { sentAt }) => {
      this.#asking = false;
      const { reason, cause } = outcome.type === 'failed' ? outcome.failure : {};
      const isUnanswered = reason === 'timeout' && !cause;
      if (isUnanswered && heardAt() <= sentAt) silent(scheduler.now() - heardAt());
      else if (isUnanswered || reason === 'rejected' || outcome.type === 'answered')
        this.#tellAll(() => ({ type: 'heard', chance: random() }));
    });
  }

  #outcomeOf(effect: Exclude<CallEffect, { type: 'send' | 'ask' }>, { startedAt }: Call): Outcome {
    if (effect.type === 'resolve') return { type: 'answered', result: effect.result };
    if (effect.type === 'withdraw') return { type: 'withdrawn' };
    const { failure, attempts, uncertain } = effect;
    const elapsed = this.#now() - startedAt;
    return { type: 'failed', failure: { ...failure, attempts, uncertain, elapsed } };
  }
}

const outsized = (bytes: number): RelayError =>
  new RelayError(
    `The relay takes no frame of ${bytes} bytes, and closes the connection. Send less at a time.`,
    { code: Code.frameTooLarge },
  );
