import type { Ageing } from '../../host/expiring-set.js';
import type { Line } from '../../host/client-transport.js';
import type { Office } from '../calls/relay-context.js';
import type { CallId } from '../json-rpc/incoming.js';
import { callText } from '../json-rpc/outgoing.js';
import type { Client, Receiver } from '../mailboxes/clients.js';
import { contentOf, type Letter } from '../mailboxes/stored-message.js';

/** A message that was pushed to a socket, and not acknowledged there yet. */
export interface Push {
  readonly id: string;
  readonly subscriptionId: string;
  readonly again: () => void;
}

/** What is pushed to one socket. */
export interface Pushes extends Receiver {
  /** Whether each is said twice. */
  twice: boolean;
  readonly acknowledged: (id: CallId) => void;
  /** Ids of those that wait for their acknowledgement, oldest first. */
  readonly pending: readonly string[];
  readonly end: () => void;
}

interface Facts {
  readonly office: Pick<Office, 'mail' | 'settings'>;
  readonly client: Client;
  readonly line: Line<string>;
  readonly nextPushId: () => CallId;
  /** Calls `again` when a push was not acknowledged in time. */
  readonly overdue: Ageing<Push>;
}

export function pushesTo({ office, client, line, nextPushId, overdue }: Facts): Pushes {
  const inFlight = new Map<Letter, Push>();
  const byId = new Map<string, Letter>();
  const forget = (letter: Letter): void => {
    const push = inFlight.get(letter);
    if (!push) return;
    overdue.delete(push);
    inFlight.delete(letter);
    byId.delete(push.id);
  };
  const isWanted = (letter: Letter): boolean =>
    !letter.delivered.has(client.id) && client.subscriptions.has(letter.topic) && office.mail.isLive(letter);
  const say = (text: string): void => {
    line.send(text, text);
    if (pushes.twice) line.send(text, text);
  };
  const pushes: Pushes = {
    twice: false,
    push: (letter, subscriptionId) => {
      if (inFlight.get(letter)?.subscriptionId === subscriptionId) return;
      forget(letter); // what was said of a subscription that has ended is said anew
      const id = nextPushId();
      const text = callText(id, 'irn_subscription', { id: subscriptionId, data: contentOf(letter) });
      const again = (): void => {
        if (!isWanted(letter)) {
          forget(letter);
          return;
        }
        if (office.settings.pushTimeout > 0) overdue.add(push);
        say(text);
      };
      const push: Push = { id: id.digits, subscriptionId, again };
      inFlight.set(letter, push);
      byId.set(push.id, letter);
      again();
    },
    acknowledged: ({ digits }) => {
      const letter = byId.get(digits);
      if (!letter) return;
      letter.delivered.add(client.id);
      forget(letter);
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
