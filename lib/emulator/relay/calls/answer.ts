import { type Call, demandValid } from '../json-rpc/incoming.js';
import { answerText } from '../json-rpc/outgoing.js';
import { refusal, type RpcError, rpcErrorOf } from '../relay-error.js';
import { fetchBatch, fetchMessages, receive } from './fetch.js';
import type { Caller, Method } from './relay-context.js';
import { publish, publishBatch } from './publish.js';
import { registerWatch, unregisterWatch } from './watch.js';
import { approveSession, proposeSession } from './sessions.js';
import { subscribe, subscribeBatch, subscribeEach, unsubscribe, unsubscribeBatch } from './subscribe.js';

/** The text of an answer, and a follow-up. */
export interface Answer {
  readonly text: string;
  readonly then: () => void;
}

/** Methods by name. Blocking forms equal the others, because nothing here takes time. */
const methods: Readonly<Record<string, Method>> = {
  irn_publish: publish,
  irn_batchPublish: publishBatch,
  irn_subscribe: subscribe,
  irn_subscribeBlocking: subscribe,
  irn_batchSubscribe: subscribeBatch,
  irn_batchSubscribeBlocking: subscribeEach,
  irn_unsubscribe: unsubscribe,
  irn_batchUnsubscribe: unsubscribeBatch,
  irn_fetchMessages: fetchMessages,
  irn_batchFetchMessages: fetchBatch,
  irn_batchReceive: receive,
  irn_watchRegister: registerWatch,
  irn_watchUnregister: unregisterWatch,
  wc_proposeSession: proposeSession,
  wc_approveSession: approveSession,
};

/** Performs a call; never throws. */
export function answer(caller: Caller, call: Call): Answer {
  try {
    demandValid(call);
    const method = Object.hasOwn(methods, call.method) ? methods[call.method] : undefined;
    if (!method) throw refusal('InvalidMethod', 'The method is unknown: check its name.');
    const { result, then = () => undefined } = method(caller, call.params);
    return { text: answerText(call.id, { result }, caller.relay.settings.ids), then };
  } catch (thrown) {
    return errorAnswer(caller, call, rpcErrorOf(thrown));
  }
}

/** The answer to a call that failed. */
export const errorAnswer = ({ relay }: Caller, { id }: Pick<Call, 'id'>, error: RpcError): Answer => ({
  text: answerText(id, { error }, relay.settings.ids),
  then: () => undefined,
});
