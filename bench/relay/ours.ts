import { connectBy } from './built.js';

export const connect = connectBy('ours');
