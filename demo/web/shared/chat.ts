import type { ClientOptions } from 'rx-realtime';

/** The one room of this chat, and how much of its past is shown. */
export const room = 'lobby';
export const past = { history: 50, keep: 200 } as const;

/** What `npm run demo:web` tells its pages: where the emulator listens. Absent where a page is rendered on a server. */
interface Configured {
  readonly realtime?: { readonly endpoint: string; readonly port: number };
}

const { realtime: server } = globalThis as Configured;

/** A name that stays the same while the tab is open, so that a reload is the same visitor. */
function nameOfVisitor(): string {
  if (typeof sessionStorage === 'undefined') return 'nobody'; // a render on a server, which shows no name
  const known = sessionStorage.getItem('name');
  if (known !== null) return known;
  const made = `visitor-${Math.random().toString(36).slice(2, 6)}`;
  sessionStorage.setItem('name', made);
  return made;
}

export const clientId = nameOfVisitor();

/** The options of the client: tokens come from the auth server of the emulator, as they would come from yours. */
export const options: ClientOptions = {
  clientId,
  ...(server && { endpoint: server.endpoint, port: server.port, tls: false }),
  authUrl: server ? `http://${server.endpoint}:${server.port}/auth` : 'http://localhost/auth',
  authParams: { clientId },
};

/** What each visitor says of itself in presence. */
export interface Presence {
  readonly typing: boolean;
}

/** A draft counts as typing for so long after the last key. */
export const typingFor = 3000;

/** The words of the banner, from what the binding says of the connection; none while all is well. */
export function bannerOf(state: string, retryIn: number | undefined): string | undefined {
  if (state === 'connected' || state === 'initialized') return undefined;
  if (state === 'connecting') return 'Connecting…';
  if (state === 'failed') return 'The connection failed. Reload the page.';
  return retryIn === undefined ? 'Offline.' : `Offline. Trying again in ${Math.ceil(retryIn / 1000)} s.`;
}

/** Names of the others that are typing, as a sentence. */
export function typingOf(
  members: readonly { readonly clientId?: string | undefined; readonly data?: unknown }[],
): string | undefined {
  const typing = members.filter(({ data }) => (data as Presence | undefined)?.typing === true);
  const names = typing.map((member) => member.clientId).filter((name) => name !== clientId);
  return names.length === 0 ? undefined : `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} typing…`;
}

/** The time of day of a message. */
export const timeOf = (timestamp: number | undefined): string =>
  timestamp === undefined ? '' : new Date(timestamp).toLocaleTimeString([], { timeStyle: 'short' });

/** Scrolls a list to its newest line, unless its reader has scrolled up. */
export function keepAtEnd(list: Element): void {
  const isNearEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 200;
  if (isNearEnd) list.scrollTop = list.scrollHeight;
}
