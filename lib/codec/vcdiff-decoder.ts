/** VD1, VD2: applies deltas of VCDIFF (RFC 3284). `rx-realtime/vcdiff` has one. */
export interface VcdiffDecoder {
  /** VD2a: applies the delta to its base. Throws on a delta that it cannot decode. */
  readonly decode: (delta: Uint8Array, base: Uint8Array) => Uint8Array;
}
