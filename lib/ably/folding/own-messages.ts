import { Observable } from 'rxjs';
import { isObject } from '../channel/record.js';
import { FastSubject } from '../../rx/fast-subject.js';
import type { ChannelRecord, ClientContext, Part } from '../channel/port.js';
import { publisher, type Publishing } from '../outbox/publisher.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { PublishResult } from '../wire/frames.js';
import type { OutgoingMessage } from '../wire/outgoing.js';
import type { OwnMessage } from './fold-messages.js';
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
  readonly #subjects = new WeakMap<ChannelRecord, FastSubject<OwnMessage>>();

  constructor(client: ClientContext) {
    this.#client = client;
  }

  /** How far the messages of a channel have come that are published from now on. */
  of(record: ChannelRecord): Observable<OwnMessage> {
    return new Observable((subscriber) => {
      const subject = this.#subjects.get(record) ?? new FastSubject<OwnMessage>();
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
    const tell = (sending: Sending | undefined, serials: PublishResult['serials'] = []): void => {
      shown.forEach((message, index) => {
        const serial = serials[index] ?? undefined;
        const known = serial === undefined ? message : { ...message, serial, version: { serial } };
        subject.next({ id: message.id ?? '', message: sending && { ...known, sending } });
      });
    };
    const attempt = (): Promise<PublishResult> => {
      tell({ state: 'pending' });
      const result = send(named);
      result.then(
        ({ serials }) => {
          tell({ state: 'sent' }, serials);
        },
        (reason: unknown) => {
          const dismiss = (): void => {
            tell(undefined);
          };
          if (signal?.aborted && reason === signal.reason)
            dismiss(); // taken back
          else tell({ state: 'failed', error: ErrorInfo.of(reason, 40000), retry: attempt, dismiss });
        },
      );
      return result;
    };
    return attempt();
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
