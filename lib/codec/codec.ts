/** What a WebSocket frame carries: text, or bytes (a `Buffer` on Node, an `ArrayBuffer` elsewhere). */
export type Data = string | ArrayBuffer | Uint8Array;

/** Frames to bytes and back. Both ways throw on what they cannot do; the caller decides what that means. */
export interface Codec {
  /** RTN2a: the name that the server knows this encoding by. */
  readonly format: 'json' | 'msgpack';
  /** Whether `Uint8Array` payloads travel as they are (RSL4c1) or have to be base64 (RSL4d1). */
  readonly binary: boolean;
  readonly encode: (frame: unknown) => string | Uint8Array<ArrayBuffer>;
  readonly decode: (data: Data) => unknown;
}
