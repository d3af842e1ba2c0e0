import { answer, refused } from '../calls/answer.js';
import { type Call, incoming, type Reply } from '../json-rpc/incoming.js';
import { unreadable } from '../json-rpc/outgoing.js';
import { rpcErrorOf } from '../relay-error.js';
import type { Fault } from './faults.js';
import type { Live } from './connection-context.js';

/** Does what the text of a frame asks for, unless the connection was disturbed. */
export function hear(live: Live, text: string): void {
  const heard = readable(live, text);
  if (!heard) return;
  if ('method' in heard) respond(live, heard, faultOf(live, heard));
  else if (heard.accepted) live.pushes.acknowledged(heard.id);
}

function readable({ caller, say }: Live, text: string): Call | Reply | undefined {
  try {
    return incoming(text);
  } catch (thrown) {
    say(refused(caller, { id: unreadable }, rpcErrorOf(thrown)).text);
    return undefined;
  }
}

/** What was asked for of the connection goes before what was asked for of all. */
const faultOf = ({ own, everywhere }: Live, { method }: Call): Fault | undefined =>
  own.take(method) ?? everywhere.take(method);

function respond(live: Live, call: Call, fault: Fault | undefined): void {
  switch (fault?.how) {
    case 'ignore':
      return;
    case 'refuse':
      return live.say(refused(live.caller, call, fault.error).text);
    case 'dropBefore':
      return live.drop();
    case 'close':
      return live.line.close(fault.code, fault.reason);
    default:
      return carryOut(live, call, fault);
  }
}

function carryOut(live: Live, call: Call, fault: Fault | undefined): void {
  const { text, then } = answer(live.caller, call);
  switch (fault?.how) {
    case 'dropAfter':
      return live.drop();
    case 'late':
      live.sayAfter(fault.ms, text);
      break;
    case 'mute':
      break;
    case 'twice':
      live.say(text);
      live.say(text);
      break;
    default:
      live.say(text);
  }
  then();
}
