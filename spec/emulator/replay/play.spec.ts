import { expect } from 'chai';
import { VirtualTimeScheduler } from 'rxjs';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { Session, Transport } from '../../../lib/emulator/host/server-core.js';
import { play } from '../../../lib/emulator/replay/play.js';
import { playRelay } from '../../../lib/emulator/replay/relay/play-relay.js';

type Begin = (socket: Transport, scheduler: VirtualTimeScheduler) => Session;

/** Sessions with a deed at 1 s, one that the client asked for at 2 s, and a sign of life after each 15 s of silence. */
const sessions: Readonly<Record<string, Begin>> = {
  'a replay of Ably': (socket, scheduler) => {
    const frame = { action: Action.auth };
    const deed = (after: number) => ({ after, does: { name: 'send', frame } }) as const;
    const asked = new Map([[`${Action.attach} a`, [{ at: 0, frame, deeds: [deed(2000)] }]]]);
    const session = play(
      { connectionId: 'abc', connected: undefined, deeds: [deed(1000)], asked },
      {
        ...{ socket, scheduler, speed: 1, format: 'json', heartbeats: false, maxFrameSize: 1000 },
        identity: { id: 'own', key: 'own!…' },
      },
    );
    session.receive(`{"action":${Action.attach},"channel":"a"}`);
    return session;
  },
  'a replay of the relay': (socket, scheduler) => {
    const push = { after: 1000, does: { name: 'send', frame: { id: 1 } } } as const;
    const answer = { after: 2000, does: { name: 'send', frame: { result: true } } } as const;
    const session = playRelay(
      { deeds: [push], answers: new Map([['irn_publish', [[answer]]]]), pushes: new Map() },
      { ...{ socket, scheduler, speed: 1, ids: 'number', pingInterval: 15_000 } },
    );
    session.receive('{"id":7,"jsonrpc":"2.0","method":"irn_publish","params":{}}');
    return session;
  },
};

for (const [name, begin] of Object.entries(sessions))
  describe(`emulator: the end of ${name}`, () => {
    /** What is done to a socket until a minute has passed, and how many timers are left then. */
    function doneIn(endsAt: number): readonly [deeds: readonly unknown[], timers: number] {
      const scheduler = new VirtualTimeScheduler(undefined, 60_000);
      const deeds: unknown[] = [];
      const does = (deed: string) => () => void deeds.push([scheduler.now(), deed]);
      const socket = {
        send: does('send'),
        close: does('close'),
        terminate: does('drop'),
        ping: does('ping'),
      };
      const session = begin(socket, scheduler);
      scheduler.schedule(() => session.ended(), endsAt);
      deeds.length = 0;
      scheduler.flush();
      return [deeds, scheduler.actions.length];
    }

    it('comes with that of the socket: nothing more is done, and no timer is left', () => {
      expect(doneIn(500)).to.deep.equal([[], 0]);
      expect(doneIn(1500)).to.deep.equal([[[1000, 'send']], 0]);
    });

    it('does not come before', () => {
      const [deeds, timers] = doneIn(59_000);
      expect(deeds).to.deep.equal([
        [1000, 'send'],
        [2000, 'send'],
        [17_000, 'ping'],
        [32_000, 'ping'],
        [47_000, 'ping'],
      ]);
      expect(timers).to.equal(0);
    });
  });
