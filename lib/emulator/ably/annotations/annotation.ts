import { refusal } from '../wire/errors.js';
import { absent, contentOf, isFields, textField } from '../wire/payload.js';
import { methodOf } from './summary.js';

/** TAN2, as it travels. */
export interface WireAnnotation {
  readonly id?: string;
  /** TAN2b: 0 creates, 1 deletes. */
  readonly action: 0 | 1;
  readonly clientId?: string;
  readonly connectionId?: string;
  readonly name?: string;
  readonly count?: number;
  readonly data?: unknown;
  readonly encoding?: string;
  readonly timestamp?: number;
  readonly serial?: string;
  readonly messageSerial: string;
  readonly type: string;
  readonly extras?: unknown;
}

/** An annotation as it was sent, checked. Throws 40000, 40003 or 40013. `serial` is the message's, where the path has it. */
export function annotationOf(input: unknown, serial?: string): WireAnnotation {
  if (!isFields(input))
    throw refusal(40000, 400, 'An annotation is an object: send { type, messageSerial }.');
  const { type } = textField(input, 'type');
  if (type === undefined || type === '')
    throw refusal(40003, 400, 'The annotation has no type: give it one, as "reaction:distinct.v1".');
  const messageSerial = serial ?? textField(input, 'messageSerial').messageSerial;
  if (messageSerial === undefined || messageSerial === '')
    throw refusal(40003, 400, 'The annotation names no message: give it the serial of one.');
  const content = contentOf(input);
  if (methodOf(type).named && content.name === undefined)
    throw refusal(40003, 400, `An annotation of the type ${type.slice(0, 100)} needs a name: give it one.`);
  return { ...content, ...counted(input['count']), action: actionOf(input['action']), messageSerial, type };
}

function actionOf(action: unknown): 0 | 1 {
  if (absent(action)) return 0;
  if (action === 0 || action === 1) return action;
  throw refusal(40000, 400, 'The action of an annotation is 0 (create) or 1 (delete).');
}

function counted(count: unknown): Pick<WireAnnotation, 'count'> {
  if (absent(count)) return {};
  if (typeof count === 'number' && Number.isSafeInteger(count) && count > 0) return { count };
  throw refusal(40003, 400, 'The count of an annotation is a whole number from 1.');
}

/** Throws 40012 where the summary counts clients, and this one has no name. */
export function demandIdentity({ type, clientId }: WireAnnotation): void {
  if (!methodOf(type).ofClients || clientId !== undefined) return;
  throw refusal(
    40012,
    400,
    `Annotations of the type ${type.slice(0, 100)} are counted by client: connect with a clientId.`,
  );
}
