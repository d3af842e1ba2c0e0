/**
 * The WebSocket of the SDK, which takes the class once, when it is loaded: import this first. Each socket is one of the class
 * that is chosen then.
 */
let chosen: typeof WebSocket | undefined;

/** Has the SDK's sockets be of this class from now on. */
export const chooseSockets = (webSocketCtor: typeof WebSocket): void => void (chosen = webSocketCtor);

class SdkSocket {
  constructor(url: string | URL) {
    if (chosen === undefined)
      throw new Error('The SDK opens a socket before one was chosen. Call chooseSockets first.');
    return new chosen(url);
  }
}

globalThis.WebSocket = SdkSocket as unknown as typeof WebSocket;
