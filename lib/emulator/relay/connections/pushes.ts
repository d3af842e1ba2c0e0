import type { ExpiringSet } from '../../host/expiring-set.js';
import type { ClientTransport } from '../../host/client-transport.js';
import type { RelayContext } from '../calls/relay-context.js';
import type { CallId } from '../json-rpc/incoming.js';
import { callText } from '../json-rpc/outgoing.js';
import type { Client, PushTarget } from '../mailboxes/clients.js';
import { contentOf, type MailboxMessage } from '../mailboxes/stored-message.js';

/** A message that was pushed to a socket and is not acknowledged there. */
export interface Push {
  readonly id: string;
  readonly subscriptionId: string;
  readonly send: () => void;
}

/** Pushes to one socket. */
export interface Pushes extends PushTarget {
  /** True to send each push twice. */
  twice: boolean;
  readonly acknowledge: (id: CallId) => void;
  /** Ids of unacknowledged pushes, oldest first. */
  readonly pending: readonly string[];
  readonly end: () => void;
}

interface Dependencies {
  readonly relay: Pick<RelayContext, 'mailboxes' | 'settings' | 'delivered'>;
  readonly client: Client;
  readonly transport: ClientTransport<string>;
  readonly nextPushId: () => CallId;
  /** Calls `send` when a push is not acknowledged in time. */
  readonly overdue: ExpiringSet<Push>;
}

export function pushesTo({ relay, client, transport, nextPushId, overdue }: Dependencies): Pushes {
  const inFlight = new Map<MailboxMessage, Push>();
  const byId = new Map<string, MailboxMessage>();
  const forget = (stored: MailboxMessage): void => {
    const push = inFlight.get(stored);
    if (!push) return;
    overdue.delete(push);
    inFlight.delete(stored);
    byId.delete(push.id);
  };
  const isWanted = (stored: MailboxMessage): boolean =>
    !stored.delivered.has(client.id) &&
    client.subscriptions.has(stored.topic) &&
    relay.mailboxes.isLive(stored);
  const sendText = (text: string): void => {
    transport.send(text, text);
    if (pushes.twice) transport.send(text, text);
  };
  const pushes: Pushes = {
    twice: false,
    push: (stored, subscriptionId) => {
      if (inFlight.get(stored)?.subscriptionId === subscriptionId) return;
      forget(stored); // a push of an ended subscription is replaced
      const id = nextPushId();
      const text = callText(id, 'irn_subscription', { id: subscriptionId, data: contentOf(stored) });
      const send = (): void => {
        if (!isWanted(stored)) {
          forget(stored);
          return;
        }
        if (relay.settings.pushTimeout > 0) overdue.add(push);
        sendText(text);
      };
      const push: Push = { id: id.digits, subscriptionId, send };
      inFlight.set(stored, push);
      byId.set(push.id, stored);
      send();
    },
    acknowledge: ({ digits }) => {
      const stored = byId.get(digits);
      if (!stored) return;
      relay.delivered(stored, client.id);
      forget(stored);
    },
    get pending() {
      return [...byId.keys()];
    },
    end: () => {
      for (const push of inFlight.values()) overdue.delete(push);
      inFlight.clear();
      byId.clear();
    },
  };
  return pushes;
}
