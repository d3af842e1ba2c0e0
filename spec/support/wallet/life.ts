import './sdk-socket.js';
import fc from 'fast-check';
import sinon from 'sinon';
import { chanceOf } from '../chaos/chance.js';
import { account, type RelayerName, sessionOf, signing, type SignPeer, signPeer } from '../sign-client.js';
import { type FailingRelay, failingRelay } from './failing-relay.js';
import { chooseSockets } from './sdk-socket.js';
import { type Fate, isSettled, type RequestFate, storm, type Tally, tallyOf } from './tally.js';

/** In ms since there was a session: by then all faults are over, and the last request was made. */
const healed = 60_000;
const lastRequest = 75_000;
/** By then the SDK, which gives a request five minutes, has settled everything: earlier, where all is settled. */
const over = lastRequest + 320_000;

/** A life with more sockets is given up: each that the relay refuses makes more than one, within milliseconds, without end. */
const mostDials = 1000;

const publish = { method: 'irn_publish' };
const busy = { code: -32000, message: 'The mailbox is full', data: 'MailboxLimitExceeded' };

type Deed = (relay: FailingRelay, pick: number) => void;
const connectionOf = (relay: FailingRelay, pick: number) => relay.now().connections[pick % 2];
const deeds: Readonly<Record<string, Deed>> = {
  cut: (relay, pick) => connectionOf(relay, pick)?.drop(),
  cutAll: (relay) => relay.now().connections.forEach((connection) => connection.drop()),
  halfOpen: (relay, pick) => connectionOf(relay, pick)?.silence(),
  refuse: (relay, pick) => relay.now().faults.refuse(busy, { ...publish, count: 1 + (pick % 5) }),
  cutInstead: (relay) => relay.now().faults.dropBefore(publish),
  cutAfter: (relay) => relay.now().faults.dropAfter(publish),
  restart: (relay, pick) => relay.fail(pick * 100),
  restartForgetting: (relay, pick) => relay.forget(pick * 100),
};

/** A session of a dApp and a wallet: its requests and pings, and what happens to it. Times in ms since there is a session. */
export const lives = fc.record({
  seed: fc.integer(),
  requests: fc.array(fc.integer({ min: 0, max: lastRequest }), { minLength: 6, maxLength: 10, size: 'max' }),
  pings: fc.array(fc.record({ at: fc.integer({ min: 0, max: lastRequest }), byWallet: fc.boolean() }), {
    maxLength: 2,
  }),
  faults: fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: healed }),
      deed: fc.constantFrom(...Object.keys(deeds)),
      pick: fc.integer({ min: 1, max: 200 }),
    }),
    { minLength: 3, maxLength: 8, size: 'max' },
  ),
});
export type Life = typeof lives extends fc.Arbitrary<infer T> ? T : never;

/**
 * Lives a session over relayers of that kind, in virtual time: the timers of the platform, the SDK's too, pass as soon as
 * promises have settled. Tells what came of it. One that is given up goes on in this process, and would be part of the next.
 */
