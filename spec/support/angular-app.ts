/** Runs a small Angular app on a page, with zone.js or without, and tells what came of it, as JSON. */
import { type ClientOptions, RealtimeClient } from '../../lib/index.js';
import { openPage, pageWorld, until } from './page.js';

const isZoned = process.argv.includes('zoned');
const document = openPage();
if (isZoned) await import('zone.js');
await import('@angular/compiler');
const core = await import('@angular/core');
const { bootstrapApplication } = await import('@angular/platform-browser');
const angular = await import('../../lib/angular.js');

const { ApplicationRef, Component, PLATFORM_ID, signal } = core;
const { injectChannel, injectConnection, injectMessages, injectPresence } = angular;
const { provideRealtime, realtimeResource } = angular;

const complaints: string[] = [];
console.error = (...words: readonly unknown[]) => complaints.push(words.map(String).join(' '));
console.warn = console.error;
const say = console.log;
console.log = () => undefined; // Angular tells its mode
const room = signal('a');
const typing = signal(false);
const isThere = signal(true);
let renders = 0;

class Room {
  readonly chat = injectMessages(room, { keep: 3 });
  readonly presence = injectPresence(room, () => ({ typing: typing() }));
  readonly connection = injectConnection();
  readonly channel = injectChannel(room);
  readonly states = realtimeResource(() => (room() === 'b' ? undefined : this.channel().state$));

  words(): string {
    renders += 1;
    const { chat, presence, connection } = this;
    const lines = chat.messages().map(({ data }) => String(data));
    const present = presence.members().map(({ clientId, data }) => `${clientId}:${JSON.stringify(data)}`);
    const own = [connection.state(), chat.attached(), presence.status() ?? '-', chat.error()?.code ?? '-'];
    return [this.channel().name, ...own, lines, present, this.states.value() ?? this.states.status()].join(
      ' ',
    );
  }
}
Component({ selector: 'app-room', template: '<p>{{ words() }}</p>' })(Room);
class App {
  readonly isThere = isThere;
}
Component({ selector: '#app', imports: [Room], template: '@if (isThere()) {<app-room />}' })(App);

const text = (): string => document.getElementById('app')?.textContent ?? '';
const detection = isZoned ? core.provideZoneChangeDetection() : core.provideZonelessChangeDetection();
const { emulator, sent, options } = pageWorld();
/** A class of its own, for the form that takes a class. */
class Client extends RealtimeClient {
  constructor(given: ClientOptions) {
    super({ ...options, ...given });
  }
}

const rendered = await bootstrapApplication(App, {
  providers: [
    detection,
    provideRealtime(Client, { echoMessages: true }),
    { provide: PLATFORM_ID, useValue: 'server' },
  ],
});
await rendered.whenStable();
const onServer = { text: text(), sent: sent.length };
rendered.destroy();
document.body.innerHTML = '<div id="app"></div>';

const clients: RealtimeClient[] = [];
const make = (given: ClientOptions): RealtimeClient => {
  const client = new Client(given);
  clients.push(client);
  return client;
};
const app = await bootstrapApplication(App, { providers: [detection, provideRealtime(make)] });
await app.whenStable();
const { injector } = app;
await until('the member is there', () => /^a connected true present - .*ann/.test(text()));
let isStable = false;
injector.get(ApplicationRef).isStable.subscribe((stable) => (isStable = stable));
await until('it is stable', () => isStable);
const mounted = { text: text(), sent: [...sent] };

for (const data of ['1', '2', '3', '4']) emulator.publish('a', { name: 'n', data });
await until('messages are shown', () => text().includes('2,3,4'));
renders = 0;
for (let n = 0; n < 1000; n += 1) emulator.publish('a', { name: 'n', data: `x${n}` });
await until('the last one is shown', () => text().includes('x999'));
const burst = renders;

/** A component whose signals move as pages' signals do, and what others hear of its member. */
const visit = signal<{ readonly room: string; readonly data: unknown }>({ room: 'e', data: { at: 'e' } });
const shown: string[] = [];
class Visitor {
  readonly chat = injectMessages(
    () => visit().room,
    () => ({ keep: 5, name: [visit().room === '' ? 'm' : 'n'] }),
  );
  readonly presence = injectPresence(
    () => visit().room,
    () => visit().data,
  );

  words(): string {
    const { chat, presence } = this;
    return [chat.messages().length, presence.status(), presence.error()?.message].join(' ');
  }
}
Component({ selector: 'app-visitor', template: '{{ words() }}' })(Visitor);
const [client] = clients as [RealtimeClient];
const place = document.body.appendChild(document.createElement('p'));
const visitor = core.createComponent(Visitor, { environmentInjector: app.injector, hostElement: place });
app.attachView(visitor.hostView);
const words = (): string => place.textContent ?? '';
await until('the visitor is there', () => words() === '0 present ');
for (const name of ['e', 'f'])
  client
    .channel(name)
    .presence.events$.subscribe(({ action, data }) =>
      shown.push(`${name} ${action} ${JSON.stringify(data)}`),
    );
await client.channel('f').attach();
emulator.publish('e', { name: 'n', data: 'kept' });
await until('a message is shown', () => words() === '1 present ');
sent.length = 0;
visit.set({ room: 'e', data: { at: 'e' } });
await new Promise((resolve) => setTimeout(resolve, 50));
const sameAgain = { text: words(), sent: [...sent] };
visit.set({ room: 'f', data: { at: 'f' } });
await until('the other room has it', () => shown.some((event) => /^f (enter|present)/.test(event)));
visit.set({ room: 'f', data: undefined });
await until('it is gone', () => shown.some((event) => event.startsWith('f leave')));
const heard = [...shown];
visit.set({ room: 'f', data: 1n });
await until('it is refused', () => words().includes('lost'));
const refused = words();
visit.set({ room: 'f', data: { at: 'last' } });
await until('it is there again', () => words() === '0 present ');
visitor.destroy();
await until('the visitor is gone', () => shown.at(-1)?.startsWith('f leave {"at":"last"}') === true);

typing.set(true);
await until('data are updated', () => text().includes('{"typing":true}'));
sent.length = 0;
room.set('b');
await until('the other room is shown', () => /^b connected true present/.test(text()));
await until('its own data are shown', () => text().includes('ann'));
const moved = text();
await until('the first room is detached', () => sent.includes('12 a'));
isThere.set(false);
await until('nothing is attached', () => sent.includes('12 b'));
const left = [...sent].sort();
app.destroy();
await until('the client is disposed of', () => client.connection.state === 'closed');
emulator.dispose();
say(
  JSON.stringify({
    onServer,
    mounted,
    burst,
    moved,
    sameAgain,
    heard,
    refused,
    left,
    clients: clients.length,
    complaints,
  }),
);
process.exit(0);
