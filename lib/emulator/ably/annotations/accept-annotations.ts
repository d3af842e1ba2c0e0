import { demand } from '../auth/capability.js';
import { demandSize, inNameOf, nonEmptyList, type Publisher } from '../channels/publisher.js';
import { annotationOf, demandClientId } from './parse-annotation.js';
import type { WireAnnotation } from './wire-annotation.js';

/** RTAN1, RSAN1: checks annotations to publish; `serial` is the one in the path, over HTTP. Throws an ErrorInfo. */
export function acceptAnnotations(
  { channel, clientId, capability, maxMessageSize }: Publisher,
  annotations: unknown,
  serial?: string,
): readonly WireAnnotation[] {
  demand(capability, channel.name, 'annotation-publish');
  const accepted = nonEmptyList(annotations, 'annotations').map((input) => {
    const annotation = inNameOf(clientId, annotationOf(input, serial));
    demandClientId(annotation);
    return annotation;
  });
  demandSize(accepted, maxMessageSize);
  return accepted;
}
