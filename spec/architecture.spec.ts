import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix, resolve, sep } from 'node:path';

/** Each floor may import from itself and from the floors named here, and from nothing else. */
const floors: Readonly<Record<string, readonly string[]>> = {
  version: [],
  log: [],
  rx: [],
  codec: [],
  options: ['log', 'rx'],
  flow: ['rx', 'options'],
  socket: ['rx', 'codec'],
  connection: ['log', 'rx', 'codec', 'socket'],
  'ably/wire': ['codec'],
  'ably/endpoint': [],
  'ably/kinds': ['options', 'ably/wire'],
  'ably/auth': ['rx', 'codec', 'options', 'ably/wire', 'ably/kinds'],
  'ably/outbox': ['rx', 'ably/wire'],
  'ably/client-options': ['codec', 'socket', 'ably/auth', 'log', 'ably/outbox'],
  'ably/settings': [
    'ably/client-options',
    'rx',
    'codec',
    'socket',
    'ably/wire',
    'log',
    'options',
    'ably/endpoint',
    'ably/auth',
    'ably/outbox',
    'ably/kinds',
  ],
  'ably/agent': ['version', 'ably/settings'],
  'ably/rest': [
    'ably/agent',
    'ably/endpoint',
    'version',
    'rx',
    'codec',
    'ably/wire',
    'ably/settings',
    'ably/auth',
  ],
  'ably/tokens': [
    'rx',
    'options',
    'codec',
    'connection',
    'ably/wire',
    'ably/settings',
    'ably/auth',
    'ably/rest',
    'ably/kinds',
  ],
  'ably/protocol': [
    'ably/agent',
    'ably/endpoint',
    'version',
    'rx',
    'codec',
    'socket',
    'connection',
    'ably/wire',
    'ably/settings',
    'ably/auth',
    'ably/rest',
  ],
  'ably/presence': ['rx', 'ably/wire'],
  'ably/channel': [
    'rx',
    'flow',
    'options',
    'codec',
    'ably/wire',
    'log',
    'ably/rest',
    'ably/outbox',
    'ably/presence',
    'ably/kinds',
  ],
  ably: [
    'options',
    'log',
    'ably/client-options',
    'rx',
    'codec',
    'socket',
    'connection',
    'ably/wire',
    'ably/settings',
    'ably/endpoint',
    'ably/auth',
    'ably/rest',
    'ably/tokens',
    'ably/protocol',
    'ably/outbox',
    'ably/channel',
    'ably/presence',
    'ably/kinds',
  ],
  relay: ['version', 'log', 'rx', 'options', 'flow', 'codec', 'socket', 'connection'],
  'emulator/host': ['rx', 'codec'],
  'emulator/ably': ['rx', 'codec', 'ably/wire', 'emulator/host'],
  'emulator/relay': ['rx', 'codec', 'emulator/host'],
  emulator: ['rx', 'codec', 'emulator/host', 'emulator/ably', 'emulator/relay'],
  testing: ['rx', 'codec', 'ably/wire', 'emulator'],
  index: [
    'log',
    'rx',
    'flow',
    'codec',
    'connection',
    'socket',
    'ably',
    'ably/wire',
    'ably/auth',
    'ably/rest',
    'ably/tokens',
    'ably/client-options',
    'ably/settings',
    'ably/outbox',
    'ably/channel',
    'ably/presence',
  ],
  msgpack: ['codec'],
  crypto: ['rx', 'codec', 'ably/wire'],
  vcdiff: ['codec', 'ably/wire'],
  cli: ['rx', 'emulator'],
};

/** The floor a file is on: the longest path of it that is one, be it a folder or the file itself. */
const floorOf = (file: string): string | undefined => {
  const parts = file.replace(/\.ts$/, '').split('/');
  return parts
    .map((_, end) => parts.slice(0, parts.length - end).join('/'))
    .find((path) => Object.hasOwn(floors, path));
};

const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\1/g)].map(([, , path]) => path ?? '');

/** Comments and the text of strings do not count as code. */
const codeOf = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, (found) =>
    found.replace(/[^\n]/g, ' '),
  );

const maxLines = 300;
const vagueName = /(^|-)(utils?|helpers?|common|manager|misc)(-|$)/;
const nameIsClear = (part: string): boolean => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(part) && !vagueName.test(part);

