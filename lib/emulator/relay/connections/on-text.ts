import { answer, errorAnswer } from '../calls/answer.js';
import { type Call, parseIncoming, type Reply } from '../json-rpc/incoming.js';
import { unreadableId } from '../json-rpc/outgoing.js';
import { rpcErrorOf } from '../relay-error.js';
import type { Fault } from './faults.js';
import type { ConnectionContext } from './connection-context.js';

/** Handles the text of a frame, unless a fault applies. */
export function onText(context: ConnectionContext, text: string): void {
  const parsed = parseOrRefuse(context, text);
  if (!parsed) return;
  if ('method' in parsed) respond(context, parsed, faultOf(context, parsed));
  else if (parsed.accepted) context.pushes.acknowledge(parsed.id);
}

function parseOrRefuse({ caller, send }: ConnectionContext, text: string): Call | Reply | undefined {
  try {
    return parseIncoming(text);
  } catch (thrown) {
    send(errorAnswer(caller, { id: unreadableId }, rpcErrorOf(thrown)).text);
    return undefined;
  }
}

/** Takes a fault of the connection first, then one for all connections. */
const faultOf = ({ ownFaults, sharedFaults }: ConnectionContext, { method }: Call): Fault | undefined =>
  ownFaults.take(method) ?? sharedFaults.take(method);

function respond(context: ConnectionContext, call: Call, fault: Fault | undefined): void {
  switch (fault?.how) {
    case 'ignore':
      return;
    case 'refuse':
      return context.send(errorAnswer(context.caller, call, fault.error).text);
    case 'dropBefore':
      return context.drop();
    case 'close':
      return context.transport.close(fault.code, fault.reason);
    default:
      return perform(context, call, fault);
  }
}

function perform(context: ConnectionContext, call: Call, fault: Fault | undefined): void {
  const { text, then } = answer(context.caller, call);
  switch (fault?.how) {
    case 'dropAfter':
      return context.drop();
    case 'late':
      context.sendAfter(fault.ms, text);
      break;
    case 'mute':
      break;
    case 'twice':
      context.send(text);
      context.send(text);
      break;
    default:
      context.send(text);
  }
  then();
}
