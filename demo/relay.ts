import { filter, firstValueFrom, timeout } from 'rxjs';
import { createRelay, listenRelay } from '../lib/emulator/index.js';
import { type PublishError, RelayClient } from '../lib/relay/index.js';

/**
 * Two clients of a relay, a topic, a cut, and an outage in which a publish fails after its three retries; then all is well
 * again. Ends with code 0 only if each message arrived once.
 */
const topic = 'ab'.repeat(32);
const terms = { ttl: 300, tag: 1108 };
const patience = 15_000;

const say = (who: string, what: string): void => {
  console.log(`${who.padEnd(9)} ${what}`);
};

const relay = createRelay();
let server = await listenRelay({ relay });
say('relay', `listens on ${server.url}`);

/** A client that prints its states as they come; its publishes give up in two seconds, so that nobody has to wait. */
function clientNamed(who: string): RelayClient {
  const client = new RelayClient({
    ...{ relayUrl: server.url, publishTimeout: 400, publishDeadline: 2000, publishRetryDelay: 60 },
    ...{ reconnectDelay: 300, reconnectDelayMax: 1000, log: () => undefined },
  });
  client.connection.changes$.subscribe(({ current, retryIn, reason }) => {
    const next = retryIn === undefined ? '' : `, next try in ${Math.round(retryIn)} ms`;
    say(who, `${current}${next}${reason && current !== 'connecting' ? `: ${reason.message}` : ''}`);
  });
  return client;
}

const [sender, receiver] = [clientNamed('sender'), clientNamed('receiver')];
const channel = receiver.channel(topic);
const heard: string[] = [];
channel.state$.subscribe((state) => say('receiver', `the topic is ${state}`));
channel.messages$.subscribe(({ id, message }) => {
  heard.push(message);
  say('receiver', `"${message}", ${id.slice(0, 8)}…`);
});

const isActive = (): Promise<unknown> =>
  firstValueFrom(
    channel.state$.pipe(
      filter((state) => state === 'active'),
      timeout(patience),
    ),
  );
async function publish(message: string): Promise<boolean> {
  try {
    await sender.publish(topic, message, terms);
    say('sender', `"${message}" is accepted`);
    return true;
  } catch (error) {
    const { attempts, elapsed, message: text } = error as PublishError;
    say('sender', `"${message}" failed after ${attempts} attempts and ${Math.round(elapsed)} ms: ${text}`);
    return false;
  }
}

async function run(): Promise<boolean> {
  await isActive();
  await publish('one');

  say('relay', 'cuts both sockets');
  for (const connection of relay.connections) connection.drop();
  const overTheCut = await publish('two, over a cut');
  await isActive();

  say('relay', 'goes away');
  const { port } = server;
  await server.close();
  const inTheOutage = await publish('three, in an outage');

  server = await listenRelay({ relay, port });
  say('relay', 'is back');
  const afterwards = await publish('four, after the outage');
  await firstValueFrom(
    receiver.messages$.pipe(
      filter(() => heard.length >= 3),
      timeout(patience),
    ),
  ).catch(() => undefined);
  return overTheCut && !inTheOutage && afterwards;
}

const asExpected = await run();
await Promise.all([sender.dispose(), receiver.dispose()]);
await server.close();
relay.dispose();
const isWhole =
  JSON.stringify(heard) === JSON.stringify(['one', 'two, over a cut', 'four, after the outage']);
const ok = asExpected && isWhole;
console.log(ok ? 'each message that was accepted arrived once' : `SOMETHING WENT WRONG: ${heard.join(', ')}`);
process.exitCode = ok ? 0 : 1;
