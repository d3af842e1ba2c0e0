import { leastFrameLimit } from '../../connection/protocol.js';
import type { ConnectionState } from '../../connection/state.js';
import { warnFields } from '../../options/unknown-options.js';
import { attachFrame } from '../channel/frames.js';
import type { ChannelRecord, ClientContext, Part } from '../channel/port.js';
import { reasonOf, reasonOrState } from '../transport/reason.js';
import type { AblySession } from '../transport/session.js';
import { Action } from '../wire/actions.js';
import { disposedError, ErrorInfo } from '../wire/error-info.js';
import { bytesOf, checkRoom, type OutgoingMessage, sizeOfJson } from '../wire/outgoing.js';
import type { PublishResult } from '../wire/frames.js';
import { attachTooLarge } from './loss-errors.js';
import {
  type PublisherOptions,
  type PublisherSettings,
  publisherSettingsOf,
  queueValidators,
} from './options.js';
import { Outbox } from './outbox.js';
import type { Numbered, OnSettled } from './pending-queue.js';

type State = ConnectionState<AblySession>;

/** The outbox of a client, made by its first publish: it hears of each ACK and of each step of the connection. */
export const publisher: Part<Publisher> = (client) => {
  const made = new Publisher(client, publisherSettingsOf(client.options));
  warnFields((client.options as PublisherOptions).queue, queueValidators, client.log, 'the option "queue"');
  const { value } = client.state;
  if (value.name === 'connected') made.connected(true, value.session.extra.id); // nothing is to be sent again
  client.onFrame([Action.ack, Action.nack], (frame) => {
    made.answered(frame);
  });
  client.onState((before, state) => {
    made.connectionChanged(before, state);
  });
  client.onDispose(() => {
    made.dispose();
  });
  return made;
};

/** A publish of messages that is about to be made. */
export interface Publishing {
  readonly record: ChannelRecord;
  readonly messages: readonly OutgoingMessage[];
  readonly signal: AbortSignal | undefined;
  readonly send: (messages: readonly OutgoingMessage[]) => Promise<PublishResult>;
}

/** RTL6c: an outbox that takes frames only where the connection's state, their size and their identity allow it. */
export class Publisher extends Outbox {
  /** Makes each publish of messages, where they are shown before they are sent. */
  around: ((publishing: Publishing) => Promise<PublishResult>) | undefined = undefined;
  readonly #client: ClientContext;
  readonly #settings: PublisherSettings;

  constructor(client: ClientContext, settings: PublisherSettings) {
    super({
      send: client.send,
      measure: client.measure,
      report: client.reportError,
      limits: settings.queue,
      isAttaching: (name) => client.channels.isAttaching(name),
      firstSerial: client.recovered?.msgSerial, // RTN16f
      newId: client.newId,
      now: () => client.scheduler.now(),
    });
    this.#client = client;
    this.#settings = settings;
  }

  /**
   * As `Outbox.submit`; connects then, so that what a listener publishes about that comes after. Throws where the frame
   * cannot be sent (RTL6c4, RTL6g3, TO3l8).
   */
  override submit(
    frame: Numbered,
    size: number,
    signal?: AbortSignal,
    onSettled?: OnSettled,
  ): Promise<PublishResult> {
    this.#check(frame, size);
    const result = super.submit(frame, size, signal, onSettled);
    this.#client.connect();
    return result;
  }

