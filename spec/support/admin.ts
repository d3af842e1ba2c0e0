import type {
  AdminChannel,
  AdminConnection,
  AdminFrame,
  AdminState,
} from '../../lib/emulator/console/protocol.js';

export const frameOf = (number: number, more: Partial<AdminFrame> = {}): AdminFrame => ({
  number,
  at: number,
  server: 'ably',
  connection: 'one',
  direction: 'out',
  bytes: 100,
  frame: { action: 15, channel: 'lobby', messages: [{ name: 'text', data: `number ${number}` }] },
  ...more,
});

export const connectionOf = (id: string, more: Partial<AdminConnection> = {}): AdminConnection => ({
  id,
  clientId: undefined,
  format: 'json',
  state: 'connected',
  since: 0,
  channels: [],
  hasToken: false,
  delay: 0,
  framesIn: 0,
  framesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  bytesWaiting: 0,
  ...more,
});

export const channelOf = (
  name: string,
  published: number,
  more: Partial<AdminChannel> = {},
): AdminChannel => ({
  name,
  appId: 'app',
  members: [],
  occupancy: {},
  published,
  latest: [],
  ...more,
});

export const stateOf = (
  at: number,
  connections: readonly AdminConnection[] = [],
  channels: readonly AdminChannel[] = [],
  more: Partial<AdminState> = {},
): AdminState => ({
  type: 'state',
  at,
  ably: { url: 'http://127.0.0.1:8080', keyNames: [], refusing: false, connections, channels },
  relay: undefined,
  recording: { running: false, frames: 0, bytes: 0 },
  ...more,
});
