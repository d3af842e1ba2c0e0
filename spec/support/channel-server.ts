import type { SchedulerLike } from 'rxjs';
import { Action } from '../../lib/ably/wire/actions.js';
import type { ProtocolMessage } from '../../lib/ably/wire/frames.js';
import type { Codec, Data } from '../../lib/codec/codec.js';
import type { WebSocketCtor } from '../../lib/socket/types.js';
import { FakeSocket } from './fake-socket.js';
import { actionName } from './heard.js';

/** Milliseconds until the server does what it is asked for; `never` where it does not at all. */
export type Delay = number | 'never';

interface Asked {
  readonly action: Action;
  readonly at: number;
  readonly wait: Delay;
}

/** A connection, over any number of sockets. */
interface Session {
  readonly id: string;
  readonly attached: Set<string>;
}

interface World {
  readonly codec: Codec;
  readonly scheduler: SchedulerLike;
  /** After so long a request counts as given up, answered or not. */
  readonly requestTimeout: number;
  /** Drawn for each request. */
  readonly delay: () => Delay;
}

/**
 * A server that attaches and detaches channels, each after a delay of its own and in order, and that notes each request
 * which is sent while another one for the same channel is under way on the same socket. What is attached stays so for as long
 * as the connection is resumed, with what was asked for on a socket that is lost.
 */
export function channelServer({ codec, scheduler, requestTimeout, delay }: World) {
  const sockets: Socket[] = [];
  const problems: string[] = [];
  const sent: string[] = [];
  let [session, sessions, isKnown]: [Session, number, boolean] = [{ id: '', attached: new Set() }, 0, false];

  class Socket extends FakeSocket {
    readonly #session: Session;
    readonly #asked = new Map<string, Asked>();
    readonly #refusals = new Map<string, number>();
    readonly #busyUntil = new Map<string, number>();

    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(this);
      if (!isKnown || !new URL(url).searchParams.has('resume'))
        session = { id: `id-${(sessions += 1)}`, attached: new Set() };
      isKnown = true;
      this.#session = session;
      this.#after('', delay(), () => {
        if (this.readyState !== FakeSocket.CONNECTING) return;
        this.open();
        this.say({
          action: Action.connected,
          connectionId: this.#session.id,
          connectionDetails: { connectionKey: 'key', connectionStateTtl: 300, maxIdleInterval: 0 },
        });
      });
    }

    /** What the session has. */
    get attached(): ReadonlySet<string> {
      return this.#session.attached;
    }

    /** What was asked for has been heard. */
    override fail(): void {
      super.fail();
      for (const [channel, { action, wait }] of this.#asked)
        if (wait !== 'never') this.#note(action, channel);
    }

    override send(data: unknown): void {
      super.send(data);
      const frame = codec.decode(data as Data) as ProtocolMessage;
      const { action, channel = '', msgSerial = 0 } = frame;
      if (action === Action.message)
        this.#after('', 1, () => {
          this.say({ action: Action.ack, msgSerial, count: 1 });
        });
      if (action === Action.close)
        this.#after('', 1, () => {
          this.say({ action: Action.closed });
        });
      if (action === Action.attach || action === Action.detach) this.#ask(action, channel);
    }

    override close(code?: number, reason?: string): void {
      super.close(code, reason);
      scheduler.schedule(() => {
        this.end();
      }, 1);
    }

    say(frame: ProtocolMessage): void {
      if (this.readyState !== FakeSocket.OPEN) return;
      const { action, channel = '' } = frame;
      if (action === Action.attached || action === Action.detached || action === Action.error) {
        this.#asked.delete(channel);
        if (action === Action.error) this.#refusals.set(channel, this.#refused(channel) + 1);
        this.#note(action, channel);
      }
      this.receive(codec.encode(frame));
    }

    #note(action: Action, channel: string): void {
      if (action === Action.attached || action === Action.attach) this.#session.attached.add(channel);
      else this.#session.attached.delete(channel);
    }

    #ask(action: Action, channel: string): void {
      const now = scheduler.now();
      sent.push(`${now}: ${actionName(action)} ${channel}`);
      const under = this.#asked.get(channel);
      if (under && now < under.at + requestTimeout)
        problems.push(
          `${actionName(action)} ${channel} at ${now}, with ${actionName(under.action)} of ${under.at} under way.`,
        );
      const wait = delay();
      this.#asked.set(channel, { action, at: now, wait });
      const refused = this.#refused(channel);
      this.#after(channel, wait, () => {
        if (refused !== this.#refused(channel)) return; // the ERROR was the answer
        const answer = action === Action.attach ? Action.attached : Action.detached;
        this.say({ action: answer, channel, channelSerial: 's' });
      });
    }

    #refused(channel: string): number {
      return this.#refusals.get(channel) ?? 0;
    }

    /** What is asked of one channel in the order in which it was asked. */
    #after(channel: string, wait: Delay, deed: () => void): void {
      if (wait === 'never') return;
      const now = scheduler.now();
      const due = Math.max(this.#busyUntil.get(channel) ?? 0, now + wait);
      this.#busyUntil.set(channel, due);
      scheduler.schedule(deed, due - now);
    }
  }

  return {
    ctor: Socket as unknown as WebSocketCtor, // only the part of the shape that is ever used
    sockets: sockets as readonly Pick<Socket, 'say' | 'fail' | 'attached' | 'readyState'>[],
    /** Has the session given up by the server: the next socket does not resume it. */
    forget: () => {
      isKnown = false;
    },
    problems,
    sent: sent as readonly string[],
  };
}
