import type { Command } from './command.js';
import { UsageError } from './exit.js';

/** A command before it is loaded, which takes time that the others need not take. */
export interface CommandEntry {
  readonly load: () => Promise<Command>;
  /** The port that `--emulator` stands for. */
  readonly port?: string;
}

const ably = { port: '8080' } as const;
const relay = { port: '8090' } as const;

const entries: Readonly<Record<string, CommandEntry>> = {
  emulator: { load: async () => (await import('./servers/serve.js')).serving('emulator') },
  relay: { load: async () => (await import('./servers/serve.js')).serving('relay') },
  publish: { ...ably, load: async () => (await import('./ably/publish.js')).publish },
  subscribe: { ...ably, load: async () => (await import('./ably/subscribe.js')).subscribe },
  presence: { ...ably, load: async () => (await import('./ably/presence.js')).presence },
  history: { ...ably, load: async () => (await import('./ably/history.js')).history },
  channels: { ...ably, load: async () => (await import('./ably/channels.js')).channels },
  ping: { ...ably, load: async () => (await import('./ably/ping.js')).ping },
  token: { ...ably, load: async () => (await import('./ably/token.js')).token },
  'relay publish': { ...relay, load: async () => (await import('./relay/publish.js')).relayPublish },
  'relay subscribe': { ...relay, load: async () => (await import('./relay/subscribe.js')).relaySubscribe },
};

export const usage = `Usage: rx-realtime <command> [options]

  emulator               starts a local Ably, for development and tests
  relay                  starts a local WalletConnect relay

  publish                publishes messages, or the lines of the standard input
  subscribe              prints the messages of channels
  presence               prints the members of a channel, or is one
  history                prints the past of a channel
  channels               lists the channels that are active
  ping                   measures the way to the server and back
  token                  prints a token

  relay publish          publishes texts on a topic of a WalletConnect relay
  relay subscribe        prints the messages of topics

  rx-realtime <command> --help says more of each. ABLY_API_KEY in the environment is the key;
  with --emulator the commands ask the emulator on this machine.

Ends with 0 when done, 1 when refused or failed, 2 on a wrong command line, 3 without a connection.
`;

/** A command, its name, and the words of the command line that are for it. */
export interface Chosen extends CommandEntry {
  readonly name: string;
  readonly args: readonly string[];
}

/** Chooses the command: the first word, or, where flags come first, the first word that is a command. Throws a UsageError. */
export function chosen(args: readonly string[]): Chosen {
  const [first] = args;
  const at = first?.startsWith('-') ? args.findIndex((word) => Object.hasOwn(entries, word)) : 0;
  const word = args[at];
  if (word === undefined) throw new UsageError('No command was given.');
  const two = `${word} ${args[at + 1] ?? ''}`;
  const name = Object.hasOwn(entries, two) ? two : word;
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (!entry) throw new UsageError(`The command "${word}" is unknown.`);
  return { ...entry, name, args: [...args.slice(0, at), ...args.slice(at + (name === two ? 2 : 1))] };
}
