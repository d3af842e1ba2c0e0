import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import {
  pings$,
  proposals$,
  requests$,
  session$,
  type SessionProposal,
  type SessionRequest,
} from '../../lib/walletconnect.js';

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
    'session_expire',
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
    const ways: ((proposal: SessionProposal) => Promise<unknown>)[] = [
      ({ approve }) => approve(namespaces),
      ({ approve }) => approve(namespaces, { relayProtocol: 'irn' }),
      ({ reject }) => reject(),
      ({ id, reject }) => reject({ code: 5001, message: `not ${id}` }),
    ];
    const listening = proposed$.subscribe((proposed) => answers.push(ways[answers.length]!(proposed)));
    proposed$.subscribe().unsubscribe();
    for (const _ of ways) events.emit('session_proposal', { ...proposal });
    listening.unsubscribe();
    events.emit('session_proposal', { ...proposal });
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
    const ways: ((request: SessionRequest) => Promise<void>)[] = [
      ({ params, respond }) => respond(params.request.method),
      ({ reject }) => reject(),
      ({ reject }) => reject({ code: 4001, message: 'No.' }),
    ];
    requests$(client).subscribe((asked) => answers.push(ways[answers.length]!(asked)));
    for (const _ of ways) events.emit('session_request', { ...request });
    await Promise.all(answers);
    const answer = { id: 2, jsonrpc: '2.0' };
    expect(calls).to.deep.equal([
      ['respond', { topic: 't', response: { ...answer, result: 'personal_sign' } }],
      ['respond', { topic: 't', response: { ...answer, error: { code: 5000, message: 'User rejected.' } } }],
      ['respond', { topic: 't', response: { ...answer, error: { code: 4001, message: 'No.' } } }],
    ]);
  });
});

describe('the answers to a proposal or a request', () => {
  it('are given once, by however many subscribers: one that repeats it has the same promise, another one is an error', async () => {
    const { client, events, calls } = clientOf();
    const answers: Promise<unknown>[] = [];
    for (const _ of [1, 2]) proposals$(client).subscribe(({ approve }) => answers.push(approve(namespaces)));
    let refusal: Promise<unknown> | undefined;
    proposals$(client).subscribe(({ reject }) => (refusal = reject().catch(String)));
    for (const _ of [1, 2]) requests$(client).subscribe(({ respond }) => answers.push(respond('signed')));
    events.emit('session_proposal', { ...proposal });
    events.emit('session_request', { ...request });
    await Promise.all(answers);
    expect(answers).to.have.length(4);
    expect(calls.map((call) => (call as readonly unknown[])[0])).to.deep.equal(['approve', 'respond']);
    expect(await refusal).to.equal('Error: Answered already, by approve().');
  });

  it('are given again where they were not sent', async () => {
    const { client, events, calls } = clientOf();
    let failures = 1;
    const respond = client.respond;
    Object.assign(client, {
      respond: (params: never) =>
        failures-- > 0 ? Promise.reject(new Error('offline')) : respond.call(client, params),
    });
    const asked: SessionRequest[] = [];
    requests$(client).subscribe((found) => asked.push(found));
    events.emit('session_request', { ...request });
    const [{ respond: answer } = expect.fail()] = asked;
    expect(await answer('signed').catch(String)).to.equal('Error: offline');
    await answer('signed');
    expect(calls).to.have.length(1);
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
