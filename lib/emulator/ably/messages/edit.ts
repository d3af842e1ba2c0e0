import type { WireMessage, WireVersion } from '../../../ably/wire/frames.js';
import { refusal } from '../wire/errors.js';
import { isAbsent, isFields, textField } from '../wire/fields.js';
import { contentOf } from '../wire/payload.js';

/** TM5: actions that edit a message, by their numbers on the wire. */
export const EditAction = { update: 1, delete: 2, append: 5 } as const;
export type EditAction = (typeof EditAction)[keyof typeof EditAction];

const editActions: ReadonlySet<unknown> = new Set(Object.values(EditAction));

/** An update, delete or append (RTL32, RSL15). */
export interface MessageEdit {
  readonly action: EditAction;
  /** Serial of the message to edit. */
  readonly serial: string;
  /** Names the edit, so that it is made once. */
  readonly id: string | undefined;
  readonly content: Pick<WireMessage, 'name' | 'data' | 'encoding' | 'extras'>;
  /** TM2s3 to TM2s5, as given by the client. */
  readonly operation: Pick<WireVersion, 'clientId' | 'description' | 'metadata'>;
}

/** True when a message on the wire edits another one. */
export const isEdit = (input: unknown): boolean => isFields(input) && editActions.has(input['action']);

/** Parses an edit; `serial` is the one in the path, over HTTP. Throws 40030, 40003 or 40013 on a malformed one. */
export function editOf(input: unknown, serial?: string): MessageEdit {
  if (!isFields(input) || !isEdit(input))
    throw refusal(40030, 400, 'The action of a change to a message is 1 (update), 2 (delete) or 5 (append).');
  const named = serial ?? input['serial'];
  if (typeof named !== 'string' || named === '')
    throw refusal(40003, 400, 'The change names no message: give it the serial of one.');
  const { id, name, data, encoding, extras } = contentOf(input);
  const content = {
    ...(name !== undefined && { name }),
    ...(data !== undefined && { data }),
    ...(data !== undefined && encoding !== undefined && { encoding }),
    ...(extras !== undefined && { extras }),
  };
  return {
    action: input['action'] as EditAction,
    serial: named,
    id,
    content,
    operation: operationOf(input['version']),
  };
}

function operationOf(version: unknown): MessageEdit['operation'] {
  if (isAbsent(version)) return {};
  if (!isFields(version))
    throw refusal(40030, 400, 'The version of a change is an object: { clientId, description, metadata }.');
  const { metadata } = version;
  if (!isAbsent(metadata) && !isTexts(metadata))
    throw refusal(40030, 400, 'The metadata of a change is an object of strings.');
  return {
    ...textField(version, 'clientId'),
    ...textField(version, 'description'),
    ...(isAbsent(metadata) ? {} : { metadata }),
  };
}

const isTexts = (value: unknown): value is Readonly<Record<string, string>> =>
  isFields(value) && Object.values(value).every((text) => typeof text === 'string');

/**
 * The message after the edit: given fields replace earlier ones, other fields stay, even in a delete; appended data is
 * added at the end. Throws 40013 on data that cannot be appended.
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
