import type { Outcome, Request } from '../calls/call.js';
import { RelayError } from '../relay-error.js';
import { Batches, type BatchResult } from './batches.js';
import type { TopicRecord } from './record.js';
import { isUnsubscribed, subscribeRequest, subscriptionIn, unsubscribeRequest } from './requests.js';
import type { TopicEvent } from './state.js';

/** The dependencies of requests for topics. */
export interface RequesterSettings {
  readonly random: () => number;
  /** Milliseconds that the relay may take for an answer. */
  readonly requestTimeout: number;
  /** Most topics in one request. */
  readonly batchSize: number;
  /** Most requests of a kind in flight at once. */
  readonly concurrency: number;
  readonly call: (request: Request, settle: (outcome: Outcome) => void) => void;
  readonly report: (error: RelayError) => void;
}

/** Sends the requests of topics in batches, and tells each topic its part of the answer as an event. */
export class Requester {
  readonly subscribe: Batches<TopicRecord>;
  readonly unsubscribe: Batches<TopicRecord>;
  readonly #settings: RequesterSettings;
  readonly #tell: (record: TopicRecord, event: TopicEvent) => void;

  constructor(settings: RequesterSettings, tell: (record: TopicRecord, event: TopicEvent) => void) {
    const { requestTimeout } = settings;
    this.#settings = settings;
    this.#tell = tell;
    this.subscribe = new Batches({
      ...settings,
      isDue: ({ state }) => state.name === 'pending' && state.request === 'sent',
      requestFor: (records) => subscribeRequest(records, requestTimeout),
      onResult: (record, result) => {
        this.#tellSubscribed(record, result);
      },
      onLateResult: (record, result) => {
        const found = subscriptionIn({ result });
        if (found.type === 'confirmed') tell(record, found);
      },
    });
    this.unsubscribe = new Batches({
      ...settings,
      isDue: ({ state }) => state.name === 'leaving' && state.request === 'sent',
      requestFor: (records) => unsubscribeRequest(records, requestTimeout),
      onResult: (record, result) => {
        if (isUnsubscribed(result)) tell(record, { type: 'unsubscribed' });
        else tell(record, { type: 'unanswered', chance: settings.random() });
      },
    });
  }

  /** Drops the requests that wait; sends those that are made meanwhile together. */
  restart(requesting: () => void): void {
    const { subscribe, unsubscribe } = this;
    for (const batches of [subscribe, unsubscribe]) batches.clear();
    unsubscribe.collect(() => {
      subscribe.collect(requesting);
    });
  }

  #tellSubscribed(record: TopicRecord, result: BatchResult): void {
    const found = subscriptionIn(result);
    if (found.type === 'confirmed') {
      this.#tell(record, found);
      return;
    }
    const { report, random } = this.#settings;
    if (found.error) report(found.type === 'refused' ? refusedError(record.topic, found.error) : found.error);
    const chance = random();
    this.#tell(record, found.type === 'refused' ? { ...found, chance } : { type: 'unanswered', chance });
  }
}

const refusedError = (topic: string, { code, data, message }: RelayError): RelayError =>
  new RelayError(
    `The relay refused the subscription of topic "${topic}": ${message} See channel(topic).state$ for further attempts.`,
    { code, data },
  );
