import type { Message } from '../wire/message.js';

/** MFI1, RTL22: which messages are wanted; all that is said has to be met (RTL22c). */
export interface MessageFilter {
  /** MFI2a: whether they refer to another message (`extras.ref`). */
  readonly isRef?: boolean;
  /** MFI2b */
  readonly refTimeserial?: string;
  /** MFI2c */
  readonly refType?: string;
  /** MFI2d */
  readonly name?: string;
  /** MFI2e */
  readonly clientId?: string;
}

interface Wanted extends MessageFilter {
  readonly names?: string | readonly string[] | undefined;
}

interface Reference {
  readonly timeserial?: unknown;
  readonly type?: unknown;
}

function refOf(extras: unknown): Reference | undefined {
  const ref = typeof extras === 'object' && extras !== null && 'ref' in extras ? extras.ref : undefined;
  return typeof ref === 'object' && ref !== null ? ref : undefined;
}

/** Every message. */
export const always = (): boolean => true;

/** RTL22a, RTL22b: whether a message meets a filter. */
export const meeting =
  ({ isRef, refTimeserial, refType, name, names = name, clientId }: Wanted) =>
  (message: Message): boolean => {
    const ref = refOf(message.extras);
    return (
      (isRef === undefined || isRef === (ref !== undefined)) &&
      (refTimeserial === undefined || ref?.timeserial === refTimeserial) &&
      (refType === undefined || ref?.type === refType) &&
      (names === undefined || [names].flat().includes(message.name ?? '')) &&
      (clientId === undefined || message.clientId === clientId)
    );
  };
