import type { Address, Platform } from './types.js';
import { pageLifecycle$ } from './page-lifecycle.js';
import { pageStorage } from './page-storage.js';

/** Browsers, workers, Deno, Bun: uses their own WebSocket, which can neither send headers nor show pings. */
export const platform: Platform = {
  headers: false,
  pings: false,
  dial: ({ url }: Address) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    return socket;
  },
  agent: '',
  lifecycle$: pageLifecycle$,
  memory: pageStorage,
};
