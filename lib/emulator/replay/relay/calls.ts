import { type Fields, isFields } from '../../relay/json-rpc/incoming.js';
import type { CallOutcome } from '../../relay/json-rpc/outgoing.js';

/** Fields of the params that name topics. */
const names = ['topic', 'pairingTopic', 'sessionTopic'] as const;

/** Methods that subscribe, and the field of their topic; the others have it in `topic` or `topics`. */
const subscribing: Readonly<Record<string, 'topics' | 'topic' | 'pairingTopic' | 'sessionTopic'>> = {
  irn_subscribe: 'topic',
  irn_subscribeBlocking: 'topic',
  irn_batchSubscribe: 'topics',
  irn_batchSubscribeBlocking: 'topics',
  wc_proposeSession: 'pairingTopic',
  wc_approveSession: 'sessionTopic',
};

/** A call, recorded or made now. */
export interface MadeCall {
  readonly method: string;
  readonly params: unknown;
}

/** Name of what a call asks for; those of one name are told apart by their order. A publish has none of its topic. */
export function keyOf({ method, params }: MadeCall): string {
  if (/publish/i.test(method) || !isFields(params)) return method;
  const named = names.flatMap((name) => textsIn(params[name]));
  const topics = [...named, ...textsIn(params['topics']), ...textsIn(topicsOf(params['subscriptions']))];
  return `${method} ${[...topics].sort().join(' ')}`;
}

/** Topics that a call subscribes to. */
export function subscribedBy({ method, params }: MadeCall): readonly string[] {
  const field = Object.hasOwn(subscribing, method) ? subscribing[method] : undefined;
  return field !== undefined && isFields(params) ? [...new Set(textsIn(params[field]))] : [];
}

/** The outcome of a call that a relay grants which has no messages. */
export function grantedOutcome(call: MadeCall): CallOutcome {
  const { method } = call;
  const topics = subscribedBy(call);
  if (method === 'irn_batchSubscribeBlocking') return { result: topics.map((id) => ({ id })) };
  if (method === 'irn_batchSubscribe') return { result: topics };
  if (method === 'irn_subscribe' || method === 'irn_subscribeBlocking') return { result: topics[0] };
  if (/^irn_(batchF|f)etchMessages$/.test(method)) return { result: { messages: [], hasMore: false } };
  return { result: method === 'irn_watchRegister' ? { relayId: 'replay' } : true };
}

const textsIn = (value: unknown): readonly string[] =>
  [value].flat().filter((item): item is string => typeof item === 'string');

const topicsOf = (subscriptions: unknown): unknown =>
  Array.isArray(subscriptions)
    ? subscriptions.map((each: unknown) => (isFields(each) ? each['topic'] : undefined))
    : undefined;

/** The call in a recorded frame; undefined for another frame. */
export function callIn({ method, params }: Fields): MadeCall | undefined {
  return typeof method === 'string' ? { method, params } : undefined;
}
