export { annotations, annotationsOf, type RealtimeAnnotations } from './ably/annotations/annotations.js';
export { Annotation } from './ably/wire/annotation.js';
export type { AnnotationAction, OutgoingAnnotation } from './ably/wire/annotation.js';
export type { MessageReference } from './ably/messages/edit.js';
