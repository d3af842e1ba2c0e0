/** One relay client in a process of its own: does what the orchestrator asks and says what it cost. */
import { collectGarbage, cpuUsed, heapUsed, meter, settled } from '../meter.js';
import { serve, tell } from '../serve.js';
import type { ConnectRelay, RelayContestant } from './contestant.js';
import { markEvery, type Marks, type Published, type RelayClientOrder, textOf, topic } from './messages.js';

const name = process.argv[2] ?? '';
const { connect } = (await import(`./${name}.js`)) as { connect: ConnectRelay };

const connected = (port: number): Promise<RelayContestant> => connect(`ws://127.0.0.1:${port}`);

async function publish(port: number, messages: number): Promise<Published> {
  const client = await connected(port);
  const stop = meter();
  const all = Array.from({ length: messages }, (_, index) => client.publish(topic, textOf(index)));
  const fates = await Promise.allSettled(all);
  const { wall } = stop();
  await client.close();
  return { wall, failed: fates.filter(({ status }) => status === 'rejected').length };
}

async function receive(port: number, messages: number, atMost: number): Promise<Marks> {
  const client = await connected(port);
  const marks: number[] = [];
  let count = 0;
  await new Promise<void>((resolve, reject) => {
    const heard = (): void => {
      count += 1;
      if (count % markEvery === 0) marks.push(cpuUsed());
      if (count === messages) resolve();
    };
    client
      .subscribe(topic, heard)
      .then(() => collectGarbage()) // whatever was before is no matter of this client
      .then(settled)
      .then(() => {
        marks.push(cpuUsed());
        setTimeout(resolve, atMost);
        tell({ ready: true });
      }, reject);
  });
  await client.close();
  return marks;
}

let count = 0;
let enough = (): void => {};
let listening: Promise<unknown> | undefined;

async function heap(port: number, messages: number): Promise<number> {
  listening ??= connected(port).then((client) =>
    client.subscribe(topic, () => {
      count += 1;
      enough();
    }),
  );
  await listening;
  const come = new Promise<void>((resolve) => {
    enough = () => {
      if (count === messages) resolve();
    };
  });
  tell({ ready: true });
  await come;
  await settled();
  return heapUsed();
}

function obey(order: RelayClientOrder): Promise<unknown> {
  switch (order.do) {
    case 'publish':
      return publish(order.port, order.messages);
    case 'receive':
      return receive(order.port, order.messages, order.atMost);
    case 'heap':
      return heap(order.port, order.messages);
  }
}

serve(obey, name);
