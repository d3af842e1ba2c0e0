/** Connects to the emulator in memory, publishes, receives, disposes; the process has to end by itself. */
export const body = `
  const memory = inMemory();
  const { key, webSocketCtor, fetch } = memory;
  const client = new RealtimeClient({ key, webSocketCtor, fetch, log: () => undefined });
  const channel = client.channel('chat');
  const received = firstValueFrom(channel.messages$);
  await firstValueFrom(channel.whenState('attached'));
  await channel.publish('greeting', 'hello');
  const { data } = await received;
  await client.dispose();
  memory.close();
  console.log('received ' + String(data));`;

const imports = `
import { firstValueFrom } from 'rxjs';
import { RealtimeClient } from 'rx-realtime';
import { inMemory } from 'rx-realtime/emulator';`;

/** The program as an ES module. */
export const asModule = `${imports}
async function main() {${body}
}
void main();`;

/** The program as CommonJS. */
export const asCommonJs = `
const { firstValueFrom } = require('rxjs');
const { RealtimeClient } = require('rx-realtime');
const { inMemory } = require('rx-realtime/emulator');
async function main() {${body}
}
void main();`;

/** The last words of each program. */
export const hello = /^received hello$/m;

/** A life under a clock: messages, an outage of minutes, its end. */
export const life = `
exports.life = async ({ rt, advance }) => {
  const seen = [];
  const states = [];
  const client = rt.client();
  client.connectionState$.subscribe((state) => states.push(state));
  client.channel('chat').messages$.subscribe(({ data }) => seen.push(data));
  await advance(100);
  rt.channel('chat').emit('greeting', 'hi');
  await advance(100);
  const published = client.channel('chat').publish('greeting', 'é'.repeat(100));
  await advance(100);
  await published;
  rt.refuse();
  rt.drop();
  await advance(200000);
  const during = [...states];
  rt.refuse(false);
  await advance(60000);
  states.push('then');
  const closing = rt.close();
  await advance(1000);
  await closing;
  return { seen: seen.map((text) => text.slice(0, 2)), during: [...new Set(during)], end: states.slice(-3) };
};
exports.expected = {
  seen: ['hi', 'éé'],
  during: ['initialized', 'connecting', 'connected', 'disconnected', 'suspended'],
  end: ['connected', 'then', 'closed'],
};
/** Advances by a scheduler of virtual time, and lets promises settle. */
exports.virtual = (scheduler) => async (ms) => {
  const end = scheduler.now() + ms;
  for (let n = 0; n < 20; n += 1) {
    await null;
    scheduler.maxFrames = end;
    scheduler.flush();
    await null;
  }
};
/** Advances by a function that advances timers at once, and lets promises settle before and after it. */
exports.atOnce = (advance) => async (ms) => {
  for (let n = 0; n < 20; n += 1) await null;
  advance(ms);
  for (let n = 0; n < 20; n += 1) await null;
};`;
