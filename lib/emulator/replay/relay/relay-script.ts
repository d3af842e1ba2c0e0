import { type Fields, isFields } from '../../relay/json-rpc/incoming.js';
import type { CallOutcome } from '../../relay/json-rpc/outgoing.js';
import type { RpcError } from '../../relay/relay-error.js';
import { type Deed, deedWithoutFrame } from '../deeds.js';
import type { RecordedTransport } from '../read-recording.js';
import { callIn, keyOf, type MadeCall, subscribedBy } from './calls.js';

/** The part of the relay on one transport. */
export interface RelayScript {
  /** Pushes without a subscription on this transport, and all that is no frame: they wait for the opening alone. */
  readonly deeds: readonly Deed<Fields>[];
  /** Answers by `keyOf` of their calls, in order; empty where a call had no answer. */
  readonly answers: ReadonlyMap<string, readonly (readonly Deed<CallOutcome>[])[]>;
  /** Pushes by their topic, one list for each subscription to it. */
  readonly pushes: ReadonlyMap<string, readonly (readonly Deed<Fields>[])[]>;
}

interface Waiting<F> {
  readonly at: number;
  readonly deeds: Deed<F>[];
}

/**
 * Takes the relay's part from a recorded transport. Answers wait for their call, pushes for the client's last subscription to
 * their topic, or for the opening where there was none. An end by the client is left to the client, unless it `isCut`.
 */
export function relayScriptOf({ opening, lines }: RecordedTransport, isCut: boolean): RelayScript {
  const deeds: Deed<Fields>[] = [];
  const [answers, pushes] = [lists<CallOutcome>(), lists<Fields>()];
  const calls = new Map<string, Waiting<CallOutcome>>();
  const hear = (id: string, call: MadeCall, at: number): void => {
    calls.set(id, answers.begin(keyOf(call), at));
    for (const topic of subscribedBy(call)) pushes.begin(topic, at);
  };
  const say = (frame: Fields, at: number): void => {
    if (callIn(frame)) {
      const waiting = pushes.last(topicIn(frame));
      const after = at - (waiting?.at ?? 0);
      (waiting?.deeds ?? deeds).push({ after, does: { name: 'send', frame } });
      return;
    }
    const waiting = calls.get(idIn(frame));
    waiting?.deeds.push({ after: at - waiting.at, does: { name: 'send', frame: outcomeIn(frame) } });
  };
  for (const line of lines) {
    const at = line.t - opening.t;
    if (!('direction' in line)) deeds.push(...deedWithoutFrame(line, at, isCut));
    else if (line.direction === 'out') say(line.frame, at);
    else {
      const call = callIn(line.frame);
      if (call) hear(idIn(line.frame), call, at);
    }
  }
  return { deeds, answers: answers.all(), pushes: pushes.all() };
}

interface Lists<F> {
  readonly begin: (key: string, at: number) => Waiting<F>;
  readonly last: (key: string) => Waiting<F> | undefined;
  readonly all: () => ReadonlyMap<string, readonly (readonly Deed<F>[])[]>;
}

/** Lists of deeds by a key, in the order in which they were begun. */
function lists<F>(): Lists<F> {
  const byKey = new Map<string, Waiting<F>[]>();
  return {
    begin: (key, at) => {
      const begun = { at, deeds: [] };
      byKey.set(key, [...(byKey.get(key) ?? []), begun]);
      return begun;
    },
    last: (key) => byKey.get(key)?.at(-1),
    all: () => new Map([...byKey].map(([key, all]) => [key, all.map((waiting) => waiting.deeds)])),
  };
}

/** An id of more than 15 digits is recorded as a text. */
const idIn = ({ id }: Fields): string => String(id);

const outcomeIn = ({ result, error }: Fields): CallOutcome =>
  isFields(error) ? { error: error as unknown as RpcError } : { result };

/** The topic of a pushed message. */
function topicIn({ params }: Fields): string {
  const data = isFields(params) ? params['data'] : undefined;
  return isFields(data) ? String(data['topic']) : '';
}
