/** One contestant in a process of its own: does what the orchestrator asks and says what it cost. */
import { type Connect, type Contestant, type ContestantName, type Place } from './contestants/contestant.js';
import { workOnLists } from './lists/work.js';
import { channelName, type ClientOrder, type Cost, type HeapUse, lastName } from './messages.js';
import { heapUsed, meter, settled } from './meter.js';
import { serve, tell } from './serve.js';
import { pace } from './traffic/work.js';

const name = process.argv[2] as ContestantName;
const { connect } = (await import(`./contestants/${name}.js`)) as { connect: Connect };

const channelsOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => channelName(index));

let place: Place;
let contestant: Contestant;
/** Called for each message; replaced by each order that waits for messages. */
let heard: (name: string, data: string) => void = () => {};

/** Says that it is ready, then waits until `listen` calls `done`. */
function awaiting<T>(listen: (done: (value: T) => void) => (name: string, data: string) => void): Promise<T> {
  return new Promise((resolve) => {
    heard = listen(resolve);
    tell({ ready: true });
  });
}

const subscribe = async (channels: number): Promise<void> => {
  const names = channelsOf(channels);
  await Promise.all(names.map((channel) => contestant.attach(channel)));
  for (const channel of names) contestant.subscribe(channel, (...message) => heard(...message));
};

/** Looks at the payload, as a user would: it is text, or bytes, or what came in JSON. */
const sizeOf = (data: unknown): number =>
  typeof data === 'string'
    ? data.length
    : ((data as Partial<Uint8Array>).byteLength ?? (data as { readonly text: string }).text.length);

/** Done once all came, and with what they were sent with: exactly `size` bytes each, where that is said. */
const receive = (messages: number, size?: number): Promise<Cost> =>
  awaiting((done) => {
    const stop = meter();
    let left = messages;
    let bytes = 0;
    return (_, data) => {
      bytes += sizeOf(data);
      left -= 1;
      if (left > 0) return;
      const isWhole = size === undefined ? bytes >= messages * 100 : bytes === messages * size;
      if (isWhole) done(stop());
    };
  });

/** Past and live messages in one, with a client of its own, because a past is read once. */
async function past(count: number, live: number): Promise<Cost> {
  const fresh = await connect(place);
  const channel = channelName(0);
  await fresh.attach(channel);
  try {
    return await awaiting<Cost>((done) => {
      const stop = meter();
      let left = count + live;
      fresh.joinPast?.(channel, count, () => {
        left -= 1;
        if (left === 0) done(stop());
      });
      return () => {};
    });
  } finally {
    await fresh.close();
  }
}

const reattach = (): Promise<Cost> =>
  awaiting((done) => {
    const stop = meter();
    return (what) => {
      if (what === lastName) done(stop());
    };
  });

/** The members of the first channel, who are told anew because it is attached anew. */
async function sync(members: number): Promise<Cost> {
  const channel = channelName(0);
  await contestant.detach(channel);
  const stop = meter();
  const known = await contestant.sync(channel);
  const cost = stop();
  if (known !== members) throw new Error(`${name} knows ${known} members of ${members}.`);
  return cost;
}

const follow = (events: number): Promise<Cost> =>
  awaiting((done) => {
    const stop = meter();
    let left = events;
    return () => {
      left -= 1;
      if (left === 0) done(stop());
    };
  });

async function publish(messages: number, inFlight: number, size = 100): Promise<Cost> {
  const data = 'x'.repeat(size);
  const channel = channelName(0);
  const stop = meter();
  for (let sent = 0; sent < messages; sent += inFlight) {
    if (inFlight === 1) {
      await contestant.publish(channel, 'greeting', data);
    } else {
      const burst: Promise<unknown>[] = [];
      for (let index = 0; index < inFlight; index += 1)
        burst.push(contestant.publish(channel, 'greeting', data));
      await Promise.all(burst);
    }
  }
  return stop();
}

/** With a client of its own, because one client attaches a channel only once. */
async function attach(channels: number): Promise<Cost> {
  const fresh = await connect(place);
  const names = channelsOf(channels);
  const stop = meter();
  await Promise.all(names.map((channel) => fresh.attach(channel)));
  const cost = stop();
  await fresh.close();
  return cost;
}

/** Bytes for each member that is known. */
async function memberHeap(members: number): Promise<number> {
  await contestant.detach(channelName(0));
  await settled();
  const before = heapUsed();
  await contestant.sync(channelName(0));
  await settled();
  return (heapUsed() - before) / members;
}

/** The objects of the first channel, which are named anew because it is attached anew. */
async function syncObjects(objects: number): Promise<Cost> {
  await contestant.detach(channelName(0));
  const stop = meter();
  const known = await contestant.objects?.sync();
  const cost = stop();
  if (known !== objects) throw new Error(`${name} knows ${known} objects of ${objects}.`);
  return cost;
}

/** Bytes for each object that is known, by a client of its own. */
async function objectHeap(objects: number): Promise<number> {
  const fresh = await connect(place);
  await settled();
  const before = heapUsed();
  await fresh.objects?.sync();
  await settled();
  const bytes = (heapUsed() - before) / objects;
  await fresh.close();
  return bytes;
}

/** Until the last operation has been applied; with all objects as a plain value after each of them, where that is asked for. */
const apply = (isCompact: boolean): Promise<Cost> =>
  awaiting((done) => {
    const stop = meter();
    const leave = contestant.objects?.follow(isCompact, () => {
      leave?.();
      done(stop());
    });
    return () => {};
  });

async function heap(channels: number): Promise<HeapUse> {
  const names = channelsOf(channels);
  const listen = (): void => {
    for (const channel of names) contestant.subscribe(channel, (...message) => heard(...message));
  };
  await settled();
  const before = heapUsed();
  await Promise.all(names.map((channel) => contestant.attach(channel)));
  listen();
  await settled();
  const withOne = heapUsed();
  listen();
  await settled();
  const withTwo = heapUsed();
  return { channel: (withOne - before) / channels, subscriber: (withTwo - withOne) / channels };
}

async function obey(order: ClientOrder): Promise<unknown> {
  switch (order.do) {
    case 'connect':
      place = order;
      contestant = await connect(place);
      return;
    case 'subscribe':
      return subscribe(order.channels);
    case 'receive':
      return receive(order.messages, order.size);
    case 'publish':
      return publish(order.messages, order.inFlight, order.size);
    case 'attach':
      return attach(order.channels);
    case 'heap':
      return heap(order.channels);
    case 'past':
      return past(order.past, order.live);
    case 'pace':
      return pace(contestant, order, (listener) => (heard = listener));
    case 'reattach':
      return reattach();
    case 'watch':
      contestant.watch(channelName(0), (clientId) => heard(clientId, ''), order.moves);
      await contestant.sync(channelName(0));
      return;
    case 'sync':
      return sync(order.members);
    case 'follow':
      return follow(order.events);
    case 'member-heap':
      return memberHeap(order.members);
    case 'walk':
      await contestant.sync(channelName(0)); // first, or each of the members would be walked to as it is named
      contestant.lists?.walk(channelName(0), () => heard('', ''));
      return;
    case 'sync-objects':
      return syncObjects(order.objects);
    case 'object-heap':
      return objectHeap(order.objects);
    case 'apply':
      return apply(order.isCompact);
    case 'detach':
    case 'release':
    case 'find':
    case 'enter':
    case 'join':
    case 'history':
      return workOnLists(order, await connect(place));
    case 'close':
      return contestant.close();
  }
}

serve(obey, name);
