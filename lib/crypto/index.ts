export type { Cipher } from '../ably/wire/encodings.js';
export { aes, type AesOptions } from './aes.js';
export { type CipherParamOptions, type CipherParams, getDefaultParams } from './cipher-params.js';
export { generateRandomKey } from './generate-random-key.js';
