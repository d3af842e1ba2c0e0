import { expect } from 'chai';
import {
  BehaviorSubject,
  filter,
  first,
  firstValueFrom,
  map,
  type Observable,
  of,
  scan,
  share,
  take,
  toArray,
} from 'rxjs';
import type { Codec } from '../../lib/codec/codec.js';
import {
  type EmulatedConnection,
  type EmulatorOptions,
  listen,
  type ListeningEmulator,
} from '../../lib/emulator/index.js';
import {
  type ClientOptions,
  json,
  type Members,
  type PresenceChange,
  RealtimeClient,
  type RealtimePresence,
  type PresenceStatus,
} from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';

const codecs: readonly Codec[] = [json, msgpack()];

const textOf = (members: Members): string =>
  Array.from(members.values(), ({ clientId, data }) => `${clientId} ${JSON.stringify(data)}`)
    .sort()
    .join(', ');
/** Resolves once the list is so. */
const shown = ({ members$ }: RealtimePresence, list: string): Promise<unknown> =>
  firstValueFrom(members$.pipe(first((members) => textOf(members) === list)));
const next = <T>(stream$: Observable<T>, count: number): Promise<T[]> =>
  firstValueFrom(stream$.pipe(take(count), toArray()));
/** What the members are by the changes alone. */
const fold = (members: ReadonlySet<string>, { entered, left }: PresenceChange): ReadonlySet<string> => {
  const keys = new Set(members);
  for (const { memberKey } of left) keys.delete(memberKey);
  for (const { memberKey } of entered) keys.add(memberKey);
  return keys;
};

