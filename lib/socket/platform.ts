import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { EMPTY } from 'rxjs';
import { WebSocket as NodeWebSocket } from 'ws';
import { retryAfterOf } from '../base/retry-after.js';
import { type Address, noStorage, type Platform } from './types.js';

/** Milliseconds that a closing handshake may take before the TCP connection is ended without it. */
const closeTimeout = 1000;

type OnMessage = (event: { readonly data: string | Buffer }) => void;

/**
 * `ws`, corked: frames sent in one turn of the event loop are one write. At 100 publishes in flight that saves a quarter to
 * a third of the CPU; a single frame is still written in the turn in which it was sent.
 */
class CorkedWebSocket extends NodeWebSocket {
  #stream: Socket | undefined;

  constructor({ url, headers }: Address) {
    let retryAfter: number | undefined;
    super(url, {
      ...{ ...(headers && { headers }), perMessageDeflate: false, closeTimeout },
      finishRequest: (request) => {
        request.prependOnceListener('response', ({ headers: answered }: IncomingMessage) => {
          retryAfter = retryAfterOf((name) => answered[name]?.toString());
        });
        request.end();
      },
    });
    this.once('error', (error) => {
      if (retryAfter !== undefined) error.message += `, Retry-After: ${retryAfter} ms`; // before WebSocketSubject reads it
    });
    this.once('upgrade', ({ socket }) => {
      this.#stream = socket;
    });
    // WebSocketSubject sets it once and only `data` is read; `ws` would make a whole event for each message.
    Object.defineProperty(this, 'onmessage', {
      set: (onMessage: OnMessage) => {
        this.on('message', (data: Buffer, isBinary) => {
          onMessage({ data: isBinary ? data : data.toString() });
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
