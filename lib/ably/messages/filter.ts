import type { Log } from '../../base/log.js';
import { fieldsOf } from '../check-options.js';
import type { Message } from '../wire/message.js';

/** MFI1, RTL22: which messages are wanted; all that is said has to be met (RTL22c). */
export interface MessageFilter {
  /** MFI2a: whether they refer to another message (`extras.ref`). */
  readonly isRef?: boolean | null | undefined;
  /** MFI2b */
  readonly refTimeserial?: string | null | undefined;
  /** MFI2c */
  readonly refType?: string | null | undefined;
  /** MFI2d */
  readonly name?: string | null | undefined;
  /** MFI2e */
  readonly clientId?: string | null | undefined;
}

const filterFields = {
  isRef: 0,
  refTimeserial: 0,
  refType: 0,
  name: 0,
  clientId: 0,
} satisfies Record<keyof MessageFilter, 0>;

/** Logs fields of a filter that filters have not: it would let everything through. */
export function checkFilter(wanted: string | readonly string[] | MessageFilter, log: Log): void {
  if (!namesIn(wanted)) fieldsOf(wanted as MessageFilter, filterFields, log, 'a message filter');
}

interface Reference {
  readonly timeserial?: unknown;
  readonly type?: unknown;
}

function refOf(extras: unknown): Reference | undefined {
  const ref = typeof extras === 'object' && extras !== null && 'ref' in extras ? extras.ref : undefined;
  return typeof ref === 'object' && ref !== null ? ref : undefined;
}

/** RTL22a, RTL22b: whether a message meets a filter. */
export const matcherOf =
  ({ isRef, refTimeserial, refType, name, clientId }: MessageFilter) =>
  (message: Message): boolean => {
    const ref = refOf(message.extras);
    return (
      (isRef == null || isRef === (ref !== undefined)) &&
      (refTimeserial == null || ref?.timeserial === refTimeserial) &&
      (refType == null || ref?.type === refType) &&
      (name == null || message.name === name) &&
      (clientId == null || message.clientId === clientId)
    );
  };

/** The names that are wanted, where it is said by names. */
export const namesIn = (wanted: string | readonly string[] | MessageFilter): readonly string[] | undefined =>
  typeof wanted === 'string' ? [wanted] : Array.isArray(wanted) ? (wanted as readonly string[]) : undefined;

/** Whether a message is wanted, however that is said. */
export function matcherFor(
  wanted: string | readonly string[] | MessageFilter,
): (message: Message) => boolean {
  const names = namesIn(wanted);
  return names
    ? ({ name }) => name !== undefined && names.includes(name)
    : matcherOf(wanted as MessageFilter);
}
