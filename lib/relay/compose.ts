import type { Observable } from 'rxjs';
import { type Connection, connectionOf, type ConnectionSettings } from '../connection/connection.js';
import type { ConnectionCallbacks } from '../connection/dispatch.js';
import { maxTimer } from '../base/deadline.js';
import { seedIn } from './auth/seed.js';
import { toHex } from '../codec/hex.js';
import { Calls } from './calls/calls.js';
import { type Policy, type Probe, probeOf } from './calls/policy.js';
import { RelayChannel, type Services } from './channel.js';
import { Rests } from '../rx/paced/rests.js';
import type { FetchDependencies } from './inbox/fetch-messages.js';
import { idsOf } from './json-rpc/ids.js';
import { Inbox } from './inbox/inbox.js';
import type { Incoming } from './json-rpc/frames.js';
import { requestText } from './json-rpc/requests.js';
import { relayProtocol } from './protocol.js';
import { Publisher } from './publish/publisher.js';
import type { RelayError } from './relay-error.js';
import type { Settings } from './settings.js';
import { SubscribeLeases } from './subscribe/subscribe-leases.js';
import { KeptTopics } from './subscribe/kept-topics.js';
import type { SubscribeDependencies } from './subscribe/subscriptions.js';
import type { TopicRecord } from './topics/record.js';
import type { TopicRules } from './topics/state.js';
import { Topics } from './topics/topics.js';

/** The services of a client. */
export interface ClientServices {
  readonly wire: Connection<null, string>;
  readonly calls: Calls;
  readonly probe: () => Probe;
  readonly topics: Topics;
  readonly leases: SubscribeLeases;
  /** Those of an earlier process, and for the next one. */
  readonly kept: KeptTopics | undefined;
  readonly inbox: Inbox;
  readonly publisher: Publisher;
  readonly subscribing: SubscribeDependencies;
  readonly fetching: FetchDependencies;
  /** Gets the public face of a topic, always the same object. */
  readonly channelOf: (record: TopicRecord) => RelayChannel;
  readonly seed$: Observable<Uint8Array>;
}

interface Callbacks extends ConnectionCallbacks<Incoming> {
  /** Opens the connection, if it is to be opened on demand. */
  readonly demand: () => void;
  /** Says whether the user has disconnected. */
  readonly isDisconnected: () => boolean;
  /** Emits an error on `errors$`. */
  readonly report: (error: RelayError) => void;
}

/** Milliseconds after which a connection is stable, so that its loss begins a new outage. */
const stableAfter = 5000;

/** Composes the parts of a client, from below to above; runs nothing yet. */
export function compose(settings: Settings, callbacks: Callbacks): ClientServices {
  const { demand, isDisconnected, report } = callbacks;
  const { idFormat, scheduler, random, requestTimeout, probeTimeout, dedupe, queue, log } = settings;
  const nextId = idsOf({ scheduler, random });
  const probe = probeOf(() => toHex(settings.randomBytes(32)));
  const seed$ = seedIn(settings);
  const wire: ClientServices['wire'] = connectionOf(
    relayProtocol(settings, {
      seed$,
      isNeeded: () => topics.needed || calls.size > 0,
      probe: () => requestText(nextId(), probe().method, probe().params, idFormat),
    }),
    connectionSettings(settings),
    callbacks,
  );
  const { send, command, heardAt, bufferedAmount: backlog } = wire;
  const policy = publishPolicy(settings);
  const calls: Calls = new Calls({
    ...{ send, nextId, idFormat, scheduler, random, heardAt, probe, probeTimeout },
    silent: (after) => {
      command({ type: 'idle', after });
    },
  });
  const publisher = new Publisher({ calls, policy, limits: queue, log, demand, report });
  const topics: Topics = new Topics({
    ...{ scheduler, random, requestTimeout, demand, isDisconnected, report },
    ...{ batchSize: 500, concurrency: 4 }, // the relay's limit; and it drops some of very many requests
    rules: topicRules(settings),
    call: (request, settle) => {
      calls.begin(request, settle);
    },
    leaseChanged: (topic) => kept?.changed(topic),
  });
  const inbox = new Inbox({ topics, send, dedupe, scheduler, demand });
  const fetching = {
    ...{ calls, topics, inbox, demand, report },
    rests: new Rests({ scheduler, restAfter: (n) => retryIn(settings, n, random()), memory: stableAfter }),
    policy: { ...policy, timeout: policy.deadline, repeatable: false as const },
  };
  const leases = new SubscribeLeases(topics, { demand, scheduler });
  const { storage, persistSubscriptions } = settings;
  const kept: ClientServices['kept'] =
    persistSubscriptions && storage ? new KeptTopics({ storage, topics, leases, report, log }) : undefined;
  const subscribing = { topics, leases, timeout: settings.publishDeadline, scheduler, report };
  const channelOf = channelsOf({ publisher, topics, inbox, backlog, scheduler, log });
  return {
    wire,
    calls,
    probe,
    topics,
    leases,
    kept,
    inbox,
    publisher,
    fetching,
    subscribing,
    seed$,
    channelOf,
  };
}

const topicRules = (settings: Settings): TopicRules => ({
  detachGrace: settings.detachGrace,
  retries: settings.publishRetries,
  retry: (n, chance) => retryIn(settings, n, chance),
});

function channelsOf(services: Services): ClientServices['channelOf'] {
  const channels = new WeakMap<TopicRecord, RelayChannel>();
  return (record) => {
    const channel = channels.get(record) ?? new RelayChannel(record, services);
    channels.set(record, channel);
    return channel;
  };
}

/** Doubles from time to time, with full jitter, which best spreads a fleet that was cut off at once. */
const backoffOf = (first: number, most: number, n: number, chance: number): number =>
  Math.min(most, first * 2 ** (n - 1)) * chance;

/** Rounds up to tenths of a second: waits of few lengths share a timer, and a retry at once would be refused again. */
const retryIn = ({ reconnectDelay, reconnectDelayMax }: Settings, n: number, chance: number): number =>
  Math.ceil((backoffOf(reconnectDelay, reconnectDelayMax, n, chance) + 1) / 100) * 100;

function publishPolicy(settings: Settings): Policy {
  const { publishRetries, publishTimeout: timeout, publishDeadline: deadline } = settings;
  const { publishRetryDelay, failFast, probeTimeout } = settings;
  return {
    ...{ attempts: publishRetries + 1, timeout, deadline, failFast, repeatable: true }, // the relay recognizes a duplicate
    patient: deadline > timeout + probeTimeout,
    // 50 to 100 %, in steps of a 32nd of the first one: waits of few lengths share a timer
    backoff: (n, chance) => publishRetryDelay * 2 ** (n - 1) * (0.5 + Math.floor(chance * 16) / 32),
  };
}

function connectionSettings(settings: Settings): ConnectionSettings<null> {
  const { relayUrl, reconnectDelay, reconnectDelayMax, requestTimeout, probeTimeout: idleMargin } = settings;
  const { platform, lifecycle$, outside, scheduler, random } = settings;
  return {
    rules: {
      hosts: [relayUrl.replace(/^wss?:\/\/(?:[^@/]*@)?|[/?].*$/g, '')],
      disconnectedRetry: (n, chance) => backoffOf(reconnectDelay, reconnectDelayMax, n, chance),
      suspendedRetry: reconnectDelayMax,
      stableAfter,
      keepFor: maxTimer,
    },
    ...{ requestTimeout, idleMargin, platform, lifecycle$, outside, scheduler, random },
  };
}
