import { catchError, firstValueFrom, map, merge, Observable, of, switchMap, tap } from 'rxjs';
import { ignoreRejection } from '../../base/ignore-rejection.js';
import { randomText } from '../../rx/clock.js';
import { attachEnds, isOutOfReach, waitForState, waitForSync } from '../channel/lease.js';
import { lacksMode, missingMode } from '../channel/modes.js';
import type { ChannelRecord, ClientContext } from '../channel/port.js';
import { unsent } from '../outbox/pending-queue.js';
import { publisher } from '../outbox/publisher.js';
import { sessionIn } from '../transport/reason.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import { Flag } from '../wire/flags.js';
import type { PublishResult } from '../wire/frames.js';
import type { WireObjectMessage } from '../wire/object-message.js';
import type { ChannelObjects, ObjectsState } from './channel-objects.js';
import { serverClock } from './server-clock.js';
import type { Making, OutgoingOperation } from './wire/blueprint.js';
import { sizeOfOperation } from './wire/size.js';

/** A channel, and its objects. */
export interface ObjectsOf {
  readonly record: ChannelRecord;
  readonly objects: ChannelObjects;
}

/** Operations that a user asks for. */
export interface Plan {
  /** Whether ids have to be made, which takes the server's time (RTO16). */
  readonly takesTime: boolean;
  readonly operations: (making: Making) => readonly OutgoingOperation[];
}

/**
 * RTO26, RTO15, RTO20: asks `plan` for operations, and publishes all of them in one frame: at once where the objects are
 * synced, else when they are, in the order of the calls. Resolves when the server has accepted them and they are applied here.
 */
export function write(context: ObjectsOf, plan: () => readonly Plan[]): Promise<void> {
  const { record, objects } = context;
  const { host } = record;
  const { client } = host;
  const refuse = refuser(client);
  try {
    checkWritable(record);
  } catch (error) {
    return refuse(error);
  }
  const published$ = waitForState(record, 'attached', attachEnds(record)).pipe(
    switchMap(() => synced(context, unreachable)), // RTL33
    switchMap(() => {
      checkMode(record);
      const plans = plan();
      const time$ = plans.some(({ takesTime }) => takesTime) ? client.use(serverClock) : of(0);
      return time$.pipe(map((timestamp) => ({ done: publishAndApply(context, plans, timestamp) })));
    }),
  );
  host.take(record);
  const done = firstValueFrom(merge(objects.queue.enqueue(published$), client.disposed$)).then(
    ({ done: all }) => all,
    refuse,
  );
  return ignoreRejection(
    done.finally(() => {
      host.release(record);
    }),
  );
}

/** A promise that rejects with what was thrown, which shows on `errors$`. */
const refuser =
  (client: ClientContext) =>
  (error: unknown): Promise<never> =>
    client.use(publisher).refused(ErrorInfo.of(error, 40000));

/** RTO15, RTO20: publishes operations, and applies them in the turn in which they are acknowledged. */
function publishAndApply(context: ObjectsOf, plans: readonly Plan[], timestamp: number): Promise<void> {
  const { name, host } = context.record;
  const { client } = host;
  const making = { binary: client.binary, nonce: () => randomText(16, client.random), timestamp }; // RTLMV4g, RTLCV4d
  const operations = plans.flatMap((plan) => plan.operations(making));
  if (operations.length === 0) return Promise.resolve();
  const frame = {
    action: Action.object,
    channel: name,
    msgSerial: unsent,
    state: operations.map(({ wire }) => wire),
  };
  const sizes = operations.map(({ wire, derived }) => sizeOfOperation({ ...derived, ...wire.operation })); // OM3: they have no more
  const size = sizes.reduce((sum, one) => sum + one, 0);
  let shown: Promise<unknown> | undefined;
  const accepted = client.use(publisher).submit(frame, size, undefined, (error, result) => {
    if (error) return; // `submit` rejects with it
    const applied$ = applied(context, operations, result?.serials ?? []);
    shown = firstValueFrom(applied$.pipe(catchError(refuser(client))));
  });
  return accepted.then(() => shown) as Promise<void>;
}

/** RTO20: applies what was acknowledged, as soon as the objects are known; emits once that is done. */
function applied(
  { record, objects }: ObjectsOf,
  operations: readonly OutgoingOperation[],
  serials: PublishResult['serials'],
): Observable<unknown> {
  const { client } = record.host;
  const siteCode = sessionIn(client.state.value)?.details.siteCode;
  if (!siteCode || serials.length !== operations.length) {
    client.log('error', {
      message: `The server did not say where a change stands on channel "${record.name}", which shows when it comes back.`,
    }); // RTO20c
    return of(false);
  }
  const messages = operations.flatMap(({ wire: { operation }, derived }, at): WireObjectMessage[] => {
    const serial = serials[at];
    return serial ? [{ operation: { ...operation, ...derived }, serial, siteCode }] : []; // RTO20d1
  });
  return synced({ record, objects }, notApplied, notApplied).pipe(
    tap(() => {
      objects.apply(messages, 'local');
    }),
  );
}

/** RTO23c: emits once the objects are known; errors where they are not going to be (RTO20e1). */
function synced(
  { record, objects }: ObjectsOf,
  errorOf: (record: ChannelRecord) => ErrorInfo,
  endOf = (over: ChannelRecord): ErrorInfo => over.host.whyNotAttachable(over) ?? errorOf(over),
): Observable<unknown> {
  if (objects.state === 'synced') return of(true);
  const states$ = new Observable<ObjectsState>((subscriber) => {
    objects.joinStates(subscriber);
  });
  const isSynced$ = states$.pipe(map((state) => state === 'synced'));
  return waitForSync(record, isSynced$, { errorOf, endOf });
}

/** RTO26: throws where nothing can be changed. */
function checkWritable(record: ChannelRecord): void {
  const { name, state, host } = record;
  checkMode(record);
  if (isOutOfReach(record)) throw unreachable(record); // RTO26b
  if ((host.client.options as { readonly echoMessages?: unknown }).echoMessages === false)
    throw new ErrorInfo(
      `Objects of channel "${name}" cannot be changed without echoes. Leave the option "echoMessages" out.`,
      { code: 40000 },
    ); // RTO26c
  const whyNot = host.isOver(record) || state.name !== 'attached' ? host.whyNotAttachable(record) : undefined;
  if (whyNot) throw whyNot;
}

/** RTO26a: by the modes granted, or, before there are any, by those asked for (RTO2). */
function checkMode(record: ChannelRecord): void {
  const isMissing =
    record.state.name === 'attached'
      ? lacksMode(record, Flag.objectPublish)
      : record.settings.modes?.includes('object_publish') === false;
  if (isMissing) throw missingMode(record, 'no objects can be changed', 'object_publish', 40024);
}

/** An error about the state of the channel. */
const inState =
  (code: number, text: string) =>
  ({ name, state }: ChannelRecord): ErrorInfo =>
    new ErrorInfo(`Channel "${name}" is ${state.name}, and ${text}. Attach it.`, {
      code,
      cause: state.error,
    });
const unreachable = inState(90001, 'its objects cannot be changed');
const notApplied = inState(92008, 'a change that the server has accepted does not show here yet');
