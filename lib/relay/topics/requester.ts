import type { Outcome, Request } from '../calls/call.js';
import { RelayError } from '../relay-error.js';
import { Batches, type BatchResult } from './batches.js';
import type { TopicRecord } from './record.js';
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
  readonly #batches: Readonly<Record<TopicEffect, Batches<TopicRecord>>>;
  readonly #settings: AskingSettings;
  readonly #tell: (record: TopicRecord, event: TopicEvent) => void;

  constructor(settings: AskingSettings, tell: (record: TopicRecord, event: TopicEvent) => void) {
    const { ask, batchSize: most, concurrency, requestTimeout } = settings;
    this.#settings = settings;
    this.#tell = tell;
    this.#batches = {
      subscribe: new Batches({
        ...{ ask, most, concurrency },
        isDue: ({ state }) => state.name === 'pending' && state.asking,
        requestFor: (records) => subscribeRequest(records, requestTimeout),
        told: (record, told) => {
          this.#subscribed(record, told);
        },
        late: (record, result) => {
          const found = subscriptionIn({ result });
          if (found.type === 'confirmed') tell(record, found);
        },
      }),
      unsubscribe: new Batches({
        ...{ ask, most, concurrency },
        isDue: ({ state }) => state.name === 'leaving' && state.asking,
        requestFor: (records) => unsubscribeRequest(records, requestTimeout),
        told: (record, told) => {
          tell(
            record,
            unsubscribed(told) ? { type: 'unsubscribed' } : { type: 'unanswered', chance: settings.random() },
          );
        },
      }),
    };
  }

  /** Has it asked for. */
  begin(effect: TopicEffect, record: TopicRecord): void {
    this.#batches[effect].add(record);
  }

  /** Forgets what waits; what is asked for meanwhile goes out together. */
  anew(asking: () => void): void {
    const { subscribe, unsubscribe } = this.#batches;
    for (const batches of [subscribe, unsubscribe]) batches.clear();
    unsubscribe.hold(() => {
      subscribe.hold(asking);
    });
  }

  #subscribed(record: TopicRecord, told: BatchResult): void {
    const found = subscriptionIn(told);
    if (found.type === 'confirmed') {
      this.#tell(record, found);
      return;
    }
    const { report, random } = this.#settings;
    if (found.error) report(found.type === 'refused' ? refusedOf(record.topic, found.error) : found.error);
    const chance = random();
    this.#tell(record, found.type === 'refused' ? { ...found, chance } : { type: 'unanswered', chance });
  }
}

const refusedOf = (topic: string, { code, tag, message }: RelayError): RelayError =>
  new RelayError(
    `The relay refused the subscription of topic "${topic}": ${message} channel(topic).state$ tells whether it is asked again.`,
    { code, tag },
  );
