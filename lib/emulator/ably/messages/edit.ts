import type { WireMessage, WireVersion } from '../../../ably/wire/frames.js';
import { refusal } from '../wire/errors.js';
import { isAbsent, isFields, textField } from '../wire/fields.js';
import { contentOf } from '../wire/payload.js';

/** TM5: the numbers of what can be done to a message. */
export const EditAction = { update: 1, delete: 2, append: 5 } as const;
export type EditAction = (typeof EditAction)[keyof typeof EditAction];

const editActions: ReadonlySet<unknown> = new Set(Object.values(EditAction));

/** An update, delete or append that somebody asks for (RTL32, RSL15). */
export interface MessageEdit {
  readonly action: EditAction;
  /** Of the message that it is about. */
  readonly serial: string;
  readonly content: Pick<WireMessage, 'name' | 'data' | 'encoding' | 'extras'>;
  /** TM2s3 to TM2s5, as they were given. */
  readonly operation: Pick<WireVersion, 'clientId' | 'description' | 'metadata'>;
}

/** Whether what was sent as a message is to change another one. */
export const isEdit = (input: unknown): boolean => isFields(input) && editActions.has(input['action']);

/** Throws 40000, 40003 or 40013 on what is none. `serial` is the one in the path, where there is one. */
export function editOf(input: unknown, serial?: string): MessageEdit {
  if (!isFields(input) || !isEdit(input))
    throw refusal(40000, 400, 'The action of a change to a message is 1 (update), 2 (delete) or 5 (append).');
  const named = serial ?? input['serial'];
  if (typeof named !== 'string' || named === '')
    throw refusal(40003, 400, 'The change names no message: give it the serial of one.');
  const { name, data, encoding, extras } = contentOf(input);
  const content = {
    ...(name !== undefined && { name }),
    ...(data !== undefined && { data }),
    ...(data !== undefined && encoding !== undefined && { encoding }),
    ...(extras !== undefined && { extras }),
  };
  return {
    action: input['action'] as EditAction,
    serial: named,
    content,
    operation: operationOf(input['version']),
  };
}

function operationOf(version: unknown): MessageEdit['operation'] {
  if (isAbsent(version)) return {};
  if (!isFields(version))
    throw refusal(40000, 400, 'The version of a change is an object: { clientId, description, metadata }.');
  const { metadata } = version;
  if (!isAbsent(metadata) && !isTexts(metadata))
    throw refusal(40000, 400, 'The metadata of a change is an object of strings.');
  return {
    ...textField(version, 'clientId'),
    ...textField(version, 'description'),
    ...(isAbsent(metadata) ? {} : { metadata }),
  };
}

const isTexts = (value: unknown): value is Readonly<Record<string, string>> =>
  isFields(value) && Object.values(value).every((text) => typeof text === 'string');

/**
 * The message after the change: what is given replaces what there was, and what is not given stays, also when it is
 * deleted; appended data is joined to the end. Throws 40013 on data that cannot be joined.
 */
export function applyEdit(before: WireMessage, { action, content }: MessageEdit): WireMessage {
  const { encoding: _, ...rest } = before;
  if (content.data === undefined) return { ...before, ...content };
  if (action !== EditAction.append) return { ...rest, ...content };
  return { ...before, ...content, data: appendData(before, content) };
}

function appendData(before: WireMessage, { data, encoding }: MessageEdit['content']): unknown {
  if (encoding === undefined && before.encoding === undefined) {
    if (before.data === undefined) return data;
    if (typeof before.data === 'string' && typeof data === 'string') return before.data + data;
    if (before.data instanceof Uint8Array && data instanceof Uint8Array)
      return new Uint8Array([...before.data, ...data]);
  }
  throw refusal(40013, 400, 'The data cannot be appended: append a string to a string, or bytes to bytes.');
}
