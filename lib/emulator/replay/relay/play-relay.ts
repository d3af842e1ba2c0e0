import { merge, mergeMap, type Observable, Subject, takeUntil } from 'rxjs';
import type { Data } from '../../../codec/codec.js';
import { textOf } from '../../../codec/json.js';
import { clientTransport } from '../../host/client-transport.js';
import { sendWhenIdle } from '../../host/send-when-idle.js';
import type { Session, Transport } from '../../host/server-core.js';
import { type Call, type Fields, parseIncoming, type Reply } from '../../relay/json-rpc/incoming.js';
import { answerText, type CallOutcome, type IdFormat, unreadableId } from '../../relay/json-rpc/outgoing.js';
import { rpcErrorOf } from '../../relay/relay-error.js';
import { type Deed, inTime, type Pace } from '../deeds.js';
import { grantedOutcome, keyOf, subscribedBy } from './calls.js';
import type { RelayScript } from './relay-script.js';

/** A client to which a script is played. */
export interface RelayAudience extends Pace {
  readonly socket: Transport;
  /** Form of ids in answers. */
  readonly ids: IdFormat;
  /** In ms of silence until a ping. */
  readonly pingInterval: number;
}

/** Plays a script to a client, until either of them ends. */
export function playRelay(script: RelayScript, audience: RelayAudience): Session {
  const { socket, scheduler, ids, pingInterval: interval } = audience;
  const ended$ = new Subject<void>();
  const asked$ = new Subject<readonly Deed<string>[]>();
  const end = (): void => {
    ended$.next();
    ended$.complete();
  };
  const transport = clientTransport<string>({ socket, scheduler, ended$, onClosing: end });
  const send = (text: string): void => transport.send(text, text);
  const drop = (): void => {
    end();
    socket.terminate();
  };
  const perform = (deeds: readonly Deed<string>[]): Observable<unknown> =>
    inTime(deeds, { transport, send, drop }, audience);
  const signs$ = sendWhenIdle(transport, { interval, scheduler, send: transport.ping });
  merge(perform(script.deeds.map(asText)), asked$.pipe(mergeMap(perform)), signs$)
    .pipe(takeUntil(ended$))
    .subscribe();
  const answer = answers(script, ids);
  return {
    receive: (data, isBinary = typeof data !== 'string') => {
      if (transport.silent) return;
      const incoming = incomingIn(data, isBinary);
      if ('outcome' in incoming) send(answerText(unreadableId, incoming.outcome, ids));
      else if ('method' in incoming) for (const deeds of answer(incoming)) asked$.next(deeds);
    },
    ended: end,
  };
}

function incomingIn(data: Data, isBinary: boolean): Call | Reply | { readonly outcome: CallOutcome } {
  try {
    return parseIncoming(isBinary ? '' : textOf(data));
  } catch (thrown) {
    return { outcome: { error: rpcErrorOf(thrown) } };
  }
}

/** Returns the deeds for each call of the client: its answer, and the pushes of the topics that it subscribes to. */
function answers(
  { answers: recorded, pushes }: RelayScript,
  ids: IdFormat,
): (call: Call) => readonly (readonly Deed<string>[])[] {
  const [nextAnswer, nextPushes] = [inTurn(recorded), inTurn(pushes)];
  return (call) => {
    const outcomes = nextAnswer(keyOf(call)) ?? [
      { after: 0, does: { name: 'send', frame: grantedOutcome(call) } },
    ];
    const answered = outcomes.map((deed) => withFrame(deed, (outcome) => answerText(call.id, outcome, ids)));
    const pushed = subscribedBy(call).map((topic) => (nextPushes(topic) ?? []).map(asText));
    return [answered, ...pushed];
  };
}

/** Returns the next item of a key each time. */
function inTurn<T>(all: ReadonlyMap<string, readonly T[]>): (key: string) => T | undefined {
  const counts = new Map<string, number>();
  return (key) => {
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return all.get(key)?.[count];
  };
}

const asText = (deed: Deed<Fields>): Deed<string> => withFrame(deed, (frame) => JSON.stringify(frame));

const withFrame = <F>({ after, does }: Deed<F>, textFor: (frame: F) => string): Deed<string> => ({
  after,
  does: does.name === 'send' ? { name: 'send', frame: textFor(does.frame) } : does,
});
