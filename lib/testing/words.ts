import { Action } from '../ably/wire/actions.js';
import type { ProtocolMessage } from '../ably/wire/frames.js';

const names = new Map<number | undefined, string>(
  Object.entries(Action).map(([name, action]) => [
    action,
    name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
  ]),
);
const presenceActions = ['absent', 'present', 'enter', 'leave', 'update'];

/** A frame in words: its action, its channel, and the names of its messages or the deeds of its members. */
export function wordsOfFrame({ action, channel, messages = [], presence = [] }: ProtocolMessage): string {
  const members = presence.map(
    ({ action: deed, clientId }) => `${presenceActions[deed ?? -1] ?? 'unknown'} ${clientId ?? ''}`,
  );
  const parts = [
    names.get(action) ?? String(action),
    channel,
    ...messages.map(({ name }) => name),
    ...members,
  ];
  return parts
    .filter((part) => part !== undefined && part !== '')
    .join(' ')
    .trim();
}

/** A text to the relay in words: its method and its topics, or `ack` for an answer. */
export function wordsOfText(text: string): string {
  try {
    const { method, params } = JSON.parse(text) as {
      readonly method?: string;
      readonly params?: { readonly topic?: string; readonly topics?: readonly string[] };
    };
    return [method ?? 'ack', ...(params?.topics ?? [params?.topic ?? ''])].join(' ').trim();
  } catch {
    return 'unreadable';
  }
}
