export { msgpack } from './codec/msgpack.js';
