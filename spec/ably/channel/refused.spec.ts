import { expect } from 'chai';
import { defer, filter, type Observable, retry, type SchedulerLike, take, timer } from 'rxjs';
import type { RealtimeChannel, RealtimeClient } from '../../../lib/index.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import type { Codec, Data } from '../../../lib/codec/codec.js';
import type { WebSocketCtor } from '../../../lib/socket/types.js';
import { codecs, fakeAbly } from '../../support/fake-ably.js';
import { FakeSocket } from '../../support/fake-socket.js';
import { ignore } from '../../support/ignore.js';
import { virtually } from '../../support/virtual-time.js';

const error = { code: 40160, statusCode: 401, message: 'no' };
const [attached, detached, refused] = [
  { action: Action.attached, channel: 'a' },
  { action: Action.detached, channel: 'a', error },
  { action: Action.error, channel: 'a', error },
];

interface Story {
  /** What the server says to the `n`th ATTACH, a millisecond later, counted from 1. */
  readonly answers: (n: number) => readonly ProtocolMessage[];
  readonly until: number;
  readonly deeds: readonly (readonly [ms: number, deed: (world: World) => void])[];
}
interface World {
  readonly client: RealtimeClient;
  readonly scheduler: SchedulerLike;
  readonly channel: RealtimeChannel;
  readonly say: (frame: ProtocolMessage) => void;
  readonly drop: () => void;
}

/** The milliseconds at which a server hears ATTACH. */
function attachesOf(codec: Codec, { answers, until, deeds }: Story): readonly number[] {
  const heard: number[] = [];
  virtually(({ scheduler, flush }) => {
    const sockets: Server[] = [];
    class Server extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
        scheduler.schedule(() => {
          this.open();
          this.say({
            ...{ action: Action.connected, connectionId: 'id' },
            connectionDetails: { connectionKey: 'k', maxIdleInterval: 0 },
          });
        });
      }

      override send(data: unknown): void {
        super.send(data);
        if ((codec.decode(data as Data) as ProtocolMessage).action !== Action.attach) return;
        const frames = answers(heard.push(scheduler.now()));
        scheduler.schedule(() => {
          for (const frame of frames) this.say(frame);
        }, 1);
      }

      say(frame: ProtocolMessage): void {
        if (this.readyState === FakeSocket.OPEN) this.receive(codec.encode(frame));
      }
    }
    const { client } = fakeAbly(codec, {
      scheduler,
      webSocketCtor: Server as unknown as WebSocketCtor, // only the part of the shape that is ever used
    });
    const world: World = {
      client,
      scheduler,
      channel: client.channel('a'),
      say: (frame) => sockets.at(-1)?.say(frame),
      drop: () => sockets.at(-1)?.fail(),
    };
    for (const [ms, deed] of deeds) scheduler.schedule(() => deed(world), ms);
    scheduler.schedule(() => void client.dispose(), until);
    flush();
    expect(scheduler.now(), 'a timer outlived the client').to.be.at.most(until);
  })();
  return heard;
}

/** Stubborn users. */
const listening = ({ channel }: World): unknown => channel.messages$.pipe(retry()).subscribe();
const attaching =
  (...when: readonly string[]) =>
  ({ channel }: World): void => {
    channel.changes$.subscribe(({ current }) => {
      if (when.includes(current)) channel.attach().catch(ignore);
    });
    channel.attach().catch(ignore);
  };
const releasing =
  (pause: number, count = Infinity) =>
  ({ client, scheduler }: World): void => {
    const anew = (): Observable<number> => {
      void client.releaseChannel('a');
      return timer(pause, scheduler);
    };
    defer(() => client.channel('a').messages$)
      .pipe(retry({ delay: anew, count }))
      .subscribe({ error: ignore });
  };
const always =
  (...frames: readonly ProtocolMessage[]) =>
  () =>
    frames;
/** Sums: a rest of so many ms lies between the answer to an ATTACH, a millisecond after it, and the next one. */
const after = (...rests: readonly number[]): readonly number[] =>
  rests.reduce((times, rest) => [...times, (times.at(-1) ?? 0) + 1 + rest], [0] as readonly number[]);

