import { expect } from 'chai';
import fc from 'fast-check';
import { TestScheduler } from 'rxjs/testing';
import { Action } from '../../lib/ably/wire/actions.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { runs, timeLimit } from '../support/chaos/replay.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';
import type { Named } from '../support/heard.js';

const deeds = ['enter', 'update', 'leave', 'attach', 'detach', 'drop', 'reconnect', 'close', 'wait'] as const;
type Deed = readonly [who: number, deed: (typeof deeds)[number]];

const ttl = 200;

/** One that does what it is told, in whatever state it is, and knows whom of its own there have to be. */
class Actor {
  readonly #emulator: Emulator;
  readonly #now: () => number;
  readonly #clientId: string;
  /** Data by connection; those of lost connections have a time to leave. */
  readonly #there = new Map<string, { readonly data: string; readonly until: number }>();
  #client: FakeClient;
  #msgSerial = 0;
  #open = true;
  #attached = false;

  constructor(emulator: Emulator, now: () => number, clientId: string) {
    this.#emulator = emulator;
    this.#now = now;
    this.#clientId = clientId;
    this.#client = connectTo(emulator, { clientId });
  }

  get expected(): readonly string[] {
    return [...this.#there]
      .filter(([, { until }]) => until > this.#now())
      .map(([id, { data }]) => `${id}:${this.#clientId}:${data}`);
  }

  get #id(): string {
    return this.#client.frames[0]?.connectionId ?? '';
  }

  do(deed: Deed[1]): void {
    if (deed === 'reconnect') this.#reconnect();
    if (!this.#open || deed === 'reconnect' || deed === 'wait') return;
    const actions = { enter: 2, leave: 3, update: 4 };
    if (deed in actions) this.#present(actions[deed as keyof typeof actions]);
    else if (deed === 'attach') this.#attach();
    else if (deed === 'drop') this.#drop();
    else this.#end(deed === 'close');
  }

  #present(action: number): void {
    const data = String(this.#msgSerial);
    const said = this.#client.present(this.#msgSerial, 'chat', { action, data });
    expect(said?.action).equal(this.#attached ? 'ACK' : 'NACK');
    this.#msgSerial += 1;
    if (!this.#attached) return;
    if (action === 3) this.#there.delete(this.#id);
    else this.#there.set(this.#id, { data, until: Infinity });
  }

  #attach(): void {
    this.#client.attach('chat');
    this.#attached = true;
  }

  #drop(): void {
    this.#client.session.ended();
    this.#open = this.#attached = false;
    const there = this.#there.get(this.#id);
    if (there) this.#there.set(this.#id, { ...there, until: this.#now() + ttl });
  }

  #end(close: boolean): void {
    this.#client.send({ action: close ? Action.close : Action.detach, channel: 'chat' });
    if (close) this.#open = false;
    this.#attached = false;
    this.#there.delete(this.#id);
  }

  #reconnect(): void {
    const before = this.#id;
    this.#client = connectTo(this.#emulator, { clientId: this.#clientId, resume: this.#client.key() });
    this.#open = true;
    this.#attached = false;
    if (this.#id !== before) this.#msgSerial = 0;
    const there = this.#there.get(this.#id);
    if (there) this.#there.set(this.#id, { ...there, until: Infinity });
  }
}

/** Who is there, by what one was told: who enters, is present or updates is there, until a leave. */
function heard(frames: readonly Named[]): readonly string[] {
  const members = new Map<string, string>();
  for (const { action, presence = [] } of frames) {
    if (action === 'ATTACHED') members.clear();
    for (const { action: what, connectionId, clientId, data } of presence) {
      const key = `${connectionId ?? ''}:${clientId ?? ''}`;
      if (what === 3) members.delete(key);
      else members.set(key, `${key}:${String(data)}`);
    }
  }
  return [...members.values()].sort();
}

describe('emulator: presence under random sequences of deeds', () => {
  it('shows exactly the present members to early and to late clients', () => {
    const sequence = fc.array(fc.tuple(fc.nat(2), fc.constantFrom(...deeds)), { maxLength: 40, size: 'max' });
    fc.assert(
      fc.property(sequence, (given: readonly Deed[]) => {
        const scheduler = new TestScheduler(() => undefined);
        scheduler.run(() => {
          const emulator = createEmulator({
            ...{ scheduler, random: steps(), connectionStateTtl: ttl, maxIdleInterval: 0, syncPageSize: 2 },
          });
          const listener = connectTo(emulator);
          listener.attach('chat');
          const actors = ['a', 'b', 'c'].map(
            (clientId) => new Actor(emulator, () => scheduler.now(), clientId),
          );
          const check = (): void => {
            const there = emulator
              .presence('chat')
              .members.map((member) => `${member.connectionId}:${member.clientId}:${String(member.data)}`)
              .sort();
            expect(there).deep.equal(actors.flatMap(({ expected }) => expected).sort());
            expect(heard(listener.frames)).deep.equal(there);
            const late = connectTo(emulator);
            late.attach('chat');
            expect(heard(late.frames)).deep.equal(there);
            late.session.ended();
          };
          given.forEach(([who, deed], index) => {
            scheduler.schedule(
              () => {
                actors[who]?.do(deed);
                check();
              },
              1 + index * 37,
            );
          });
          scheduler.schedule(
            () => {
              for (const actor of actors) actor.do('drop');
            },
            1 + given.length * 37,
          );
          scheduler.schedule(
            () => {
              expect(emulator.presence('chat').members).deep.equal([]);
              check();
              emulator.dispose();
            },
            2 + given.length * 37 + ttl,
          );
        });
      }),
      runs(60, 1),
    );
  }).timeout(timeLimit(2000));
});
