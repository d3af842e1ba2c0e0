import { concat, filter, merge, Observable, of, type Subscriber, take } from 'rxjs';
import { Rests } from '../../rx/paced/rests.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ChannelStateChange } from './changes.js';
import type { ChannelRecord, HttpChannel, HttpPart } from './port.js';
import type { ChannelStateName } from './state.js';

/**
 * An Observable that holds a lease on the channel while subscribed (RTL7g), unless the option `attachOnSubscribe` is
 * false (RTL7h). `join` adds the subscriber to those who get the values. Where the channel was released or the client disposed
 * of, it emits what `last` gives, if that is given, and completes at once.
 */
export const withLease = <T>(
  record: ChannelRecord,
  join: (subscriber: Subscriber<T>) => void,
  last?: () => T,
): Observable<T> =>
  new Observable((subscriber) => {
    const { host, settings } = record;
    if (subscriber.closed) return;
    if (host.isOver(record)) {
      if (last) subscriber.next(last());
      subscriber.complete();
      return;
    }
    const { attachOnSubscribe } = settings;
    join(subscriber);
    if (attachOnSubscribe) {
      host.take(record);
      subscriber.add(record); // at once, where it has left in the meantime
    }
    host.checkModes(record);
  });

const rests: HttpPart<Rests> = ({ scheduler, random, channels: { rules } }) =>
  new Rests({ scheduler, restAfter: (n) => rules.rest(n, random()), memory: rules.stableAfter });

/** Work that rests after failures in a row as a refused channel does; a text for its key holds for a channel got anew, too. */
export const resting = <T>(
  { host }: Pick<HttpChannel, 'host'>,
  key: unknown,
  work$: Observable<T>,
): Observable<T> => host.client.use(rests).around(key, work$);

/**
 * Emits the state, and completes, with the first change that settles a request, or at once; errors where the channel
 * comes into another state than the one asked for. By hand, because ten thousand channels may be attached at once, and
 * five operators cost more than all the rest of that.
 */
export const waitForState = (
  record: ChannelRecord,
  goal: ChannelStateName,
  settles: (change: ChannelStateChange) => boolean,
): Observable<ChannelStateName> =>
  new Observable((subscriber) => {
    const succeed = (): void => {
      subscriber.next(goal);
      subscriber.complete();
    };
    if (record.state.name === goal) {
      succeed();
      return;
    }
    const fail = (found: string, reason?: ErrorInfo): void => {
      const text = `Channel "${record.name}" is ${found} instead of ${goal}.`;
      subscriber.error(reason ?? new ErrorInfo(text, { code: 90000 }));
    };
    subscriber.add(
      record.host.changesOf(record).subscribe({
        next: (change) => {
          if (!settles(change)) return;
          if (change.current === goal) succeed();
          else fail(change.current, change.reason);
        },
        complete: () => {
          if (goal === 'detached')
            succeed(); // with the client, or as a released channel
          else fail('disposed of', record.host.whyNotAttachable(record));
        },
      }),
    );
  });

/** The same as a promise. */
export const whenStateReached = (...request: Parameters<typeof waitForState>): Promise<void> =>
  new Promise((resolve, reject) => {
    waitForState(...request).subscribe({ error: reject, complete: resolve });
  });

/** RTL4d: tells which changes end an attach. A detach that was under way comes first (RTL4h), unless nothing can follow it. */
export const attachEnds =
  (record: ChannelRecord) =>
  ({ previous, current }: ChannelStateChange): boolean =>
    current === 'attached' ||
    current === 'suspended' ||
    current === 'failed' ||
    (current === 'detached' &&
      (previous !== 'detaching' || record.host.whyNotAttachable(record) !== undefined));

/** RTL5e: whether a change ends a detach; any other state after detaching means that the server did not answer (RTL5f). */
export const detachEnds = ({ previous, current }: ChannelStateChange): boolean =>
  current === 'detached' || current === 'failed' || previous === 'detaching';

/** RTS4a: resolves once the server does not have a released channel any more, or there is nothing to ask it. */
export const whenLetGo = (record: ChannelRecord): Promise<void> =>
  whenStateReached(record, 'detached', detachEnds).catch((error: unknown) => {
    if (record.state.name !== 'failed') throw error;
  });

/**
 * RTP8g, RTP16c, RTO26b: whether nothing waits for the channel to be attached: it is suspended, has failed, or its user has
 * left it.
 */
export const isOutOfReach = ({ state }: ChannelRecord): boolean =>
  state.name === 'suspended' ||
  state.name === 'failed' ||
  ((state.name === 'detached' || state.name === 'detaching') &&
    (state.wish === 'parted' || state.wish === 'dismissed'));

interface WaitErrors {
  readonly errorOf: (record: ChannelRecord) => ErrorInfo;
  readonly endOf?: (record: ChannelRecord) => ErrorInfo;
}

/**
 * Emits once `synced$` is true, and completes. Errors where it is not going to be: with what `errorOf` gives where the channel
 * stops being attached, and with what `endOf` gives where it is released, or the client disposed of.
 */
export const waitForSync = (
  record: ChannelRecord,
  synced$: Observable<boolean>,
  { errorOf, endOf = errorOf }: WaitErrors,
): Observable<unknown> =>
  merge(synced$, concat(record.host.changesOf(record), of('over'))).pipe(
    filter((step) => {
      if (step === 'over') throw endOf(record); // its last states may not have been told
      const { name } = record.state;
      if (name === 'detached' || name === 'suspended' || name === 'failed') throw errorOf(record);
      return step === true;
    }),
    take(1),
  );

/** RTL4b */
export const notConnected = (): ErrorInfo =>
  new ErrorInfo(
    'A channel cannot be attached while the connection is closed, suspended or failed. Connect first.',
    { code: 80000 },
  );

/** RTS4a */
export const releasedError = ({ name }: ChannelRecord): ErrorInfo =>
  new ErrorInfo(`Channel "${name}" was released. Get it anew by client.channel().`, { code: 90001 });