export async function lived(life: Life, relayer: RelayerName): Promise<Tally> {
  const clock = sinon.useFakeTimers({
    now: 1_800_000_000_000,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  sinon.stub(Math, 'random').callsFake(chanceOf(life.seed));
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  const relay = failingRelay();
  chooseSockets(relay.webSocketCtor);
  let isOver = false;
  const living = play(life, relay, relayer).finally(() => (isOver = true));
  try {
    while (!isOver) {
      if (relay.dials() > mostDials) return storm;
      await new Promise((resolve) => setImmediate(resolve));
      try {
        clock.next();
      } catch (thrown) {
        note(thrown);
      }
    }
    return tallyOf({ ...(await living), unhandled });
  } finally {
    relay.end();
    process.off('unhandledRejection', note);
    clock.restore();
    sinon.restore();
  }
}

async function play(life: Life, relay: FailingRelay, relayer: RelayerName) {
  const peerOf = (): Promise<SignPeer> =>
    signPeer({ relayUrl: 'ws://127.0.0.1', relayer, webSocketCtor: relay.webSocketCtor });
  const [dapp, wallet] = [await peerOf(), await peerOf()];
  const { topic } = await sessionOf(dapp, wallet);
  const began = Date.now();
  const at = (ms: number): Promise<void> =>
    new Promise((resolve) => void setTimeout(resolve, began + ms - Date.now()));
  const requests = life.requests.map((ms): RequestFate => ({ at: ms, asked: [], answers: [] }));
  const others: Fate[] = [];
  const forgotten: number[] = [];
  watchPublishes(dapp, requests, began);
  answerAll(wallet, requests, { began, at });
  const until = (time: number, deed: () => void): void => void at(time).then(deed);
  requests.forEach((fate, index) =>
    until(fate.at, () => {
      const request = { method: signing.request.method, params: [`0x${index}`, account] };
      settle(fate, dapp.sdk.request({ topic, chainId: signing.chainId, request }), began);
    }),
  );
  for (const { at: time, byWallet } of life.pings)
    until(time, () => {
      const fate: Fate = {};
      others.push(fate);
      settle(fate, (byWallet ? wallet : dapp).sdk.ping({ topic }), began);
    });
  for (const { at: time, deed, pick } of life.faults)
    until(time, () => {
      if (deed === 'restartForgetting') forgotten.push(time);
      deeds[deed]?.(relay, pick);
    });
  until(healed, () => {
    relay.now().faults.clear();
  });
  const isOpen = (): boolean =>
    ![...requests, ...others, ...requests.flatMap(({ answers }) => answers)].every(isSettled);
  for (let time = lastRequest; time < over && (time === lastRequest || isOpen()); time += 20_000)
    await at(time + 20_000);
  await Promise.race([Promise.all([dapp, wallet].map((peer) => peer.end())), at(over + 30_000)]);
  return { requests, others, forgotten };
}

const since = (began: number): number => Date.now() - began;

function settle(fate: Fate, promise: Promise<unknown>, began: number): void {
  promise.then(
    () => Object.assign(fate, { resolved: since(began) }),
    (error: unknown) => Object.assign(fate, { rejected: since(began), error }),
  );
}

/** The number of a request, which is its first parameter. */
const numberIn = ({ params }: { readonly params: unknown }): number =>
  Number((params as readonly string[])[0]);

/** Notes when the relayer tells the SDK that the relay has taken a request. */
function watchPublishes({ sdk }: SignPeer, requests: readonly RequestFate[], began: number): void {
  const { relayer } = sdk.core;
  const publishBy = relayer.publish.bind(relayer);
  const sent = new Map<unknown, number>();
  relayer.publish = async (topic, message, options) => {
    await publishBy(topic, message, options);
    sent.set(options?.tvf?.correlationId, since(began));
    for (const fate of requests) if (fate.id !== undefined) fate.sent ??= sent.get(fate.id);
  };
  sdk.on(
    'session_request_sent' as never,
    ((event: { id: number; request: { params: unknown } }) => {
      const fate = requests[numberIn(event.request)]; // emitted too where the publish has failed
      if (fate) Object.assign(fate, { id: event.id, sent: sent.get(event.id) });
    }) as never,
  );
}

/** Answers each request, as often as it takes: an answer that was not sent is made again a second later. */
function answerAll(
  { sdk }: SignPeer,
  requests: readonly RequestFate[],
  { began, at }: { readonly began: number; readonly at: (ms: number) => Promise<void> },
): void {
  const answer = async (fate: RequestFate, topic: string, id: number): Promise<void> => {
    const answered: Fate = {};
    fate.answers.push(answered);
    const response = sdk.respond({ topic, response: { id, jsonrpc: '2.0', result: 'signed' } });
    settle(answered, response, began);
    const isSent = await response.then(
      () => true,
      () => false,
    );
    if (isSent || fate.answers.length >= 20) return;
    await at(since(began) + 1000);
    await answer(fate, topic, id);
  };
  sdk.on('session_request', ({ id, topic, params }) => {
    const fate = requests[numberIn(params.request)];
    if (!fate) return;
    fate.asked.push(since(began));
    if (fate.asked.length === 1) void answer(fate, topic, id);
  });
}
