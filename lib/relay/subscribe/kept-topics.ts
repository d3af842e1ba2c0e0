import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  from,
  ignoreElements,
  map,
  type Observable,
  of,
  startWith,
  Subject,
} from 'rxjs';
import type { Log } from '../../base/log.js';
import { promised, type SeedStorage } from '../auth/seed.js';
import { RelayError } from '../relay-error.js';
import type { Topics } from '../topics/topics.js';
import type { SubscribeLeases } from './subscribe-leases.js';

interface KeptTopicsSettings {
  readonly storage: SeedStorage;
  readonly topics: Topics;
  readonly leases: SubscribeLeases;
  /** Called with errors of the storage. */
  readonly report: (error: RelayError) => void;
  readonly log: Log;
}

/** The name of the topics in their storage. */
export const keptName = 'rx-realtime.relay.topics';
/** Most topics that are kept: the latest ones. */
const most = 1000;

/** Keeps the topics of `subscribe()` until `unsubscribe()` in a storage, and takes their leases in the next process. */
export class KeptTopics {
  readonly #settings: KeptTopicsSettings;
  readonly #changes = new Subject<void>();
  /** Those that were subscribed to or unsubscribed from before the storage answered: what it says of them is old. */
  #touched: Set<string> | undefined = new Set();
  #written: unknown;

  constructor(settings: KeptTopicsSettings) {
    this.#settings = settings;
  }

  /** Restores, then keeps, while subscribed; emits nothing. */
  readonly run$: Observable<never> = defer(() =>
    concat(
      this.#restore(),
      this.#changes.pipe(
        startWith(undefined),
        concatMap(() => this.#write()),
      ),
    ),
  ).pipe(ignoreElements());

  /** Notes that the lease of a topic was confirmed, or has ended. */
  changed(topic: string): void {
    this.#touched?.add(topic);
    this.#changes.next();
  }

  #restore(): Observable<unknown> {
    const { storage, leases } = this.#settings;
    return promised(() => storage.getItem(keptName)).pipe(
      map((text) => {
        this.#written = text;
        return topicsIn(text);
      }),
      catchError((cause: unknown) => {
        this.#fail(
          'The topics that an earlier process was subscribed to cannot be read. Subscribe again.',
          cause,
        );
        return of([]);
      }),
      concatMap((topics) => {
        const left = topics.filter((topic) => !this.#touched?.has(topic));
        this.#touched = undefined;
        return from(left);
      }),
      concatMap((topic) => leases.restore(topic)),
    );
  }

  #write(): Observable<unknown> {
    const { storage, topics } = this.#settings;
    const kept = [...topics.all.values()].filter(({ subscribeLease }) => subscribeLease?.confirmed === true);
    const text = JSON.stringify(kept.slice(-most).map(({ topic }) => topic));
    if (text === (this.#written ?? '[]')) return EMPTY;
    this.#written = text;
    return promised(() => storage.setItem(keptName, text)).pipe(
      catchError((cause: unknown) => {
        this.#fail('The storage takes no topics: the next process will have to subscribe again.', cause);
        return EMPTY;
      }),
    );
  }

  #fail(text: string, cause: unknown): void {
    const error = new RelayError(text, { cause });
    this.#settings.log('warn', { message: text, error }); // it is read while there is no subscriber of errors$ yet
    this.#settings.report(error);
  }
}

const isTopics = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((topic) => typeof topic === 'string' && topic !== '');

function topicsIn(text: string | null | undefined): readonly string[] {
  const topics: unknown = JSON.parse(text ?? '[]');
  if (isTopics(topics)) return topics;
  throw new TypeError('The text in the storage is malformed. Remove it.');
}
