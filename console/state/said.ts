import type { AdminCommand } from '../../lib/emulator/console/protocol.js';

type Said = {
  readonly [K in AdminCommand['do']]: (command: Extract<AdminCommand, { readonly do: K }>) => string;
};

/** Says how data that were typed are taken: JSON with a slip in it is text. */
const formOf = (data: unknown): string => (typeof data === 'string' ? 'text' : 'JSON');

const said: Said = {
  watch: () => '',
  drop: ({ connection }) => `Dropped ${connection}.`,
  silence: ({ connection, on }) => (on ? `Silenced ${connection}.` : `${connection} is heard again.`),
  delay: ({ connection, ms }) =>
    ms === 0
      ? `Frames of ${connection} are no longer delayed.`
      : `Frames of ${connection} are delayed by ${ms} ms.`,
  nack: ({ connection, count }) =>
    count === 1
      ? `The next publish of ${connection} gets a NACK.`
      : `The next ${count} publishes of ${connection} get NACKs.`,
  forget: ({ connection }) => `Forgot the session of ${connection}.`,
  expireToken: ({ connection }) => `The token of ${connection} has expired.`,
  detach: ({ channel }) => `Detached ${channel}.`,
  fail: ({ channel }) => `Failed ${channel}.`,
  refuse: ({ on }) => (on ? 'Newcomers are refused.' : 'Newcomers are let in.'),
  storm: () => 'Dropped everybody.',
  publish: ({ channel, data }) => `Published ${formOf(data)} to ${channel}.`,
  enter: ({ clientId, channel, data }) =>
    `${clientId} entered ${channel}${data === undefined ? '' : ` with ${formOf(data)}`}.`,
  leave: ({ clientId, channel }) => `${clientId} left ${channel}.`,
  relayPublish: ({ topic }) => `Published to ${topic}.`,
  record: ({ on }) => (on ? 'The recording runs.' : 'The recording has stopped.'),
};

/** Tells of a request that is done; an empty text is for one that needs no words. */
export const saidOf = (command: AdminCommand): string =>
  (said[command.do] as (of: AdminCommand) => string)(command);
