import type { GiveRelayer } from './contestant.js';

/** The SDK as published, with its own relayer. */
export const give: GiveRelayer = () => Promise.resolve();
