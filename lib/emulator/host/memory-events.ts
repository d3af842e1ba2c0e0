type Listener<Name extends keyof WebSocketEventMap> =
  ((this: WebSocket, event: WebSocketEventMap[Name]) => unknown) | null;

/**
 * The platform's classes as they are together: an environment that is registered later replaces some of them, and no
 * EventTarget takes the events of another. Where there are none, the import of this module has to succeed all the same.
 */
const {
  EventTarget: Base = Object as unknown as typeof EventTarget,
  Event: PlainEvent,
  MessageEvent: DataEvent,
} = globalThis as Pick<typeof globalThis, 'Event' | 'MessageEvent'> & {
  readonly EventTarget?: typeof EventTarget;
};

/** Tries once whether `dispatchEvent` calls `on…` properties by itself, as it does in happy-dom for own ones of a subclass. */
const callsProperties = (() => {
  let known: boolean | undefined;
  return (): boolean => {
    if (known !== undefined) return known;
    let called = false;
    class Probe extends Base {
      readonly onprobe = (): boolean => (called = true);
    }
    new Probe().dispatchEvent(new PlainEvent('probe'));
    return (known = called);
  };
})();

/** An EventTarget with the four `on…` properties of a WebSocket. */
export class SocketEvents extends Base {
  onopen: Listener<'open'> = null;
  onmessage: Listener<'message'> = null;
  onerror: Listener<'error'> = null;
  onclose: Listener<'close'> = null;

  /** Calls the `on…` property and the listeners, each once. */
  protected emit(event: Event): void {
    if (!callsProperties()) {
      const property = this[`on${event.type}` as 'onopen'];
      property?.call(this as unknown as WebSocket, event);
    }
    this.dispatchEvent(event);
  }
}

/** Makes an event that says no more than its name. */
export const plainEvent = (type: 'open' | 'error'): Event => new PlainEvent(type);

/** Makes a close event by hand, because Node 20 has no CloseEvent. */
export const closeEvent = (code: number, reason: string): Event =>
  Object.assign(new PlainEvent('close'), { code, reason, wasClean: code !== 1006 });

/**
 * Makes a message event. Bytes have the form of the socket's `binaryType` and are never shared with another receiver.
 */
export function messageEvent(data: string | Uint8Array, binaryType: BinaryType): Event {
  if (typeof data === 'string') return new DataEvent('message', { data });
  const copy = data.slice();
  return new DataEvent('message', { data: binaryType === 'blob' ? new Blob([copy]) : copy.buffer });
}

/** Copies sent bytes, because the sender may change them. */
export function bytesOf(data: ArrayBufferLike | ArrayBufferView | Blob): Uint8Array {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  if (data instanceof Blob) throw new TypeError('A socket in memory sends no Blob: send an ArrayBuffer.');
  return new Uint8Array(data).slice();
}
