import { Action } from '../../lib/ably/wire/actions.js';
import type { ProtocolMessage, WireMessage } from '../../lib/ably/wire/frames.js';
import { presenceActions } from '../../lib/ably/wire/presence-message.js';

type Key = keyof typeof Action;
export type ActionName = Uppercase<Exclude<Key, 'objectSync'>> | 'OBJECT_SYNC';

/** A frame as specs compare it: a failure says ATTACH, and not 10. */
export interface Named extends Omit<ProtocolMessage, 'action'> {
  readonly action: ActionName;
}
export type HeardPresence = Omit<WireMessage, 'action'> & { readonly action: string };
/** A frame of a client: its presence says enter, and not 2. */
export interface Heard extends Omit<Named, 'presence'> {
  readonly presence?: readonly HeardPresence[];
}

const names = new Map(
  Object.entries(Action).map(([key, action]) => [
    action,
    key.replace(/[A-Z]/g, '_$&').toUpperCase() as ActionName,
  ]),
);

/** The name that the specification gives to an action. */
export function actionName(action: Action): ActionName {
  const name = names.get(action);
  if (!name) throw new Error(`There is no action ${String(action)}.`);
  return name;
}

export const named = ({ action, ...frame }: ProtocolMessage): Named => ({
  action: actionName(action),
  ...frame,
});

export const presenceName = (action: number | undefined): string => presenceActions[action ?? -1] ?? 'none';

export function heardOf(frame: ProtocolMessage): Heard {
  const { presence, ...rest } = named(frame);
  if (!presence) return rest;
  return { ...rest, presence: presence.map((wire) => ({ ...wire, action: presenceName(wire.action) })) };
}
