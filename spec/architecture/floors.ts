const channelFloor = [
  ...['base', 'rx', 'codec', 'options', 'socket', 'connection', 'ably/wire', 'ably/check-options'],
  ...['ably/endpoint', 'ably/auth', 'ably/transport'], // their types, in port.ts
];
const messagesFloor = [
  ...['base', 'rx', 'codec', 'flow', 'options', 'ably/wire', 'ably/check-options'],
  ...['ably/rest', 'ably/channel', 'ably/outbox', 'ably/http'],
];
const belowTheClients = ['base', 'rx', 'options', 'flow', 'codec', 'socket', 'connection'];
const ablyRooms = [
  ...[
    'wire',
    'check-options',
    'official-options',
    'endpoint',
    'rest',
    'auth',
    'transport',
    'channel',
    'outbox',
    'http',
  ],
  ...['messages', 'folding', 'annotations', 'presence', 'objects/wire', 'objects/state', 'objects'],
].map((name) => `ably/${name}`);
const ablyClient = [...belowTheClients, ...ablyRooms];
const bindings = [...ablyClient, 'ably/client', 'view'];
const emulatorFloor = ['base', 'rx', 'codec'];
const recordingFloor = [...emulatorFloor, 'ably/wire', 'emulator/host', 'emulator/ably', 'emulator/relay'];

/**
 * Each floor may import from itself and from the floors named here, and from nothing else. A floor is a folder or a
 * single file; the lower ones come first.
 */
export const floors: Readonly<Record<string, readonly string[]>> = {
  base: [],
  codec: ['base'],
  rx: ['base'],
  options: ['base', 'codec'],
  flow: ['base', 'rx', 'options'],
  socket: ['base', 'codec'],
  connection: ['base', 'rx', 'codec', 'socket'],
  'ably/wire': ['base', 'codec'],
  'ably/check-options': ['base', 'options', 'ably/wire'],
  'ably/official-options': ['options'],
  'ably/endpoint': ['base'],
  'ably/rest': ['base', 'rx', 'codec', 'ably/wire', 'ably/endpoint'],
  'ably/auth': [
    ...['base', 'rx', 'codec', 'options', 'connection'],
    ...['ably/wire', 'ably/check-options', 'ably/rest'],
  ],
  'ably/transport': [
    ...['base', 'codec', 'rx', 'socket', 'connection'],
    ...['ably/wire', 'ably/endpoint', 'ably/auth'],
  ],
  'ably/channel': channelFloor,
  'ably/http': [
    ...['base', 'options', 'ably/wire', 'ably/check-options', 'ably/rest', 'ably/auth', 'ably/channel'],
  ],
  'ably/outbox': [
    ...['base', 'connection', 'options'],
    ...['ably/wire', 'ably/check-options', 'ably/transport', 'ably/channel'],
  ],
  'ably/messages': messagesFloor,
  'ably/folding': [...messagesFloor, 'ably/messages'],
  'ably/annotations': [...messagesFloor, 'ably/messages'],
  'ably/presence': [...messagesFloor, 'ably/messages'],
  'ably/objects/wire': ['base', 'codec', 'ably/wire'],
  'ably/objects/state': ['ably/wire', 'ably/objects/wire'],
  'ably/objects': [
    ...messagesFloor,
    ...['ably/auth', 'ably/transport', 'ably/objects/wire', 'ably/objects/state'],
  ],
  'ably/client': ablyClient,
  'ably/edge': [...ablyClient, 'ably/client'],
  view: [...ablyClient, 'ably/client'], // types alone: spec/view/weight.spec.ts
  relay: belowTheClients,
  'emulator/host': emulatorFloor,
  'emulator/ably': [
    ...emulatorFloor,
    'ably/wire',
    'ably/objects/wire',
    'ably/objects/state',
    'emulator/host',
  ],
  'emulator/relay': [...emulatorFloor, 'emulator/host'],
  'emulator/recording': recordingFloor,
  'emulator/replay': [...recordingFloor, 'emulator/recording'],
  'emulator/console': [...recordingFloor, 'emulator/recording'],
  emulator: [...[...recordingFloor, 'emulator/recording'], ...['emulator/replay', 'emulator/console']],
  testing: [
    ...[...ablyClient, 'ably/client', 'relay'],
    ...[
      'emulator/host',
      'emulator/ably',
      'emulator/relay',
      'emulator/recording',
      'emulator/replay',
      'emulator',
    ],
  ],
  // the entry points
  index: [...ablyClient, 'ably/client'],
  core: [...ablyClient, 'ably/client', 'ably/edge'],
  rest: [...ablyClient, 'ably/client', 'ably/edge'],
  auth: [...ablyClient, 'ably/client'],
  presence: [...ablyClient, 'ably/client'],
  annotations: [...ablyClient, 'ably/client'],
  objects: [...ablyClient, 'ably/client'],
  messages: ['ably/folding'],
  ...{ react: bindings, vue: bindings, svelte: bindings, angular: bindings },
  msgpack: ['codec'],
  crypto: ['base', 'rx', 'codec', 'ably/wire'],
  vcdiff: ['codec', 'ably/wire'],
  'relay/index': [...belowTheClients, 'relay'],
  cli: [
    ...['base', 'rx', 'codec', 'ably/endpoint', 'index', 'relay', 'relay/index'],
    ...['emulator/host', 'emulator/ably', 'emulator'],
  ],
  walletconnect: ['relay'], // types alone: scripts/check-package.ts
};

/** The floor a file is on: the longest path of it that is one, be it a folder or the file itself. */
export function floorOf(file: string): string | undefined {
  const parts = file.replace(/\.ts$/, '').split('/');
  return parts
    .map((_, end) => parts.slice(0, parts.length - end).join('/'))
    .find((path) => Object.hasOwn(floors, path));
}
