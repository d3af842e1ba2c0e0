import type { Subscriber } from 'rxjs';
import { FastSubject } from '../../rx/fast-subject.js';
import { SerialQueue } from '../../rx/serial-queue.js';
import { cursorOf } from '../channel/frames.js';
import { isObject, malformed, notAList } from '../channel/record.js';
import { Action } from '../wire/actions.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { idOf, type Report } from '../wire/message.js';
import type { WireObjectMessage } from '../wire/object-message.js';
import { Compaction } from './compaction.js';
import { applyOperation, reset, type Source } from './state/apply.js';
import { noteSerial, serialOf } from './state/live-object.js';
import { collectGarbage, newPool, rootOf } from './state/pool.js';
import { collectState, replaceAll, type SyncPool } from './state/replace.js';
import { type ApplyContext, clear, isEmpty, noop, type Update } from './state/update.js';
import { Watchers } from './watchers.js';

/** RTO17a: how far the objects of a channel are known. */
export type ObjectsState = 'initialized' | 'syncing' | 'synced';

/** Everything that frames take besides the objects. */
export interface ObjectsContext extends ApplyContext {
  readonly report: Report;
}

/** All that is kept of one channel's objects, and of those who look at them. */
export class ChannelObjects {
  readonly pool = newPool();
  readonly watchers = new Watchers();
  readonly compaction = new Compaction(this.pool);
  /** Writes that wait for their turn. */
  readonly queue = new SerialQueue();
  /** For what came on the channel, and for what was acknowledged. */
  readonly #context: ObjectsContext & { readonly source: Source };
  readonly #local: ObjectsContext & { readonly source: Source };
  readonly #states = new FastSubject<ObjectsState>();
  readonly #end = new FastSubject<never>();
  readonly #over = new FastSubject<never>();
  #state: ObjectsState = 'initialized';
  /** Whether a sync has been completed since the channel was attached. */
  #isKnown = false;
  /** RTO5f */
  #pages: SyncPool = new Map();
  #sequence: string | undefined = undefined;
  /** RTO7a */
  readonly #buffered: WireObjectMessage[] = [];
  /** RTO7b */
  readonly #acknowledged = new Set<string>();

  constructor(context: ObjectsContext) {
    this.#context = { ...context, source: 'channel' };
    this.#local = { ...context, source: 'local' };
  }

  /** RTO17 */
  get state(): ObjectsState {
    return this.#state;
  }

