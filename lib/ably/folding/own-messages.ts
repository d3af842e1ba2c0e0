import { Observable } from 'rxjs';
import { isObject } from '../channel/record.js';
import { FastSubject } from '../../rx/fast-subject.js';
import type { ChannelRecord, ClientContext, Part } from '../channel/port.js';
import { publisher, type Publishing } from '../outbox/publisher.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { PublishResult } from '../wire/frames.js';
import type { Message } from '../wire/message.js';
import type { OutgoingMessage } from '../wire/outgoing.js';
import type { OwnStep } from './fold-messages.js';
import type { FoldedMessage, Sending } from './folding.js';

/** The messages that a client is publishing; made by the first `fold` that shows them. */
export const ownMessages: Part<OwnMessages> = (client) => {
  const made = new OwnMessages(client);
  client.use(publisher).around = made.publish;
  return made;
};

/** Names the messages of channels on which they are shown, and tells how far each has come. */
class OwnMessages {
  readonly #client: ClientContext;
  readonly #subjects = new WeakMap<ChannelRecord, FastSubject<OwnStep>>();

  constructor(client: ClientContext) {
    this.#client = client;
  }

  /** How far the messages of a channel have come that are published from now on. */
  of(record: ChannelRecord): Observable<OwnStep> {
    return new Observable((subscriber) => {
      const subject = this.#subjects.get(record) ?? new FastSubject<OwnStep>();
      this.#subjects.set(record, subject);
      subject.join(subscriber);
    });
  }

  /** Publishes; where the channel's messages are shown, under ids by which their echoes are known (RSL1k2). */
  readonly publish = ({ record, messages, signal, send }: Publishing): Promise<PublishResult> => {
    const subject = this.#subjects.get(record);
    if (!subject?.observed) return send(messages);
    const base = this.#client.newId();
    const named = messages.map((message, index) =>
      isObject(message) ? { ...message, id: message.id ?? `${base}:${index}` } : message,
    );
    const shown = named.filter(isObject).map((message) => this.#shownOf(message));
    return new OwnPublish({ subject, shown, signal, send: () => send(named) }).attempt();
  };

  #shownOf({ id, name, data, clientId, extras }: OutgoingMessage): FoldedMessage {
    const { scheduler, self } = this.#client;
    const { clientId: own, connectionId } = self();
    return {
      id,
      name: name ?? undefined,
      data: data ?? undefined,
      encoding: undefined,
      clientId: clientId ?? (own === '*' ? undefined : (own ?? undefined)),
      connectionId,
      timestamp: scheduler.now(),
      extras,
      action: 'message.create',
      serial: undefined,
      version: {},
      annotations: { summary: {} },
    };
  }
}

interface OwnPublishSettings extends Pick<Publishing, 'signal'> {
  readonly subject: FastSubject<OwnStep>;
  readonly shown: readonly FoldedMessage[];
  readonly send: () => Promise<PublishResult>;
}

/** One publish, and how far its messages have come. */
class OwnPublish {
  readonly #settings: OwnPublishSettings;
  /** The server's messages that have come in place of what was shown, by id. */
  readonly #arrived = new Map<string, Message>();
  /** That of the attempt which is under way, or which was successful. */
  #result: Promise<PublishResult> | undefined = undefined;
  #isAgain = false;

  constructor(settings: OwnPublishSettings) {
    this.#settings = settings;
  }

  /** Sends, and shows what is sent; at once where it has arrived. */
  readonly attempt = (): Promise<PublishResult> => {
    if (this.#result) return this.#result;
    const { shown, send } = this.#settings;
    const isMissing = ({ id = '' }: FoldedMessage): boolean => !this.#arrived.has(id);
    this.#note(shown.filter(isMissing), { state: 'pending' });
    this.#isAgain = true;
    const hasArrived = shown.length > 0 && !shown.some(isMissing);
    const serials = shown.map(({ id = '' }) => this.#arrived.get(id)?.serial ?? null);
    const result = hasArrived ? Promise.resolve({ serials }) : send();
    this.#result = result;
    this.#settings.subject.next('show');
    result.then(this.#onSent, this.#onFailed);
    return result;
  };

  readonly #onSent = ({ serials }: PublishResult): void => {
    const known = this.#settings.shown.map((message, index) => {
      const serial = serials[index] ?? undefined;
      return serial === undefined ? message : { ...message, serial, version: { serial } };
    });
    this.#tell(known, { state: 'sent' });
  };

  readonly #onFailed = (reason: unknown): void => {
    const { signal, shown } = this.#settings;
    const dismiss = (): void => {
      this.#tell(shown, undefined);
    };
    this.#result = undefined;
    if (signal?.aborted && reason === signal.reason)
      dismiss(); // taken back
    else {
      const error = ErrorInfo.of(reason, 40000);
      this.#tell(shown, { state: 'failed', error, retry: this.attempt, dismiss });
    }
  };

  #tell(messages: readonly FoldedMessage[], sending: Sending | undefined): void {
    this.#note(messages, sending);
    this.#settings.subject.next('show');
  }

  #note(messages: readonly FoldedMessage[], sending: Sending | undefined): void {
    const isAgain = this.#isAgain;
    const own = messages.map((message) => {
      const { id = '' } = message;
      const arrived = (echo: Message): void => void this.#arrived.set(id, echo);
      return { id, message: sending && { ...message, sending }, isAgain, arrived };
    });
    this.#settings.subject.next(own);
  }
}
