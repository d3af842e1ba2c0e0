import { refusal } from '../wire/errors.js';
import { isAbsent, isFields, textField } from '../wire/fields.js';
import { contentOf } from '../wire/payload.js';
import { methodOf } from './summary.js';
import type { WireAnnotation } from './wire-annotation.js';

/**
 * Checks an annotation from a client; `serial` is that of the message, if the path has it. Throws 40030, 40032 or
 * 40013, and 40003, a guess, without what its type needs.
 */
export function annotationOf(input: unknown, serial?: string): WireAnnotation {
  if (!isFields(input))
    throw refusal(40030, 400, 'An annotation is an object: send { type, messageSerial }.');
  const { type } = textField(input, 'type');
  if (type === undefined || type === '')
    throw refusal(40003, 400, 'The annotation has no type: give it one, as "reaction:distinct.v1".');
  const messageSerial = serial ?? textField(input, 'messageSerial').messageSerial;
  if (messageSerial === undefined || messageSerial === '')
    throw refusal(40003, 400, 'The annotation names no message: give it the serial of one.');
  const content = contentOf(input);
  if (methodOf(type).needsName && content.name === undefined)
    throw refusal(40003, 400, `An annotation of the type ${type.slice(0, 100)} needs a name: give it one.`);
  return { ...content, ...countOf(input['count']), action: actionOf(input['action']), messageSerial, type };
}

function actionOf(action: unknown): 0 | 1 {
  if (isAbsent(action)) return 0;
  if (action === 0 || action === 1) return action;
  throw refusal(40030, 400, 'The action of an annotation is 0 (create) or 1 (delete).');
}

function countOf(count: unknown): Pick<WireAnnotation, 'count'> {
  if (isAbsent(count)) return {};
  if (typeof count === 'number' && Number.isSafeInteger(count) && count > 0) return { count };
  throw refusal(40003, 400, 'The count of an annotation is a whole number from 1.');
}

/** Throws 40161 when the summary counts clients and the annotation has no clientId. */
export function demandClientId({ type, clientId }: WireAnnotation): void {
  if (!methodOf(type).needsClientId || clientId !== undefined) return;
  throw refusal(
    40161,
    401,
    `Annotations of the type ${type.slice(0, 100)} are counted by client: connect with a clientId.`,
  );
}
