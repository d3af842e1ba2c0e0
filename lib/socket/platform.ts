import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { EMPTY } from 'rxjs';
import { WebSocket as NodeWebSocket } from 'ws';
import { retryAfterOf } from '../base/retry-after.js';
import { takeFrames } from './take-frames.js';
import { type Address, noStorage, type Platform } from './types.js';

/** Notes what a refusal of the handshake says about the next attempt; WHATWG's events have no place for it. */
function finishRequest(request: ClientRequest, socket: NodeWebSocket): void {
  request.once('response', ({ headers }) => {
    const retryAfter = retryAfterOf((name) => headers[name]?.toString());
    if (retryAfter !== undefined) Object.assign(socket, { retryAfter });
  });
  request.end();
}

type OnMessage = (event: { readonly data: string | Buffer }) => void;

/**
 * `ws`, corked: frames sent in one turn of the event loop are one write. At 100 publishes in flight that saves a quarter to
 * a third of the CPU; a single frame is still written in the turn in which it was sent.
 */
class CorkedWebSocket extends NodeWebSocket {
  #stream: Socket | undefined;

  constructor({ url, headers }: Address) {
    const options = { ...(headers && { headers }), perMessageDeflate: false, finishRequest };
    super(url, options);
    this.once('upgrade', ({ socket }) => {
      this.#stream = socket;
    });
    // WebSocketSubject sets it once and only `data` is read; `ws` would make a whole event for each message.
    Object.defineProperty(this, 'onmessage', {
      set: (onMessage: OnMessage) => {
        this.on('message', (data: Buffer, isBinary) => {
          onMessage({ data: isBinary ? data : data.toString() });
        });
        this.once('open', () => {
          if (!this.#stream) return;
          takeFrames(this.#stream, (data) => {
            onMessage({ data });
          });
        });
      },
    });
  }

  override send(data: string | Uint8Array): void {
    const stream = this.#stream;
    if (stream && stream.writableCorked === 0) {
      stream.cork();
      process.nextTick(() => {
        stream.uncork();
      });
    }
    super.send(data);
  }
}

/** Node: uses `ws` even where there is a global WebSocket, for its headers, ping frames and bufferedAmount. */
export const platform: Platform = {
  headers: true,
  pings: true,
  dial: (address, heard) => {
    const socket = new CorkedWebSocket(address);
    socket.on('ping', heard);
    return socket; // messages stay Buffers, uncopied
  },
  agent: `nodejs/${process.versions.node}`,
  lifecycle$: EMPTY,
  memory: noStorage,
};
