import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { pings$, proposals$, requests$, session$ } from '../../lib/walletconnect.js';

type Client = Parameters<typeof session$>[0];

/** As much of a SignClient as the streams use; tells how it was called. */
function clientOf(): {
  readonly client: Client;
  readonly events: EventEmitter;
  readonly sessions: string[];
  readonly calls: unknown[];
} {
  const [events, sessions, calls] = [new EventEmitter(), [] as string[], [] as unknown[]];
  const called =
    (name: string) =>
    (params: unknown): Promise<void> =>
      Promise.resolve(void calls.push([name, params]));
  const part = { on: events.on.bind(events), off: events.off.bind(events) }; // their names differ
  const client = {
    ...part,
    core: { expirer: part, history: part, relayer: part },
    session: { getAll: () => [...sessions] },
    ...{ approve: called('approve'), reject: called('reject'), respond: called('respond') },
  };
  return { client: client as unknown as Client, events, sessions, calls };
}

const proposal = { id: 1, params: { id: 1 }, verifyContext: {} };
const request = { id: 2, topic: 't', params: { request: { method: 'personal_sign', params: [] } } };
const namespaces = { eip155: { accounts: [], methods: [], events: [] } };

describe('session$', () => {
  const changes: readonly string[] = [
    ...(['session_connect', 'session_update', 'session_extend', 'session_delete'] as const),
    ...(['session_expire', 'session_ping', 'session_request'] as const),
    ...(['expirer_created', 'expirer_deleted', 'relayer_publish', 'history_deleted'] as const),
  ];
  const told = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
  for (const event of changes)
    it(`emits the sessions at once, and after ${event} where they have changed`, async () => {
      const { client, events, sessions } = clientOf();
      const heard: unknown[] = [];
      const listening = session$(client).subscribe((found) => heard.push(found));
      events.emit(event, {});
      sessions.push('one'); // the SDK tells of some changes before it makes them
      await told();
      events.emit(event, {});
      await told();
      listening.unsubscribe();
      sessions.pop();
      events.emit(event, {});
      await told();
      expect(heard).to.deep.equal([[], ['one']]);
      expect(events.eventNames()).to.deep.equal([]);
    });
});

describe('proposals$', () => {
  it('emits each proposal with its answers, listens while subscribed, and to each subscriber', async () => {
    const { client, events, calls } = clientOf();
    const proposed$ = proposals$(client);
    expect(events.eventNames()).to.deep.equal([]);
    const answers: Promise<unknown>[] = [];
    const listening = proposed$.subscribe(({ id, approve, reject }) => {
      answers.push(approve(namespaces), approve(namespaces, { relayProtocol: 'irn' }));
      answers.push(reject(), reject({ code: 5001, message: `not ${id}` }));
    });
    proposed$.subscribe().unsubscribe();
    events.emit('session_proposal', proposal);
    listening.unsubscribe();
    events.emit('session_proposal', proposal);
    await Promise.all(answers);
    expect(calls).to.deep.equal([
      ['approve', { id: 1, namespaces }],
      ['approve', { id: 1, namespaces, relayProtocol: 'irn' }],
      ['reject', { id: 1, reason: { code: 5000, message: 'User rejected.' } }],
      ['reject', { id: 1, reason: { code: 5001, message: 'not 1' } }],
    ]);
    expect(events.eventNames()).to.deep.equal([]);
  });
});

describe('requests$', () => {
  it('emits each request with its answers, under its id and on its topic', async () => {
    const { client, events, calls } = clientOf();
    const answers: Promise<void>[] = [];
    requests$(client).subscribe(({ params, respond, reject }) => {
      answers.push(respond(params.request.method), reject(), reject({ code: 4001, message: 'No.' }));
    });
    events.emit('session_request', request);
    await Promise.all(answers);
    const answer = { id: 2, jsonrpc: '2.0' };
    expect(calls).to.deep.equal([
      ['respond', { topic: 't', response: { ...answer, result: 'personal_sign' } }],
      ['respond', { topic: 't', response: { ...answer, error: { code: 5000, message: 'User rejected.' } } }],
      ['respond', { topic: 't', response: { ...answer, error: { code: 4001, message: 'No.' } } }],
    ]);
  });
});

describe('pings$', () => {
  it('emits each ping', () => {
    const { client, events } = clientOf();
    const heard: unknown[] = [];
    pings$(client).subscribe((ping) => heard.push(ping));
    events.emit('session_ping', { id: 3, topic: 't' });
    expect(heard).to.deep.equal([{ id: 3, topic: 't' }]);
  });
});
