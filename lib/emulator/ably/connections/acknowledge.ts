import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import { isAbsent, isFields } from '../wire/fields.js';
import type { ConnectionContext } from './connection-context.js';
import type { PublishResult } from './publish-results.js';

/** Performs a frame with a msgSerial; `id` is the id of the frame (TR4n). Returns serials, or throws for a NACK. */
export type Perform = (context: ConnectionContext, frame: ProtocolMessage, id: string) => readonly string[];

/**
 * RTN19a: performs a frame once, even if it is sent again, then answers ACK or NACK. One whose items have other ids than
 * the frame of the same msgSerial is another one, of another client that goes on in this connection (RTN16). One out of
 * turn gets 40000, a guess. Throws 80013 without a msgSerial.
 */
export function acknowledge(context: ConnectionContext, frame: ProtocolMessage, perform: Perform): void {
  const msgSerial = msgSerialOf(frame);
  const { publishResults } = context.session;
  const name = nameOf(frame, `${context.session.id}:${msgSerial}`);
  const known = publishResults.resultOf(msgSerial, name);
  if (!known && !publishResults.isInTurn(msgSerial)) {
    sendResult(context, msgSerial, { error: wireErrorOf(outOfTurn(publishResults.expected)) });
    return;
  }
  const result = known ?? attempt(context, frame, perform);
  if (!known) publishResults.add(msgSerial, name, result);
  sendResult(context, msgSerial, result);
}

/** TM2a: the ids of the items; empty where they are those that the frame implies. */
function nameOf({ messages, annotations, presence, state }: ProtocolMessage, implied: string): string {
  const items: unknown = messages ?? annotations ?? presence ?? state;
  if (!Array.isArray(items) || !items.some((item) => isFields(item) && !isAbsent(item['id']))) return '';
  const ids = items.map((item, index) => {
    const id = isFields(item) ? (item['id'] ?? undefined) : undefined;
    return id === `${implied}:${index}` ? undefined : id;
  });
  return ids.every((id) => id === undefined) ? '' : JSON.stringify(ids);
}

const outOfTurn = (expected: number): Error =>
  refusal(
    40000,
    400,
    `The msgSerial is out of turn, as the connection expected ${expected}: count from 0 on each new connection, and leave none out.`,
  );

function msgSerialOf({ msgSerial }: ProtocolMessage): number {
  if (typeof msgSerial === 'number' && Number.isSafeInteger(msgSerial) && msgSerial >= 0) return msgSerial;
  throw refusal(80013, 400, 'A publish needs a msgSerial: count them from 0 on each new connection.');
}

function attempt(context: ConnectionContext, frame: ProtocolMessage, perform: Perform): PublishResult {
  const fault = context.faults.refusals.shift();
  if (fault) return { error: fault };
  try {
    return { serials: perform(context, frame, `${context.session.id}:${frame.msgSerial ?? 0}`) };
  } catch (thrown) {
    return { error: wireErrorOf(thrown) };
  }
}

function sendResult(
  { transport, faults, session }: ConnectionContext,
  msgSerial: number,
  result: PublishResult,
): void {
  const send = (): void => {
    session.publishResults.answered(msgSerial, transport.delayedBy);
    transport.send(
      'error' in result
        ? { action: Action.nack, msgSerial, count: 1, error: result.error }
        : { action: Action.ack, msgSerial, count: 1, res: [{ serials: result.serials }] },
    );
  };
  if (faults.heldAnswers) faults.heldAnswers.push(send);
  else send();
}
