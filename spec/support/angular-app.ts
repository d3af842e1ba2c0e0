/** Runs a small Angular app on a page, with zone.js or without, and tells what came of it, as JSON. */
import { type ClientOptions, RealtimeClient } from '../../lib/index.js';
import { firstVisit, liveAnew, liveAsVisitor, liveInRooms } from './binding-life.js';
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
let isStable = false;
const [client] = clients as [RealtimeClient];
const rooms = await liveInRooms(
  { emulator, sent },
  {
    ...{ text, renders: () => renders, setTyping: (on) => typing.set(on), setRoom: (name) => room.set(name) },
    leave: () => isThere.set(false),
    settled: () => {
      injector.get(ApplicationRef).isStable.subscribe((stable) => (isStable = stable));
      return until('it is stable', () => isStable);
    },
  },
);

const round = signal(0);
const isKept = signal(true);
const isWanted = signal(false);
class Later {
  readonly isKept = isKept;
  readonly isWanted = isWanted;
  readonly round = round;
}
const deferred = '@defer (when isWanted()) {<app-room />} @placeholder {<i>later</i>}';
Component({
  selector: 'app-later',
  imports: [Room],
  template: `@if (isKept()) {@if (round() % 2) {${deferred}} @else {${deferred}}}`,
})(Later);
const laterPlace = document.body.appendChild(document.createElement('div'));
const later = core.createComponent(Later, { environmentInjector: injector, hostElement: laterPlace });
app.attachView(later.hostView);
room.set('k');
const laterText = (): string => laterPlace.textContent ?? '';
await until('the placeholder is shown', () => laterText() === 'later');
const placeholder = sent.filter((frame) => frame.endsWith(' k'));
const anew = await liveAnew(
  { emulator, sent },
  {
    text: laterText,
    setRoom: () => isWanted.set(true),
    renew: () => round.update((known) => known + 1),
    leave: () => isKept.set(false),
  },
);
later.destroy();

const visit = signal(firstVisit);
class Visitor {
  readonly chat = injectMessages(
    () => visit().room,
    () => ({ keep: 5, name: ['n'], ...visit().options }),
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
const place = document.body.appendChild(document.createElement('p'));
const visitor = core.createComponent(Visitor, { environmentInjector: app.injector, hostElement: place });
app.attachView(visitor.hostView);
const words = (): string => place.textContent ?? '';
const { sameAgain, heard, refused, shown, followed } = await liveAsVisitor(
  { client, emulator, sent },
  { words, setVisit: (next) => visit.set(next) },
);
visitor.destroy();
await until('the visitor is gone', () => shown.at(-1)?.startsWith('f leave {"at":"last"}') === true);

app.destroy();
await until('the client is disposed of', () => client.connection.state === 'closed');
emulator.dispose();
say(
  JSON.stringify({
    onServer,
    ...rooms,
    placeholder,
    anew,
    sameAgain,
    heard,
    refused,
    followed,
    clients: clients.length,
    complaints,
  }),
);
process.exit(0);
