import { Action } from '../../lib/ably/wire/actions.js';
import { presenceActions } from '../../lib/ably/wire/presence-message.js';
import type { AdminFrame } from '../../lib/emulator/console/protocol.js';

/** A frame as the log shows it. */
export interface Line {
  /** Counts the lines of this page: numbers of frames begin anew with another server. */
  readonly id: number;
  readonly frame: AdminFrame;
  /** `MESSAGE`, `irn_publish`, or `action 99` where it has no name yet. */
  readonly action: string;
  /** The channel, or the topic. */
  readonly channel: string;
}

const names = new Map<unknown, string>(
  Object.entries(Action).map(([name, action]) => [
    action,
    name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
  ]),
);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function relayLine(id: number, frame: AdminFrame): Line {
  const { method, params, error } = frame.frame;
  const action = text(method) || (error === undefined ? 'result' : 'error');
  const data = isRecord(params) && isRecord(params['data']) ? params['data'] : params;
  return { id, frame, action, channel: isRecord(data) ? text(data['topic']) : '' };
}

/** Names a frame's action and its channel. */
export function lineOf(frame: AdminFrame, id: number): Line {
  if (frame.server === 'relay') return relayLine(id, frame);
  const { action, channel } = frame.frame;
  return { id, frame, action: names.get(action) ?? `action ${String(action)}`, channel: text(channel) };
}

/** Names of all actions that a frame of Ably can have. */
export const actionNames: readonly string[] = [...names.values()];

const longest = 300;

const jsonOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The words of a message or of a member, which come before all else in a frame. */
function itemText(item: unknown): string {
  if (!isRecord(item)) return jsonOf(item);
  const { name, clientId, data } = item;
  return [name, clientId, data]
    .filter((part) => part !== undefined)
    .map(jsonOf)
    .join(' ');
}

function itemsOf({ messages, presence }: AdminFrame['frame']): readonly string[] {
  if (Array.isArray(messages)) return messages.map(itemText);
  if (!Array.isArray(presence)) return [];
  return presence.map((member: unknown) => {
    const action = isRecord(member) ? presenceActions[Number(member['action'] ?? 0)] : undefined;
    return `${action ?? 'unknown'} ${itemText(member)}`;
  });
}

/** Parts that have a column, or words, of their own. */
const told: ReadonlySet<string> = new Set(['action', 'channel', 'jsonrpc', 'method', 'messages', 'presence']);

/** The rest of a frame, in one line, behind the columns of the log. */
export function summaryOf({ frame: { frame } }: Line): string {
  const rest = Object.entries(frame).filter(([name]) => !told.has(name));
  const said = [...itemsOf(frame), ...rest.map(([name, value]) => `${name}: ${jsonOf(value)}`)].join('; ');
  return said.length > longest ? `${said.slice(0, longest)}…` : said;
}
