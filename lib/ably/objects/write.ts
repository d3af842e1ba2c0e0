import { defer, EMPTY, firstValueFrom, map, merge, Observable, of, switchMap, take, tap } from 'rxjs';
import { ignoreRejection } from '../../base/ignore-rejection.js';
import { randomText } from '../../rx/clock.js';
import { attachEnds, isOutOfReach, waitForState, waitForSync } from '../channel/lease.js';
import { lacksMode, missingMode } from '../channel/modes.js';
import type { ChannelRecord } from '../channel/port.js';
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
import { sizeOfObjectMessage } from './wire/size.js';

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
 * RTO26, RTO15, RTO20: asks `plan` for operations, and publishes them in one frame: at once where the objects are synced, else
 * when they are, in the order of the calls. Resolves when the server has accepted them and they are applied here.
 */
export function write(context: ObjectsOf, plan: () => Plan): Promise<void> {
  const { record, objects } = context;
  const { client } = record.host;
  const refuse = (error: unknown): Promise<never> =>
    client.use(publisher).refused(ErrorInfo.of(error, 40000)) as Promise<never>; // shows on errors$
  try {
    checkWritable(record);
  } catch (error) {
    return refuse(error);
  }
  const published$ = defer(() => (isReady(context) ? of(true) : active(context))).pipe(
    tap(() => {
      checkMode(record);
    }),
    map(plan),
    switchMap(({ takesTime, operations }) =>
      (takesTime ? client.use(serverClock) : of(0)).pipe(
        map((timestamp) => ({ done: publishAndApply(context, operations(makingFor(record, timestamp))) })),
      ),
    ),
    take(1),
  );
  record.host.take(record);
  const done = firstValueFrom(merge(objects.queue.enqueue(published$), client.disposed$)).then(
    ({ done: all }) => all,
    refuse,
  );
  return ignoreRejection(
    done.finally(() => {
      record.host.release(record);
    }),
  );
}

/** RTO15, RTO20: publishes operations, and applies them in the turn in which they are acknowledged. */
function publishAndApply(context: ObjectsOf, operations: readonly OutgoingOperation[]): Promise<void> {
  const { record } = context;
  if (operations.length === 0) return Promise.resolve();
  const outbox = record.host.client.use(publisher);
  const state = operations.map(({ wire }) => wire);
  const size = operations.reduce((sum, { wire, derived }) => sum + sizeOfObjectMessage(wire, derived), 0);
  const frame = { action: Action.object, channel: record.name, msgSerial: unsent, state };
  return new Promise((resolve, reject) => {
    const settle = (error?: ErrorInfo, result?: PublishResult): void => {
      if (error) return; // `submit` rejects with it
      applied(context, operations, result?.serials ?? []).subscribe({
        error: (reason: unknown) => {
          outbox.refused(ErrorInfo.of(reason)).catch(reject); // shows on errors$
        },
        complete: resolve,
      });
    };
    outbox.attempt(() => outbox.submit(frame, size, undefined, settle)).catch(reject);
  });
}

/** RTO20: applies what was acknowledged, as soon as the objects are known, and completes. */
function applied(
  context: ObjectsOf,
  operations: readonly OutgoingOperation[],
  serials: PublishResult['serials'],
): Observable<unknown> {
  const { record, objects } = context;
  const { client } = record.host;
  const siteCode = sessionIn(client.state.value)?.details.siteCode;
  if (!siteCode || serials.length !== operations.length) {
    client.log('error', {
      message: `The server did not say where a change stands on channel "${record.name}", which shows when it comes back.`,
    }); // RTO20c
    return EMPTY;
  }
  const messages = operations.flatMap(({ wire, derived }, at): WireObjectMessage[] => {
    const serial = serials[at];
    return serial ? [{ ...wire, operation: { ...wire.operation, ...derived }, serial, siteCode }] : []; // RTO20d1
  });
  return (objects.state === 'synced' ? of(true) : synced(context, notApplied)).pipe(
    tap(() => {
      objects.apply(messages, 'local');
    }),
  );
}

/** RTLMV4g, RTLCV4d */
const makingFor = ({ host: { client } }: ChannelRecord, timestamp: number): Making => ({
  binary: client.binary,
  nonce: () => randomText(16, client.random),
  timestamp,
});

const isReady = ({ record, objects }: ObjectsOf): boolean =>
  record.state.name === 'attached' && objects.state === 'synced';

/** RTL33, RTO23c: emits once the channel is attached and its objects are known. */
const active = (context: ObjectsOf): Observable<unknown> =>
  waitForState(context.record, 'attached', attachEnds(context.record)).pipe(
    switchMap(() => synced(context, unreachable)),
  );

/** Emits once the objects are known; errors where they are not going to be (RTO20e1). */
function synced(
  { record, objects }: ObjectsOf,
  errorOf: (record: ChannelRecord) => ErrorInfo,
): Observable<unknown> {
  const states$ = new Observable<ObjectsState>((subscriber) => {
    objects.joinStates(subscriber);
  });
  const isSynced$ = states$.pipe(map((state) => state === 'synced'));
  const endOf = (): ErrorInfo => record.host.whyNotAttachable(record) ?? errorOf(record);
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
