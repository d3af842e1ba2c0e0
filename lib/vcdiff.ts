import * as decoder from '@ably/vcdiff-decoder';
import type { VcdiffDecoder } from './codec/vcdiff-decoder.js';

/** Its names, or on Node, where it is CommonJS, a default export that has them. */
const names: { readonly default?: VcdiffDecoder } & Partial<VcdiffDecoder> = { ...decoder };
const { decode } = names.default ?? decoder;

/** PC3, VD2a: the decoder of deltas, for the client's option `vcdiff`. */
export const vcdiff: VcdiffDecoder = { decode };

export type { VcdiffDecoder };