  /** As `Outbox.queueUntilAttached`; throws as `submit` does, and where nothing may wait (RTP16c). */
  override queueUntilAttached(frame: Numbered, size: number, onSettled?: OnSettled): Promise<PublishResult> {
    this.#check(frame, size);
    if (!this.#settings.queueMessages) throw unqueued(); // RTP16c
    const result = super.queueUntilAttached(frame, size, onSettled);
    this.#client.connect();
    return result;
  }

  /** The promise of `submit`, or one that rejects with what it throws. */
  attempt(submit: () => Promise<PublishResult>): Promise<PublishResult> {
    try {
      return submit();
    } catch (error) {
      return this.refused(ErrorInfo.of(error, 40000));
    }
  }

  /** RTN7d, RTN7e, RTN19a: passes a step of the connection on to all that is not acknowledged. */
  connectionChanged(before: State, state: State): void {
    if (before.name === state.name) return;
    const reason = before.name === 'connected' ? reasonOf(state) : undefined;
    if (reason?.code === 40009) this.#refuseCulprit(reason);
    if (state.name === 'connected') this.connected(state.resumed, state.session.extra.id);
    else if (state.name === 'suspended' || state.name === 'closed' || state.name === 'failed')
      this.lost(reasonOrState(state));
    else if (before.name === 'closing')
      this.lost(reasonOrState({ name: 'closed' })); // RTN11b: the old session was given up on purpose
    else if (state.name === 'disconnected' && !this.#settings.queueMessages) this.lost(reasonOrState(state));
    else this.interrupted();
  }

  /** Refuses the largest frame that had no answer, a publish or an ATTACH, where it can be at fault for the loss. */
  #refuseCulprit(reason: ErrorInfo): void {
    const { channels, command } = this.#client;
    const attach = this.#largestAttach();
    if (!this.refuseLargest(reason, attach?.bytes ?? leastFrameLimit)) {
      if (!attach) return;
      const { channel, bytes } = attach;
      channels.receive({ action: Action.error, channel, error: attachTooLarge(channel, bytes) });
    }
    command({ type: 'excused' });
  }

  #largestAttach(): { readonly channel: string; readonly bytes: number } | undefined {
    const { channels, measure } = this.#client;
    let largest: { readonly channel: string; readonly bytes: number } | undefined;
    for (const channel of channels.all.keys()) {
      const record = channels.find(channel);
      if (!record || !channels.isAttaching(channel)) continue;
      const bytes = measure(attachFrame(record));
      if (bytes > (largest?.bytes ?? leastFrameLimit)) largest = { channel, bytes };
    }
    return largest;
  }

  #check(frame: Numbered, size: number): void {
    const { queueMessages, maxMessageSize } = this.#settings;
    const state = this.#client.state.value;
    const isWaiting =
      state.name === 'initialized' || state.name === 'connecting' || state.name === 'disconnected';
    if (state.name !== 'connected' && !(queueMessages && isWaiting))
      throw this.isDisposed ? disposedError() : notConnected(state.name, queueMessages); // RTL6c4
    const details = state.name === 'connected' ? state.session.extra.details : undefined;
    const limit = details?.maxMessageSize ?? maxMessageSize; // CD2c
    if (size > limit / mostBytes) {
      const { messages, presence, annotations, params } = frame;
      const lists = [messages, presence, annotations];
      const bytes = frame.state
        ? size // OM3
        : sizeOfJson(params) + bytesOf(lists.flatMap((list) => list ?? [])); // TM6f
      checkRoom(bytes, limit);
    }
    const { clientId } = this.#client.self();
    if (clientId === null || clientId === '*') return;
    for (const { clientId: claimed, serial } of frame.messages ?? [])
      if (serial === undefined) checkIdentity(clientId, claimed); // an edit may be of another client's message
    for (const { clientId: claimed } of frame.presence ?? []) checkIdentity(clientId, claimed); // RTP15f
  }
}

/** Bytes that one unit of a text takes in UTF-8 at most: the exact count is for publishes that may be too large. */
const mostBytes = 3;

const codes: Partial<Record<State['name'], number>> = {
  failed: 80000,
  suspended: 80002,
  disconnected: 80003,
};
const notConnected = (name: State['name'], queueMessages: boolean): ErrorInfo =>
  new ErrorInfo(
    `Nothing can be published while the connection is ${name}${queueMessages ? '' : ' and the option "queueMessages" is false'}. Connect first.`,
    { code: codes[name] ?? 80017 },
  );

const unqueued = (): ErrorInfo =>
  new ErrorInfo(
    'The channel is not attached, and nothing waits for that because the option "queueMessages" is false. Attach it first.',
    { code: 90001 },
  );

/** RTL6g3 */
function checkIdentity(own: string, claimed: string | undefined): void {
  if (claimed === undefined || claimed === own) return;
  throw new ErrorInfo(
    `A message claims the clientId "${claimed}", but this client is "${own}". Leave it out, or use another client.`,
    { code: 40012 },
  );
}
