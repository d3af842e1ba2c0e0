import type { EmulatedConnection } from '../ably/connections/emulated-connection.js';
import type { Emulator } from '../ably/server.js';
import type { RelayEmulator } from '../relay/relay.js';
import type { AdminCommand } from './protocol.js';
import type { ConsoleServers } from './servers.js';

type Of<Name extends AdminCommand['do']> = Extract<AdminCommand, { readonly do: Name }>;
/** Commands about the servers; the others are about the console itself. */
export type ServerCommand = Exclude<AdminCommand, { readonly do: 'watch' | 'record' }>;

type Performers = {
  readonly [Name in ServerCommand['do']]: (servers: ConsoleServers, command: Of<Name>) => void;
};

const performers: Performers = {
  drop: (servers, { connection }) => eitherOf(servers, connection).forEach((each) => each.drop()),
  silence: (servers, { connection, on }) => eitherOf(servers, connection).forEach((each) => each.silence(on)),
  delay: (servers, { connection, ms }) => eitherOf(servers, connection).forEach((each) => each.delay(ms)),
  nack: (servers, { connection, count }) => ofAbly(servers, connection).nack(undefined, count),
  forget: (servers, { connection }) => ofAbly(servers, connection).forget(),
  expireToken: (servers, { connection }) => ofAbly(servers, connection).expireToken(),
  detach: (servers, { connection, channel }) => ofAbly(servers, connection).detach(channel),
  fail: (servers, { connection, channel }) => ofAbly(servers, connection).fail(channel),
  refuse: (servers, { on, server }) => serverOf(servers, server).refuse(on ? 'drop' : false),
  storm: (servers, { server }) => serverOf(servers, server).connections.forEach((each) => each.drop()),
  publish: (servers, { channel, name, data }) =>
    ablyOf(servers).publish(channel, { ...(name !== undefined && { name }), data }),
  enter: (servers, { channel, clientId, data }) =>
    ablyOf(servers).presence(channel).enter({ clientId, data }),
  leave: (servers, command) => leave(ablyOf(servers), command),
  relayPublish: (servers, { topic, message }) => relayOf(servers).publish(topic, message),
};

/** Performs a command. Throws an error whose message says why that cannot be. */
export function perform(servers: ConsoleServers, command: ServerCommand): void {
  const performer = performers[command.do] as (servers: ConsoleServers, command: ServerCommand) => void;
  performer(servers, command);
}

function ablyOf({ ably }: ConsoleServers): Emulator {
  if (ably) return ably.emulator;
  throw new TypeError('No emulator of Ably runs here: start one with `rx-realtime emulator`.');
}

function relayOf({ relay }: ConsoleServers): RelayEmulator {
  if (relay) return relay.relay;
  throw new TypeError('No relay runs in this process: start the emulator with --relay.');
}

const serverOf = (servers: ConsoleServers, server: 'ably' | 'relay' = 'ably'): Emulator | RelayEmulator =>
  server === 'ably' ? ablyOf(servers) : relayOf(servers);

const isOver = (): TypeError => new TypeError('The connection is over: choose another one.');

function ofAbly(servers: ConsoleServers, id: string): EmulatedConnection {
  const found = servers.ably?.emulator.connections.find((each) => each.id === id);
  if (found) return found;
  const onRelay = servers.relay?.relay.connections.some(({ clientId }) => clientId === id);
  throw onRelay ? new TypeError('The relay has no such fault: only connections of Ably have it.') : isOver();
}

/** The connection of this id, or those of the relay's client of this id. */
function eitherOf(
  { ably, relay }: ConsoleServers,
  id: string,
): readonly Pick<EmulatedConnection, 'drop' | 'silence' | 'delay'>[] {
  const found = [
    ...(ably?.emulator.connections.filter((each) => each.id === id) ?? []),
    ...(relay?.relay.connections.filter(({ clientId }) => clientId === id) ?? []),
  ];
  if (found.length === 0) throw isOver();
  return found;
}

function leave(emulator: Emulator, { channel, clientId }: Of<'leave'>): void {
  const presence = emulator.presence(channel);
  const present = presence.members.filter((member) => member.clientId === clientId);
  const own = present.filter(({ connectionId }) => connectionId === 'emulator');
  if (present.length === 0) throw new TypeError('The channel has no such member: it has left already.');
  presence.leave((own.length > 0 ? own : present).map(({ connectionId }) => ({ clientId, connectionId })));
}
