import { type Observable, Subject, takeUntil } from 'rxjs';
import { expiringSet } from '../host/expiring-set.js';
import type { ServerCore } from '../host/server-core.js';
import type { RelayContext } from './calls/relay-context.js';
import { callParams } from './calls/params.js';
import { acceptPublish } from './calls/publish.js';
import { connectionsOf, type ReceivedText } from './connections/connections.js';
import { admission, type RelayRefusing } from './connections/admission.js';
import { faultPlan, type RelayFaults } from './connections/faults.js';
import type { Push } from './connections/pushes.js';
import type { EmulatedRelayConnection } from './connections/relay-connection.js';
import { pushIds } from './json-rpc/push-ids.js';
import { type AcceptedPublish, acceptedPublishes } from './mailboxes/accepted-publishes.js';
import { clientsOf } from './mailboxes/clients.js';
import type { Draft, MailboxMessage, StoredMessage } from './mailboxes/stored-message.js';
import { mailboxes } from './mailboxes/mailboxes.js';
import { rest } from './rest/rpc.js';
import { type RelayOptions, relaySettingsOf } from './settings.js';

/** A client that the relay remembers. */
export interface RememberedClient {
  readonly id: string;
  readonly connected: boolean;
  /** Topics to the ids of subscriptions. */
  readonly subscriptions: ReadonlyMap<string, string>;
}

/** A WalletConnect relay without any I/O: put it on sockets with `listenRelay` or `inMemoryRelay`. */
export interface RelayEmulator extends ServerCore {
  /** What `refuse` has asked for. */
  readonly refusing: RelayRefusing;
  /** Live sockets, oldest first. */
  readonly connections: readonly EmulatedRelayConnection[];
  readonly clients: readonly RememberedClient[];
  /** What clients and the server have published: the latest 10,000 different messages, oldest first. */
  readonly accepted: readonly AcceptedPublish[];
  /** Each publish when it is accepted, also one that is accepted again. Hot; completes on `dispose`. */
  readonly accepted$: Observable<AcceptedPublish>;
  /** Texts from all clients, each before it is answered. Hot; completes on `dispose`. */
  readonly received$: Observable<ReceivedText>;
  /** What goes wrong with calls of any socket, also of those that open later. */
  readonly faults: RelayFaults;
  /** How often a message was accepted on a topic, as far as `accepted` goes back. */
  readonly timesAccepted: (topic: string, message: string) => number;
  /** What a topic keeps, oldest first, whoever has got it. */
  readonly messages: (topic: string) => readonly StoredMessage[];
  /** What a client has not acknowledged yet of the topics that it is subscribed to. */
  readonly mailbox: (clientId: string) => readonly StoredMessage[];
  /** Publishes as the server. Default: for 300 seconds, with tag 0. Throws what a client would be answered. */
  readonly publish: (topic: string, message: string, how?: Partial<Draft>) => void;
  /** What becomes of the next connections; `false` lets them in again. */
  readonly refuse: (how?: RelayRefusing) => void;
  /** Drops all connections and stops all timers; afterwards nobody can connect. */
  readonly dispose: () => void;
}

/** Throws a TypeError that names the option that cannot be used. */
export function createRelay(options: RelayOptions = {}): RelayEmulator {
  const relay = relayContextOf(options);
  const { settings, clients, mailboxes, accepted } = relay;
  const sharedFaults = faultPlan();
  const overdue = expiringSet<Push>(settings.pushTimeout, settings.scheduler);
  const nextPushId = pushIds(settings.pushIds, settings.scheduler);
  const connections = connectionsOf({ relay, nextPushId, overdue, sharedFaults });
  const disposed$ = new Subject<void>();
  overdue.expired$.pipe(takeUntil(disposed$)).subscribe((push) => push.send());
  return {
    maxFrameSize: settings.limits.frame,
    get refusing() {
      return connections.refusing;
    },
    get connections() {
      return connections.live;
    },
    get clients() {
      return clients.all().map(({ id, pushTargets, subscriptions }) => ({
        id,
        connected: pushTargets.size > 0,
        subscriptions: new Map(subscriptions),
      }));
    },
    get accepted() {
      return accepted.all();
    },
    accepted$: accepted.accepted$,
    received$: connections.received$,
    faults: sharedFaults.faults,
    timesAccepted: (topic, message) => accepted.find(topic, message)?.count ?? 0,
    messages: mailboxes.messagesOf,
    mailbox: (clientId) =>
      [...(clients.find(clientId)?.subscriptions.keys() ?? [])].flatMap((topic) =>
        mailboxes.undelivered(topic, clientId),
      ),
    publish: (topic, message, how = {}) => {
      acceptPublish(relay, relay.params.draft({ ttl: 300, tag: 0, ...how, topic, message }), undefined);
    },
    admit: (request) => admission(request, connections.refusing, settings),
    connect: connections.open,
    request: (request) => rest(request, relay),
    refuse: (how = 'drop') => void (connections.refusing = how),
    dispose: () => {
      disposed$.next();
      accepted.end();
      connections.end();
    },
  };
}

function relayContextOf(options: RelayOptions): RelayContext {
  const settings = relaySettingsOf(options);
  const clients = clientsOf(settings);
  const isDone = ({ topic, from, delivered }: MailboxMessage): boolean =>
    [...clients.subscribersOf(topic)].every(({ id }) => id === from || delivered.has(id));
  return {
    settings,
    params: callParams(settings),
    mailboxes: mailboxes(settings.limits, settings.scheduler, isDone),
    clients,
    accepted: acceptedPublishes(),
  };
}