for (const codec of codecs)
  describe(`a channel that the server refuses, ${codec.format}`, () => {
    const until = 100_000;
    const growing = after(0, 1000, 2000, 4000, 8000, 16_000, 27_000, 27_000); // to RTB1 of 15 s, with a jitter of 0.9

    for (const [user, deed] of [
      ['`messages$` with `retry()`', listening],
      ['`attach()` on each failure', attaching('failed')],
      [
        '`annotations$` with `retry()`',
        ({ channel }: World) => channel.annotations.annotations$.pipe(retry()).subscribe(),
      ],
      [
        '`presence.hold()` with `retry()`',
        ({ channel }: World) =>
          channel.presence.hold(undefined, { clientId: 'me' }).pipe(retry()).subscribe(),
      ],
    ] as const)
      it(`RTL14, RTL4g: ${user} is tried at once, and then ever more seldom`, () => {
        const story = { answers: always(refused), until, deeds: [[0, deed] as const] };
        expect(attachesOf(codec, story)).to.deep.equal(growing);
      });

    it('RTS4a, RTL14: a channel that is released on each failure and got anew is tried no oftener', () => {
      const story = { answers: always(refused), until, deeds: [[0, releasing(0)] as const] };
      expect(attachesOf(codec, story)).to.deep.equal(growing);
    });

    it('RTS4a, RTL13b: nor one that the server answers with DETACHED, and that is released on each suspension', () => {
      const deed = ({ client }: World): void => {
        const use = (): void => {
          const channel = client.channel('a');
          channel.messages$.subscribe();
          channel.state$
            .pipe(
              filter((state) => state === 'suspended'),
              take(1),
            )
            .subscribe(() => {
              void client.releaseChannel('a');
              use();
            });
        };
        use();
      };
      const heard = attachesOf(codec, { answers: always(detached), until: 20_000, deeds: [[0, deed]] });
      expect(heard).to.deep.equal([0, 1, 1002, 3003, 7004, 15_005]);
    });

    it('RTS4a: a channel that is got anew more than a second after the release of a refused one is tried at once', () => {
      const story = { answers: always(refused), until: 5000, deeds: [[0, releasing(1001, 3)] as const] };
      expect(attachesOf(codec, story)).to.deep.equal([0, 1002, 2004, 3006]);
    });

    it('RTL14, RTL4g: likewise where it is attached and refused in turn', () => {
      const story = { answers: always(attached, refused), until, deeds: [[0, listening] as const] };
      expect(attachesOf(codec, story)).to.deep.equal(growing);
    });

    it('RTL13a: likewise where it is attached and detached in turn', () => {
      const story = { answers: always(attached, detached), until, deeds: [[0, listening] as const] };
      expect(attachesOf(codec, story)).to.deep.equal(growing);
    });

    it('RTL13b, RTB1: `attach()` on each suspension is tried at once, and then with the retries', () => {
      const story = {
        answers: always(detached),
        until,
        deeds: [[0, attaching('suspended')] as const],
      };
      expect(attachesOf(codec, story)).to.deep.equal(after(0, 18_000, 22_500, 27_000, 27_000));
    });

    it('RTL13a, RTB1: a server that answers with DETACHED twice gets no more of it', () => {
      const story = { answers: always(detached, detached), until, deeds: [[0, listening] as const] };
      expect(attachesOf(codec, story)).to.deep.equal(after(0, 18_000, 22_500, 27_000, 27_000));
    });

    it('RTL4g: who comes when the rest is over is served at once, however often it has failed', () => {
      const subscribe = ({ channel }: World): unknown => channel.messages$.subscribe({ error: ignore });
      const deeds = [0, 10, 10_000, 20_000].map((ms) => [ms, subscribe] as const);
      expect(attachesOf(codec, { answers: always(refused), until, deeds })).to.deep.equal([
        ...[0, 10, 10_000, 20_000],
      ]);
    });

    it('RTL4g: likewise where it was detached, or released and got anew, meanwhile', () => {
      const hurry = ({ client, channel }: World): void => {
        const again = (): void => void client.channel('a').attach().catch(ignore);
        again();
        channel.detach().catch(ignore);
      };
      const give = ({ client }: World): void => void client.releaseChannel('a').catch(ignore);
      const get = ({ client }: World): unknown => client.channel('a').state;
      const come = ({ client }: World): unknown => client.channel('a').messages$.subscribe({ error: ignore });
      const detaching = [0, 10, 20].map((ms) => [ms, hurry] as const);
      const late = [[10_000, come] as const];
      expect(
        attachesOf(codec, { answers: always(detached), until: 11_000, deeds: [...detaching, ...late] }),
      ).to.deep.equal([10, 20, 10_000]);
      const releasing = [0, 10].flatMap((ms) => [[ms, come] as const, [ms + 5, give] as const]);
      const anew = [[16, get] as const, ...late];
      expect(
        attachesOf(codec, { answers: always(refused), until: 11_000, deeds: [...releasing, ...anew] }),
      ).to.deep.equal([0, 10, 10_000]);
    });

    it('RTL4g: who comes before that waits for the rest of it', () => {
      const subscribe = ({ channel }: World): unknown => channel.messages$.subscribe({ error: ignore });
      const deeds = [0, 10, 20].map((ms) => [ms, subscribe] as const);
      expect(attachesOf(codec, { answers: always(refused), until, deeds })).to.deep.equal([0, 10, 1011]);
    });

    it('forgets it all once it has stayed attached for a second', () => {
      const answers = (n: number) => (n === 3 ? [attached] : [refused]);
      const deeds = [
        [0, listening],
        [2100, ({ say }: World) => say(refused)],
      ] as const;
      expect(attachesOf(codec, { answers, until: 4000, deeds })).to.deep.equal([0, 1, 1002, 2100, 3101]);
    });

    it('RTL3d: does not rest on another connection', () => {
      const deeds = [
        [0, listening],
        [100, ({ drop }: World) => drop()],
      ] as const;
      expect(attachesOf(codec, { answers: always(refused), until: 1000, deeds })).to.deep.equal([0, 1, 100]);
    });
  });