for (const codec of codecs)
  describe(`presence on real sockets, ${codec.format}`, () => {
    const clients: RealtimeClient[] = [];
    let server: ListeningEmulator;
    const clientOf = (clientId?: string, options: Partial<ClientOptions> = {}): RealtimeClient => {
      const { key, host: endpoint, port } = server;
      const client = new RealtimeClient({
        ...{ key, endpoint, port, clientId, tls: false, codec, log: () => undefined },
        ...{ disconnectedRetryTimeout: 50, suspendedRetryTimeout: 50, ...options },
      });
      clients.push(client);
      return client;
    };
    const presenceOf = (client: RealtimeClient): RealtimePresence => client.channel('chat').presence;
    const connectionOf = ({ connection: { id } }: RealtimeClient): EmulatedConnection => {
      const found = server.emulator.connections.find((connection) => connection.id === id);
      if (!found) throw new Error('The client is not connected.');
      return found;
    };
    const restarted = async (options: EmulatorOptions): Promise<void> => {
      await server.close();
      server = await listen(options);
    };
    const connected = ({ connection }: RealtimeClient): Promise<unknown> =>
      firstValueFrom(connection.changes$.pipe(filter(({ event }) => event === 'connected')));

    beforeEach(async () => {
      server = await listen();
    });
    afterEach(async () => {
      await Promise.all(clients.splice(0).map((client) => client.dispose()));
      await server.close();
    });

    it('RTP4, RTP18: enters 1,000 members, which another client sees at once when its sync is complete', async () => {
      const [host, watcher] = [clientOf(), clientOf()];
      const names = Array.from({ length: 1000 }, (_, at) => `member ${String(at).padStart(4, '0')}`);
      const own = next(presenceOf(host).members$.pipe(filter(({ size }) => size === 1000)), 1);
      await Promise.all(names.map((name) => presenceOf(host).enterClient(name, name)));
      const { members$, changes$, events$ } = presenceOf(watcher);
      const sizes = next(members$.pipe(map(({ size }) => size)), 2);
      const changes = next(changes$, 1);
      const events = next(events$, 1000);
      expect(await sizes).to.deep.equal([0, 1000]);
      const namesOf = (members: Iterable<{ clientId: string | undefined; data: unknown }>): unknown[] =>
        Array.from(members, ({ clientId, data }) => (clientId === data ? clientId : 'wrong')).sort();
      expect(namesOf((await changes)[0]?.entered ?? [])).to.deep.equal(names);
      expect(namesOf(await events)).to.deep.equal(names);
      expect(namesOf(await presenceOf(watcher).get())).to.deep.equal(names);
      expect(namesOf((await own)[0]?.values() ?? [])).to.deep.equal(names);
      expect(await presenceOf(watcher).get({ clientId: 'member 0500' })).to.have.length(1);
    });

    it('RTP2, RTP19: 1,000 members come and go while a third is cut off, and its changes add up to its members', async () => {
      const [host, bob] = [clientOf(), clientOf('bob')];
      const { members$, changes$ } = presenceOf(bob);
      const folded$ = changes$.pipe(scan(fold, new Set()));
      const added = firstValueFrom(folded$.pipe(first((keys) => keys.has('emulator:last'))));
      const members = firstValueFrom(members$.pipe(first((all) => all.has('emulator:last'))));
      await bob.channel('chat').attach();
      const entered = Array.from({ length: 1000 }, (_, at) => presenceOf(host).enterClient(`m${at}`));
      await Promise.all(entered);
      const back = connected(bob);
      server.emulator.refuse('drop');
      connectionOf(bob).drop();
      const leaves = Array.from({ length: 500 }, (_, at) => presenceOf(host).leaveClient(`m${at * 2}`));
      await Promise.all(leaves);
      server.emulator.refuse(false);
      await back;
      server.emulator.presence('chat').enter({ clientId: 'last' });
      expect([...(await members).keys()].sort()).to.deep.equal([...(await added)].sort());
      expect((await members).size).to.equal(501);
    });

    it('RTN15c6, RTP17g1: a resume keeps a member, and no other client gets an event', async () => {
      const [ann, bob] = [clientOf('ann'), clientOf('bob')];
      const events = next(presenceOf(bob).events$, 2);
      await bob.channel('chat').attach();
      await presenceOf(ann).enter('x');
      const [back, { id }] = [connected(ann), connectionOf(ann)];
      connectionOf(ann).drop();
      await back;
      await presenceOf(ann).update('y');
      expect((await events).map(({ action, data }) => [action, data])).to.deep.equal([
        ['enter', 'x'],
        ['update', 'y'],
      ]);
      expect(ann.connection.id).to.equal(id);
    });

    it('RTP17, RTP17i: enters all its members again where the session was lost, and the former ones leave', async () => {
      await restarted({ connectionStateTtl: 500 });
      const [host, bob] = [clientOf(), clientOf('bob')];
      const names = Array.from({ length: 50 }, (_, at) => `member ${at}`);
      await Promise.all(names.map((name) => presenceOf(host).enterClient(name, name)));
      await shown(
        presenceOf(bob),
        names
          .map((name) => `${name} "${name}"`)
          .sort()
          .join(', '),
      );
      const before = connectionOf(host);
      const isMoved = (members: Members): boolean =>
        members.size === 50 && [...members.values()].every(({ connectionId }) => connectionId !== before.id);
      const moved = [host, bob].map((client) =>
        firstValueFrom(presenceOf(client).members$.pipe(first(isMoved))),
      );
      before.forget();
      before.drop();
      for (const members of await Promise.all(moved))
        for (const { connectionId, clientId, data } of members.values())
          expect([connectionId, data]).to.deep.equal([host.connection.id, clientId]);
    });

    it('hold: enters, updates and leaves by subscription alone, and connects for it', async () => {
      const [ann, bob] = [clientOf('ann'), clientOf('bob')];
      const data$ = new BehaviorSubject('a');
      const seen = next(presenceOf(bob).members$.pipe(map(textOf)), 4);
      await bob.channel('chat').attach();
      const standing$ = new BehaviorSubject<PresenceStatus>('lost');
      const standings = next(standing$, 3);
      const holding = presenceOf(ann).hold(data$).subscribe(standing$);
      await firstValueFrom(standing$.pipe(filter((standing) => standing === 'present')));
      data$.next('b');
      await shown(presenceOf(bob), 'ann "b"');
      holding.unsubscribe();
      expect(await seen).to.deep.equal(['', 'ann "a"', 'ann "b"', '']);
      expect(await standings).to.deep.equal(['lost', 'entering', 'present']);
    });

    it('hold: enters again with the latest data after a loss, and tells how it stands', async () => {
      await restarted({ connectionStateTtl: 300 });
      const [ann, bob] = [clientOf('ann'), clientOf('bob')];
      const data$ = new BehaviorSubject('a');
      const standings = next(presenceOf(ann).hold(data$), 5);
      const seen = next(presenceOf(bob).members$.pipe(map(textOf)), 4);
      await shown(presenceOf(bob), 'ann "a"');
      server.emulator.refuse('drop');
      const connection = connectionOf(ann);
      connection.drop();
      await shown(presenceOf(bob), '');
      data$.next('b');
      server.emulator.refuse(false);
      await shown(presenceOf(bob), 'ann "b"');
      expect(await standings).to.deep.equal(['entering', 'present', 'lost', 'entering', 'present']);
      expect(await seen).to.deep.equal(['', 'ann "a"', '', 'ann "b"']);
      expect(ann.connection.id).not.equal(connection.id);
    });

    it('hold: a resume keeps what is held, and sends what has changed meanwhile', async () => {
      const [ann, bob] = [clientOf('ann'), clientOf('bob')];
      const data$ = new BehaviorSubject('a');
      const standings = next(presenceOf(ann).hold(data$), 5);
      const events = next(presenceOf(bob).events$, 2);
      await bob.channel('chat').attach();
      await shown(presenceOf(bob), 'ann "a"');
      const lost = firstValueFrom(ann.connectionState$.pipe(first((state) => state !== 'connected')));
      server.emulator.refuse('drop');
      connectionOf(ann).drop();
      await lost;
      data$.next('b');
      server.emulator.refuse(false);
      expect((await events).map(({ action, data }) => [action, data])).to.deep.equal([
        ['enter', 'a'],
        ['update', 'b'],
      ]);
      expect(await standings).to.deep.equal(['entering', 'present', 'lost', 'entering', 'present']);
    });

    it('RTP17g: hold: other clients do not notice a resume', async () => {
      const [ann, bob] = [clientOf('ann'), clientOf('bob')];
      const held$ = presenceOf(ann).hold(of('a')).pipe(share());
      const standings = next(held$, 5);
      held$.subscribe(); // goes on when those are there
      const events = next(presenceOf(bob).events$, 2);
      await bob.channel('chat').attach();
      await shown(presenceOf(bob), 'ann "a"');
      connectionOf(ann).drop();
      expect(await standings).to.deep.equal(['entering', 'present', 'lost', 'entering', 'present']);
      await presenceOf(bob).enter('b');
      expect((await events).map(({ action, clientId }) => [action, clientId])).to.deep.equal([
        ['enter', 'ann'],
        ['enter', 'bob'],
      ]);
    });

    it('RTP2: members that did not change stay the same objects through a change, a drop and a sync', async () => {
      const [ann, bob] = [clientOf('ann'), clientOf('bob')];
      server.emulator.presence('chat').enter([{ clientId: 'first' }, { clientId: 'second' }]);
      const { members$ } = presenceOf(bob);
      const values = next(members$.pipe(filter(({ size }) => size > 0)), 3);
      await shown(presenceOf(bob), 'first undefined, second undefined');
      await presenceOf(ann).enter();
      const back = connected(bob);
      connectionOf(bob).drop();
      await back;
      await presenceOf(ann).leave();
      const same = (await values).map((members) => members.get('emulator:first'));
      expect(same[0]).to.include({ clientId: 'first' });
      expect(new Set(same).size).to.equal(1);
    });
  });