/** Everything the house rules say against `text` standing in `lib/<file>`. */
function violationsOf(file: string, text: string): readonly string[] {
  const floor = floorOf(file);
  const code = codeOf(text);
  const violations: string[] = [];
  if (floor === undefined) {
    violations.push('stands on no floor: give its folder a line in the table of spec/architecture.spec.ts');
  } else {
    for (const path of importsOf(text).filter((found) => found.startsWith('.'))) {
      const target = floorOf(posix.join(posix.dirname(file), path.replace(/\.js$/, '.ts')));
      if (target === undefined) violations.push(`imports ${path}, which stands on no floor`);
      else if (target !== floor && !floors[floor]?.includes(target)) {
        violations.push(`imports ${path}, and ${floor} may not import from ${target}`);
      }
    }
  }
  const lines = text.trimEnd().split('\n').length;
  if (lines > maxLines) violations.push(`has ${lines} lines, ${lines - maxLines} more than it may`);
  if (/\bexport\s+default\b|\bexport\s*\{[^}]*\bas\s+default\b/.test(code))
    violations.push('has a default export');
  if (/(?::|\bas|<|,|[|&=>])\s*any\b(?!\s*[(.:=])/.test(code)) violations.push('says any');
  if (/@ts-(ignore|nocheck|expect-error)/.test(text)) violations.push('silences the compiler');
  if (/\b(TODO|FIXME|XXX)\b/.test(text)) violations.push('leaves something to do');
  if (/^(export\s+)?(declare\s+)?(const\s+)?enum\s/m.test(code)) violations.push('has an enum');
  const parts = file.replace(/(\.web)?\.ts$/, '').split('/');
  for (const part of parts.filter((name) => !nameIsClear(name)))
    violations.push(`has an unclear name: ${part}`);
  if (/^(reduce|state)\.ts$/.test(basename(file))) {
    if (importsOf(text).some((path) => path.startsWith('rxjs'))) violations.push('is pure, and imports RxJS');
    if (/\b(async|await|Promise|console)\b/.test(code)) violations.push('is pure, and waits or logs');
  }
  return violations;
}

const lib = resolve(import.meta.dirname, '../lib');
const files = readdirSync(lib, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.split(sep).join('/'))
  .sort();

describe('architecture', () => {
  it('has files to look at', () => {
    expect(files).to.include('codec/codec.ts');
  });

  for (const file of files) {
    it(`lib/${file} keeps the house rules`, () => {
      expect(violationsOf(file, readFileSync(join(lib, file), 'utf8'))).to.deep.equal([]);
    });
  }
});

describe('the check of the architecture', () => {
  const cases: readonly (readonly [
    what: string,
    file: string,
    text: string,
    said: readonly (RegExp | string)[],
  ])[] = [
    ['lets imports go down', 'ably/channel/channel.ts', "import { table } from '../../rx/table.js';", []],
    ['lets imports stay on the floor', 'emulator/ably/rest/time.ts', "import { a } from '../server.js';", []],
    [
      'refuses imports that go up',
      'rx/table.ts',
      "import type { A } from '../socket/socket.js';",
      [/rx may not import from socket/],
    ],
    [
      'refuses imports of a neighbour',
      'relay/client.ts',
      "import { a } from '../ably/client.js';",
      [/relay may not import from ably/],
    ],
    [
      'refuses imports of the other emulator',
      'emulator/relay/relay.ts',
      "import { a } from '../ably/server.js';",
      [/relay may not import from emulator\/ably/],
    ],
    [
      'refuses export from above',
      'codec/json.ts',
      'export * from "../rx/table.js";',
      [/codec may not import from rx/],
    ],
    [
      'refuses dynamic import from above',
      'codec/json.ts',
      "await import('../rx/table.js')",
      [/codec may not import from rx/],
    ],
    [
      'refuses import for its effect',
      'codec/json.ts',
      "import '../rx/table.js';",
      [/codec may not import from rx/],
    ],
    [
      'refuses what spans lines',
      'codec/json.ts',
      "import {\n  a,\n} from\n  '../rx/table.js';",
      [/codec may not import from rx/],
    ],
    [
      'lets nobody import the entry points',
      'relay/client.ts',
      "import { a } from '../index.js';",
      [/relay may not import from index/],
    ],
    [
      'knows files that are a floor',
      'ably/settings.ts',
      "import { a } from './client.js';",
      [/settings may not import from ably/],
    ],
    ['refuses an unknown folder', 'misplaced/thing.ts', '', [/^stands on no floor/]],
    ['refuses an unknown file at the root', 'thing.ts', '', [/^stands on no floor/]],
    [
      'refuses imports from an unknown folder',
      'rx/table.ts',
      "import { a } from '../misplaced/thing.js';",
      [/no floor/],
    ],
    ['counts lines', 'rx/table.ts', 'a;\n'.repeat(maxLines), []],
    ['refuses long files', 'rx/table.ts', 'a;\n'.repeat(maxLines + 1), [/^has 301 lines, 1 more/]],
    ['refuses default exports', 'rx/table.ts', 'export default class {}', [/default export/]],
    ['refuses default exports by name', 'rx/table.ts', 'export { a as default };', [/default export/]],
    ['refuses any', 'rx/table.ts', 'const a = b as any;', ['says any']],
    ['refuses any as an argument', 'rx/table.ts', 'const a: Map<string, any> = b;', ['says any']],
    ['reads past any in prose', 'rx/table.ts', "/** any */ const a = 'any'; // any", []],
    ['refuses a silenced compiler', 'rx/table.ts', '// @ts-expect-error', ['silences the compiler']],
    ['refuses what is left to do', 'rx/table.ts', '// TODO', ['leaves something to do']],
    ['refuses enums', 'rx/table.ts', 'export enum A { b }', ['has an enum']],
    ['refuses camelCase', 'rx/distinctRecent.ts', '', [/unclear name: distinctRecent/]],
    ['refuses vague names', 'relay/connection-manager.ts', '', [/unclear name: connection-manager/]],
    ['refuses vague folders', 'relay/utils/a.ts', '', [/unclear name: utils/]],
    ['lets the web have its variant', 'socket/platform.web.ts', '', []],
    [
      'keeps reducers pure',
      'connection/reduce.ts',
      "import { of } from 'rxjs';\nasync () => 1;",
      [/RxJS/, /waits or logs/],
    ],
  ];

  for (const [what, file, text, said] of cases) {
    it(what, () => {
      const violations = violationsOf(file, text);
      expect(violations, violations.join('; ')).to.have.length(said.length);
      violations.forEach((violation, at) => expect(violation).to.match(new RegExp(said[at] ?? '')));
    });
  }
});
