type Listener<Name extends keyof WebSocketEventMap> =
  ((this: WebSocket, event: WebSocketEventMap[Name]) => unknown) | null;

/** The platform's EventTarget: where it has none, the import of this module has to succeed all the same. */
const { EventTarget: Base = Object as unknown as typeof EventTarget } = globalThis as Partial<
  typeof globalThis
>;

/** An EventTarget with the four `on…` properties of a WebSocket. */
export class SocketEvents extends Base {
  onopen: Listener<'open'> = null;
  onmessage: Listener<'message'> = null;
  onerror: Listener<'error'> = null;
  onclose: Listener<'close'> = null;

  /** Calls the `on…` property, then the listeners. */
  protected emit(event: Event): void {
    const property = this[`on${event.type}` as 'onopen'];
    property?.call(this as unknown as WebSocket, event);
    this.dispatchEvent(event);
  }
}

/** Makes a close event by hand, because Node 20 has no CloseEvent. */
export const closeEvent = (code: number, reason: string): Event =>
  Object.assign(new Event('close'), { code, reason, wasClean: code !== 1006 });

/**
 * Makes a message event. Bytes have the form of the socket's `binaryType` and are never shared with another receiver.
 */
export function messageEvent(data: string | Uint8Array, binaryType: BinaryType): Event {
  if (typeof data === 'string') return new MessageEvent('message', { data });
  const copy = data.slice();
  return new MessageEvent('message', { data: binaryType === 'blob' ? new Blob([copy]) : copy.buffer });
}

/** Copies sent bytes, because the sender may change them. */
export function bytesOf(data: ArrayBufferLike | ArrayBufferView | Blob): Uint8Array {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  if (data instanceof Blob) throw new TypeError('A socket in memory sends no Blob: send an ArrayBuffer.');
  return new Uint8Array(data).slice();
}
