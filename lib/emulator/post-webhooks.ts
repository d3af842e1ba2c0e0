import { catchError, defer, EMPTY, ignoreElements, mergeMap, type Observable, retry, timer } from 'rxjs';
import type { Log } from '../base/log.js';
import { systemScheduler } from '../rx/clock.js';
import { isLoopback, parseAuthority } from './host/loopback.js';
import type { WatchEvent } from './relay/watches/watches.js';

const retries = 5;
const patience = 5_000; // ms for an answer
const atOnce = 10;

/**
 * Makes the requests that the relay owes to webhooks of this machine, while subscribed; emits nothing. As the service does
 * it makes one again that was not answered, or answered with 5xx; and gives it up sooner.
 */
export const postWebhooks = (events$: Observable<WatchEvent>, log: Log): Observable<never> =>
  events$.pipe(
    mergeMap(({ watch: { webhookUrl }, body }) => {
      if (isOwn(webhookUrl)) return post(webhookUrl, body, log);
      log('warn', {
        message: `The relay makes no requests to other machines: the webhook ${webhookUrl} was not told. Register one of localhost.`,
      });
      return EMPTY;
    }, atOnce),
  );

const isOwn = (url: string): boolean => {
  const [, authority = ''] = /^https?:\/\/([^/?#]*)/i.exec(url) ?? [];
  return isLoopback(parseAuthority(authority)?.name);
};

const post = (url: string, body: string, log: Log): Observable<never> =>
  defer(() => requested(url, body)).pipe(
    retry({ count: retries, delay: (_, count) => timer(100 * 2 ** count, systemScheduler) }),
    catchError((error: unknown) => {
      log('warn', { message: `The webhook ${url} was not reached, and is not told: ${String(error)}` });
      return EMPTY;
    }),
    ignoreElements(),
  );

async function requested(url: string, body: string): Promise<void> {
  const { status } = await fetch(url, {
    ...{ method: 'POST', body, redirect: 'error', headers: { 'content-type': 'application/json' } },
    signal: AbortSignal.timeout(patience),
  });
  if (status >= 500) throw new Error(`it answered ${status}.`);
}
