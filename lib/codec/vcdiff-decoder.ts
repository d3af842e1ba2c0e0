/** VD1, VD2: undoes the deltas of VCDIFF (RFC 3284). `rx-realtime/vcdiff` has one. */
export interface VcdiffDecoder {
  /** VD2a: what the delta makes of its base. Throws on what it cannot decode. */
  readonly decode: (delta: Uint8Array, base: Uint8Array) => Uint8Array;
}
