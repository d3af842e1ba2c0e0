import type { EmulatorOptions } from '../../emulator/index.js';
import type { Schema } from './violation.js';

type Option = Exclude<keyof EmulatorOptions, 'apps' | 'scheduler' | 'random'>;

const longest = 2 ** 31 - 1;
const amount = (description: string, minimum = 0): Schema => ({
  ...{ description, type: 'integer', minimum, maximum: longest },
});
const text = (description: string): Schema => ({ description, type: 'string', pattern: '^.+$' });
const flag = (description: string): Schema => ({ description, type: 'boolean' });

/** Every option of an emulator that a file can hold; the names are those of `listen()`. */
const options: Readonly<Record<Option, Schema>> & Readonly<Record<string, Schema>> = {
  keys: {
    description: 'Keys, the first of which is the default; keys of one app share its channels.',
    type: 'array',
    minItems: 1,
    items: { type: 'string', pattern: '^[^.:\\s]+\\.[^:\\s]+:\\S+$', example: 'app.key:secret' },
  },
  capabilities: {
    description: 'Capabilities by the name of a key, app.key; all that there is where it is left out.',
    type: 'object',
    additionalProperties: {
      type: 'object',
      additionalProperties: { type: 'array', minItems: 1, items: { type: 'string' } },
    },
  },
  namespaces: {
    description: 'Rules for channels, by the part of their names before the first colon.',
    type: 'object',
    additionalProperties: {
      type: 'object',
      additionalProperties: false,
      properties: {
        mutableMessages: flag('Messages can be changed and annotated.'),
        persisted: flag('History is kept for a day.'),
      },
    },
  },
  presenceFixtures: {
    description: 'Members that are present from the start and belong to no connection, by channel.',
    type: 'object',
    additionalProperties: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['clientId'],
        properties: {
          clientId: text('The identity of the member.'),
          data: { description: 'A text, an object or an array.' },
          encoding: text('The encoding of the data.'),
          extras: { description: 'Goes with the data.' },
          connectionId: text('The connection of the member; emulator by default.'),
          id: text('The id of the presence message.'),
        },
      },
    },
  },
  history: {
    description: 'Bounds of the history of each channel.',
    type: 'object',
    additionalProperties: false,
    properties: {
      messages: amount('Most messages; 1,000 by default.'),
      bytes: amount('Most bytes of them together; 16 MiB by default.'),
      ttl: amount('Milliseconds for which they are kept; 120,000 by default.'),
    },
  },
  connectionStateTtl: amount('Milliseconds for which a lost connection can be resumed; 120,000 by default.'),
  maxIdleInterval: amount('Milliseconds between two frames at most; 0 sends no heartbeats.'),
  maxMessageSize: amount('Bytes of a publish; 65,536 by default.'),
  maxFrameSize: amount('Bytes of a frame and of an HTTP body; 524,288 by default.'),
  renewalNotice: amount('Milliseconds before a token expires at which its client is asked for another.'),
  timestampWindow: amount('Milliseconds by which the timestamp of a TokenRequest may be off.'),
  syncPageSize: amount('Members, or objects and their entries, in a page of a sync; 100 by default.', 1),
  objectsGCGracePeriod: amount('Milliseconds for which deleted objects are remembered; a day by default.'),
  maxObjectsSize: amount('Bytes of the objects of one channel; 6.5 MiB by default.'),
  maxConnections: amount('Connections at once.'),
  maxChannelsPerConnection: amount('Attached channels of one connection.'),
  maxChannels: amount('Channels of one app.'),
  maxMembersPerChannel: amount('Members of one channel.'),
};

/** JSON Schema of the file that `rx-realtime emulator --config` reads. */
export const emulatorSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Settings of the emulator of rx-realtime',
  type: 'object',
  additionalProperties: false,
  properties: { $schema: { description: 'The address of this schema.', type: 'string' }, ...options },
};