  /** Whether anything is known of the objects: nothing is before the first sync, and after `cleared()`. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** RTO18: the current state at once. */
  joinStates(subscriber: Subscriber<ObjectsState>): void {
    this.#states.join(subscriber);
    subscriber.next(this.#state);
  }

  /** Only the end: with an error where the channel fails. */
  joinEnd(subscriber: Subscriber<never>): void {
    this.#end.join(subscriber);
  }

  /** Only the end, with the client or the channel. */
  joinOver(subscriber: Subscriber<never>): void {
    this.#over.join(subscriber);
  }

  /** RTO4: attached; the server is going to name the objects, or there are none. */
  attached(hasObjects: boolean): void {
    this.#forget();
    this.#setState('syncing'); // RTO4c
    if (hasObjects) return;
    const update = reset(this.pool, rootOf(this.pool));
    if (!isEmpty(update)) this.#note(update);
    this.#finish();
  }

  /** The connection is lost, or the channel suspended: the objects may be out of date by now (RTO27b). */
  interrupted(): void {
    if (this.#state === 'synced') this.#setState('syncing');
  }

  /** RTO27a: the channel is not attached any more, and nothing is known. */
  cleared(): void {
    for (const object of this.pool.values()) this.compaction.touch(clear(object));
    for (const object of this.pool.values()) object.references = [];
    this.#forget();
    this.#isKnown = false;
    this.#setState('initialized');
    this.watchers.tellAll();
  }

  /** RTO5, RTO8: a frame OBJECT or OBJECT_SYNC. */
  receive(frame: ProtocolMessage): void {
    const messages = messagesOf(frame, this.#context.report, this.watchers.isListening);
    if (!messages) return; // RTO5d
    if (frame.action === Action.objectSync) this.#page(messages, frame);
    else if (this.#state !== 'synced') this.#buffered.push(...messages);
    else this.apply(messages, 'channel');
  }

  /** RTO9: applies operations, and tells of them when all are. */
  apply(messages: readonly WireObjectMessage[], source: Source): void {
    this.#applyAll(messages, source);
    this.watchers.flush();
  }

  /** RTO10c */
  collect(grace: number): void {
    collectGarbage(this.pool, this.#context.now(), grace);
  }

  /** The channel has failed (`error`), or the client is disposed of. */
  end(error?: Error): void {
    if (error) this.#end.error(error);
    else for (const subject of [this.#end, this.#over, this.#states]) subject.complete();
  }

  /** RTO5a */
  #page(messages: readonly WireObjectMessage[], frame: ProtocolMessage): void {
    const [sequence, cursor] = cursorOf(frame);
    if (sequence !== this.#sequence || sequence === undefined) this.#begin(sequence); // RTO5a2, RTO5a5
    this.#setState('syncing'); // RTO5e
    for (const message of messages) collectState(this.#pages, message, this.#context);
    if (cursor) return;
    for (const update of replaceAll(this.pool, this.#pages, this.#context)) this.#note(update);
    this.#finish();
  }

  /** Forgets what was to be applied at the end of a sync, and answers with it. */
  #forget(): readonly WireObjectMessage[] {
    this.#begin();
    return this.#buffered.splice(0);
  }

  /** RTO5f: there is nothing yet of the sync that comes. */
  #begin(sequence?: string): void {
    this.#pages = new Map();
    this.#sequence = sequence;
  }

  /** RTO5c3 to RTO5c9 */
  #finish(): void {
    const buffered = this.#forget();
    this.#acknowledged.clear();
    this.#isKnown = true;
    this.#applyAll(buffered, 'channel');
    this.watchers.tellAll();
    this.#setState('synced');
  }

  #applyAll(messages: readonly WireObjectMessage[], source: Source): void {
    const context = source === 'local' ? this.#local : this.#context;
    for (const message of messages) {
      const { serial = '' } = message;
      if (source === 'channel' && this.#acknowledged.delete(serial)) {
        this.#confirm(message);
        continue;
      }
      const update = applyOperation(this.pool, message, context);
      if (!update) continue;
      if (source === 'local') this.#acknowledged.add(serial); // RTO9a2a4
      if (update !== noop) this.#note(update); // RTLO4b4c1
    }
  }

  /** RTO9a3: it was applied by its ACK; only if it came once more it would be again. */
  #confirm({ operation, siteCode, serial = '' }: WireObjectMessage): void {
    const object = this.pool.get(operation?.objectId ?? '');
    if (object && siteCode && serial > (serialOf(object, siteCode) ?? ''))
      noteSerial(object, siteCode, serial);
  }

  #note(update: Update): void {
    this.compaction.touch(update);
    this.watchers.note(update);
  }

  #setState(state: ObjectsState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#states.next(state);
  }
}

/** The messages of a frame, with its own fields where they are going to be told; `undefined` where it has none. */
function messagesOf(
  frame: ProtocolMessage,
  report: Report,
  isTold: boolean,
): readonly WireObjectMessage[] | undefined {
  const list: unknown = frame.state; // the border: what the server sent
  if (list == null) return undefined;
  if (!Array.isArray(list)) throw notAList('object messages');
  const all: WireObjectMessage[] = [];
  (list as readonly (WireObjectMessage | null)[]).forEach((message, index) => {
    if (isObject(message)) all.push(isTold ? filledIn(message, frame, index) : message);
    else report(malformed('object message'));
  });
  return all;
}

/** OM2a, OM2c, OM2e */
const filledIn = (message: WireObjectMessage, frame: ProtocolMessage, index: number): WireObjectMessage =>
  ({
    ...message,
    id: idOf(message, frame, index),
    connectionId: message.connectionId ?? frame.connectionId,
    timestamp: message.timestamp ?? frame.timestamp,
  }) as WireObjectMessage; // undefined where neither says it
