import type { Outcome, Request } from '../calls/call.js';
import { RelayError } from '../relay-error.js';
import { Batches, type Told } from './batches.js';
import type { Cell } from './record.js';
import { subscribeRequest, subscriptionIn, unsubscribed, unsubscribeRequest } from './requests.js';
import type { TopicEffect, TopicEvent } from './state.js';

/** What asking the relay takes. */
export interface AskingSettings {
  readonly random: () => number;
  /** Milliseconds that the relay may take for an answer. */
  readonly requestTimeout: number;
  /** How many topics one request may be for. */
  readonly batchSize: number;
  /** How many requests of a kind may be under way at once. */
  readonly concurrency: number;
  readonly ask: (request: Request, settle: (outcome: Outcome) => void) => void;
  readonly report: (error: RelayError) => void;
}

/** What topics ask of the relay, in batches, and what its answers mean to each of them. */
export class Asking {
  readonly #batches: Readonly<Record<TopicEffect, Batches<Cell>>>;
  readonly #settings: AskingSettings;
  readonly #tell: (cell: Cell, event: TopicEvent) => void;

  constructor(settings: AskingSettings, tell: (cell: Cell, event: TopicEvent) => void) {
    const { ask, batchSize: most, concurrency, requestTimeout } = settings;
    this.#settings = settings;
    this.#tell = tell;
    this.#batches = {
      subscribe: new Batches({
        ...{ ask, most, concurrency },
        isDue: ({ state }) => state.name === 'pending' && state.asking,
        requestFor: (cells) => subscribeRequest(cells, requestTimeout),
        told: (cell, told) => {
          this.#subscribed(cell, told);
        },
        late: (cell, result) => {
          const found = subscriptionIn({ result });
          if (found.type === 'confirmed') tell(cell, found);
        },
      }),
      unsubscribe: new Batches({
        ...{ ask, most, concurrency },
        isDue: ({ state }) => state.name === 'leaving' && state.asking,
        requestFor: (cells) => unsubscribeRequest(cells, requestTimeout),
        told: (cell, told) => {
          tell(
            cell,
            unsubscribed(told) ? { type: 'unsubscribed' } : { type: 'unanswered', chance: settings.random() },
          );
        },
      }),
    };
  }

  /** Has it asked for. */
  begin(effect: TopicEffect, cell: Cell): void {
    this.#batches[effect].add(cell);
  }

  /** Forgets what waits; what is asked for meanwhile goes out together. */
  anew(asking: () => void): void {
    const { subscribe, unsubscribe } = this.#batches;
    for (const batches of [subscribe, unsubscribe]) batches.clear();
    unsubscribe.hold(() => {
      subscribe.hold(asking);
    });
  }

  #subscribed(cell: Cell, told: Told): void {
    const found = subscriptionIn(told);
    if (found.type === 'confirmed') {
      this.#tell(cell, found);
      return;
    }
    const { report, random } = this.#settings;
    if (found.error) report(found.type === 'refused' ? refusedOf(cell.topic, found.error) : found.error);
    const chance = random();
    this.#tell(cell, found.type === 'refused' ? { ...found, chance } : { type: 'unanswered', chance });
  }
}

const refusedOf = (topic: string, { code, tag, message }: RelayError): RelayError =>
  new RelayError(
    `The relay refused the subscription of topic "${topic}": ${message} channel(topic).state$ tells whether it is asked again.`,
    { code, tag },
  );
