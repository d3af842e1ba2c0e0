import { type Observable, Subject, takeUntil } from 'rxjs';
import { describeAs } from '../../base/described.js';
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
import { type Client, clientsOf } from './mailboxes/clients.js';
import type { Draft, MailboxMessage, StoredMessage } from './mailboxes/stored-message.js';
import { mailboxes } from './mailboxes/mailboxes.js';
import { rest } from './rest/rpc.js';
import { type Watch, type WatchEvent, watchesOf } from './watches/watches.js';
import { type RelayOptions, relaySettingsOf } from './settings.js';

/** A known client. */
export interface RememberedClient {
  readonly id: string;
  readonly connected: boolean;
  /** Subscription ids by topic. */
  readonly subscriptions: ReadonlyMap<string, string>;
}

/** A WalletConnect relay without any I/O: put it on sockets with `listenRelay` or `inMemoryRelay`. */
export interface RelayEmulator extends ServerCore {
  /** The refusal set by `refuse`. */
  readonly refusing: RelayRefusing;
  /** Connections with a socket, oldest first. */
  readonly connections: readonly EmulatedRelayConnection[];
  /** Connections when their socket opens, before the first text. Hot; completes on `dispose`. */
  readonly connections$: Observable<EmulatedRelayConnection>;
  readonly clients: readonly RememberedClient[];
  /** Topics that have messages. */
  readonly topics: readonly string[];
  /** Milliseconds since the epoch, by its scheduler. */
  readonly time: number;
  /** Publishes of clients and of the server: the latest 10,000 different messages, 16 Mi characters of them at most, oldest first. */
  readonly accepted: readonly AcceptedPublish[];
  /** Publishes when they are accepted, repeated ones included. Hot; completes on `dispose`. */
  readonly accepted$: Observable<AcceptedPublish>;
  /** Texts from all clients, each before it is answered. Hot; completes on `dispose`. */
  readonly received$: Observable<ReceivedText>;
  /** Faults of calls of all sockets, later ones included. */
  readonly faults: RelayFaults;
  /** Number of times that a message was accepted on a topic, as far as `accepted` goes back. */
  readonly timesAccepted: (topic: string, message: string) => number;
  /** Stored messages of a topic, oldest first, delivered ones included. */
  readonly messages: (topic: string) => readonly StoredMessage[];
  /** Messages that a client has not acknowledged, of the topics that it is subscribed to. */
  readonly mailbox: (clientId: string) => readonly StoredMessage[];
  /** Publishes as the server. Default: a ttl of 300 seconds, tag 0. Throws the RelayError that would be the answer. */
  readonly publish: (topic: string, message: string, how?: Partial<Draft>) => void;
  /** Webhooks that clients have registered. */
  readonly watches: readonly Watch[];
  /**
   * Tells of each request to a webhook, when it is due; `listenRelay` makes the requests, to this machine alone. Hot;
   * completes on `dispose`.
   */
  readonly watchEvents$: Observable<WatchEvent>;
  /** Refuses new connections, by default by dropping them; `false` admits them again. */
  readonly refuse: (how?: RelayRefusing) => void;
  /** Drops all connections and stops all timers; later connections are refused. */
  readonly dispose: () => void;
}

/** Throws a TypeError that names the invalid option. */
export function createRelay(options: RelayOptions = {}): RelayEmulator {
  const relay = relayContextOf(options);
  const { settings, clients, mailboxes, accepted } = relay;
  const sharedFaults = faultPlan();
  const overdue = expiringSet<Push>(settings.pushTimeout, settings.scheduler);
  const nextPushId = pushIds(settings.pushIds, settings.scheduler);
  const connections = connectionsOf({ relay, nextPushId, overdue, sharedFaults });
  const disposed$ = new Subject<void>();
  overdue.expired$.pipe(takeUntil(disposed$)).subscribe((push) => push.send());
  const emulator: RelayEmulator = {
    maxFrameSize: settings.limits.frame,
    get refusing() {
      return connections.refusing;
    },
    get connections() {
      return connections.live;
    },
    get clients() {
      return clients.all().map(rememberedClient);
    },
    connections$: connections.opened$,
    get topics() {
      return mailboxes.topics().filter((topic) => mailboxes.messagesOf(topic).length > 0);
    },
    get time() {
      return settings.scheduler.now();
    },
    get accepted() {
      return accepted.all();
    },
    accepted$: accepted.accepted$,
    received$: connections.received$,
    faults: sharedFaults.faults,
    get watches() {
      return relay.watches.all();
    },
    watchEvents$: relay.watches.events$,
    timesAccepted: (topic, message) => accepted.find(topic, message)?.count ?? 0,
    messages: mailboxes.messagesOf,
    mailbox: (clientId) => undeliveredTo(clientId, relay),
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
      relay.watches.end();
      connections.end();
    },
  };
  return describeAs('RelayEmulator', emulator, () => ({
    refusing: connections.refusing,
    connections: connections.live,
    clients: clients.all().length,
  }));
}

const undeliveredTo = (clientId: string, { clients, mailboxes }: RelayContext): readonly StoredMessage[] =>
  [...(clients.find(clientId)?.subscriptions.keys() ?? [])].flatMap((topic) =>
    mailboxes.undelivered(topic, clientId),
  );

const rememberedClient = ({ id, pushTargets, subscriptions }: Client): RememberedClient => ({
  id,
  connected: pushTargets.size > 0,
  subscriptions: new Map(subscriptions),
});

function relayContextOf(options: RelayOptions): RelayContext {
  const settings = relaySettingsOf(options);
  const clients = clientsOf(settings);
  const isDone = ({ topic, from, delivered }: MailboxMessage): boolean =>
    [...clients.subscribersOf(topic)].every(({ id }) => id === from || delivered.has(id));
  const watches = watchesOf(settings);
  return {
    settings,
    params: callParams(settings),
    mailboxes: mailboxes(settings.limits, settings.scheduler, isDone),
    clients,
    accepted: acceptedPublishes(),
    watches,
    delivered: (stored, clientId) => {
      if (stored.delivered.has(clientId)) return;
      stored.delivered.add(clientId);
      watches.tell('subscriber', 'delivered', clientId, stored);
    },
  };
}
