import type { Cell } from './cell.js';

/** To come. */
export const reactNative: readonly Cell[] = [];
