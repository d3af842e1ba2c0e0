import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulatorSchema } from '../../../lib/cli/config/emulator-schema.js';
import { configIn, readConfig } from '../../../lib/cli/config/read-config.js';
import { violationOf } from '../../../lib/cli/config/violation.js';
import { UsageError } from '../../../lib/cli/exit.js';

const whole = {
  $schema: './node_modules/rx-realtime/dist/emulator.schema.json',
  keys: ['app.key:hushhush', 'app.reader:hushhush'],
  capabilities: { 'app.reader': { 'chat:*': ['subscribe'] } },
  namespaces: { chat: { mutableMessages: true }, log: { persisted: true } },
  presenceFixtures: { room: [{ clientId: 'bot', data: { status: 'here' } }] },
  history: { messages: 10, bytes: 1000, ttl: 5000 },
  ...{ connectionStateTtl: 1000, maxIdleInterval: 0, maxMessageSize: 100, maxFrameSize: 1000 },
  ...{ renewalNotice: 0, timestampWindow: 1000, syncPageSize: 1 },
};

describe('cli: the file of --config', () => {
  it('holds every option', () => {
    const { $schema: _, ...options } = whole;
    expect(configIn(JSON.stringify(whole), 'a.json')).deep.equal(options);
    expect(configIn('{}', 'a.json')).deep.equal({});
  });

  it('may begin with a mark of byte order, as editors write it', () => {
    expect(configIn(`\ufeff${JSON.stringify(whole)}`, 'a.json')).include({ maxMessageSize: 100 });
  });

  it('has to be UTF-8, and says so where it is not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rx-realtime-'));
    const file = join(folder, 'a.json');
    try {
      await writeFile(file, '\ufeff{}', 'utf16le');
      const thrown: unknown = await readConfig(file).catch((error: unknown) => error);
      expect(String(thrown)).match(/a\.json is not JSON.*Write it in UTF-8, which it is not\.$/);
      expect(thrown).instanceOf(UsageError);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  const wrong: readonly (readonly [given: object | string, text: RegExp])[] = [
    ['{"keys": ["app.key:hush",]}', /^a\.json is not JSON.*no comma behind the last/],
    ['{\n  "keys": hush\n}', /^a\.json is not JSON/],
    ['[]', /^a\.json is wrong: it has to be an object/],
    [{ key: 'hush' }, /at key: there is no such field; there are keys, capabilities/],
    [{ keys: [] }, /at keys: it is empty/],
    [{ keys: 'hush' }, /at keys: it has to be a list/],
    [{ keys: ['app.key:x', 'hush'] }, /at keys\[1\]: it has to be a text like "app\.key:secret"/],
    [{ capabilities: { 'app.key': { chat: 'subscribe' } } }, /at capabilities\["app\.key"\]\.chat: .*a list/],
    [{ capabilities: { 'app.key': { chat: ['hear'] } } }, /capabilities.*hear/],
    [{ capabilities: { 'other.key': { chat: ['*'] } } }, /"other\.key", which is not a key/],
    [
      { namespaces: { chat: { mutable: true } } },
      /at namespaces\.chat\.mutable: .*mutableMessages, persisted/,
    ],
    [
      { namespaces: { chat: { persisted: 1 } } },
      /at namespaces\.chat\.persisted: it has to be true or false/,
    ],
    [{ presenceFixtures: { room: [{ data: 1 }] } }, /at presenceFixtures\.room\[0\]: it has no "clientId"/],
    [{ presenceFixtures: { room: [{ clientId: '' }] } }, /clientId: it has to be a text that is not empty/],
    [{ presenceFixtures: { room: [{ clientId: '*' }] } }, /presenceFixtures.*"room"/],
    [{ presenceFixtures: { '': [{ clientId: 'a' }] } }, /presenceFixtures.*used for ""/],
    [{ history: { ttl: -1 } }, /at history\.ttl: it has to be a whole number from 0/],
    [{ syncPageSize: 0 }, /at syncPageSize: it has to be a whole number from 1/],
    [{ maxFrameSize: 1.5 }, /at maxFrameSize: it has to be a whole number/],
    [{ __proto__x: 1 }, /there is no such field/],
  ];
  for (const [given, text] of wrong) {
    const written = typeof given === 'string' ? given : JSON.stringify(given);
    it(`names the file, the place and the reason, and repeats no secret: ${written}`, () => {
      expect(() => configIn(written, 'a.json')).throws(UsageError, text);
      expect(() => configIn(written, 'a.json')).throws(UsageError, /^a\.json (?!.*hush)/);
    });
  }

  it('names a file that cannot be read', async () => {
    let said = '';
    await readConfig('no/such/file.json').catch((thrown: unknown) => (said = String(thrown)));
    expect(said).match(/no\/such\/file\.json cannot be read \(ENOENT\)/);
  });

  it('is described by its schema, down to each field', () => {
    expect(violationOf(whole, emulatorSchema)).equal(undefined);
    const { properties = {} } = emulatorSchema;
    for (const [name, { description }] of Object.entries(properties)) expect(description, name).a('string');
  });
});
