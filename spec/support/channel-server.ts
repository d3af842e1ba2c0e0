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
 * which is sent while another one for the same channel is under way on the same socket. What is attached is forgotten with
 * its socket, as a client has to attach again on each (RTL3d).
 */
export function channelServer({ codec, scheduler, requestTimeout, delay }: World) {
  const sockets: Socket[] = [];
  const problems: string[] = [];
  const sent: string[] = [];

  class Socket extends FakeSocket {
    readonly attached = new Set<string>();
    readonly #asked = new Map<string, Asked>();
    readonly #refusals = new Map<string, number>();
    readonly #busyUntil = new Map<string, number>();

    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(this);
      this.#after('', delay(), () => {
        if (this.readyState !== FakeSocket.CONNECTING) return;
        this.open();
        this.say({
          action: Action.connected,
          connectionId: 'id',
          connectionDetails: { connectionKey: 'key', connectionStateTtl: 300, maxIdleInterval: 0 },
        });
      });
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
        if (action === Action.attached) this.attached.add(channel);
        else this.attached.delete(channel);
      }
      this.receive(codec.encode(frame));
    }

    #ask(action: Action, channel: string): void {
      const now = scheduler.now();
      sent.push(`${now}: ${actionName(action)} ${channel}`);
      const under = this.#asked.get(channel);
      if (under && now < under.at + requestTimeout)
        problems.push(
          `${actionName(action)} ${channel} at ${now}, with ${actionName(under.action)} of ${under.at} under way.`,
        );
      this.#asked.set(channel, { action, at: now });
      const refused = this.#refused(channel);
      this.#after(channel, delay(), () => {
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
    problems,
    sent: sent as readonly string[],
  };
}
