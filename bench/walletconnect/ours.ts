import { giveBy } from './built.js';

export const give = giveBy('ours');
