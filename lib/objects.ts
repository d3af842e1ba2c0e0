export type { Batch } from './ably/objects/batch.js';
export type { ObjectChange } from './ably/objects/change.js';
export type { ObjectsState } from './ably/objects/channel-objects.js';
export {
  type LiveCounter,
  liveCounter,
  type LiveMap,
  liveMap,
  type LiveValue,
} from './ably/objects/live-values.js';
export type { ChangesOptions } from './ably/objects/object-view.js';
export { objects } from './ably/objects/objects.js';
export { objectsOf, type RootObject } from './ably/objects/objects-of.js';
export type { Instance, PathObject } from './ably/objects/path-object.js';
export type {
  ObjectAction,
  ObjectData,
  ObjectMessage,
  ObjectOperation,
} from './ably/objects/public-message.js';
export type { Compacted } from './ably/objects/live-values.js';
export type { JsonValue, ObjectValue } from './ably/objects/wire/object-data.js';
