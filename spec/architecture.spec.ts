import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cyclesIn } from './architecture/cycles.js';
import { longFunctions, maxFunctionLines } from './architecture/functions.js';
import { files, folders, importedFiles, lib, textOf } from './architecture/source.js';
import {
  folderViolations,
  maxFiles,
  maxLines,
  maxReadmeLines,
  violationsOf,
} from './architecture/violations.js';

describe('architecture', () => {
  it('has files and folders to look at', () => {
    expect(files).to.include('codec/codec.ts');
    expect(folders).to.include('ably/wire').and.to.include('.');
  });

  for (const file of files) {
    it(`lib/${file} keeps the house rules`, () => {
      expect(violationsOf(file, textOf(file))).to.deep.equal([]);
    });
  }

  for (const folder of folders) {
    it(`the folder ${join('lib', folder)} keeps the house rules`, () => {
      const names = files.filter((file) => dirname(file) === folder);
      const readme = join(folder, 'README.md');
      const text = existsSync(join(lib, readme)) ? textOf(readme) : undefined;
      expect(folderViolations({ names, readme: text })).to.deep.equal([]);
    });
  }

  it('has nothing but entry points in lib itself', () => {
    const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly exports: object };
    const entries = Object.keys(exports).map((path) => (path === '.' ? 'index.ts' : `${path.slice(2)}.ts`));
    expect(files.filter((file) => !file.includes('/') && !entries.includes(file))).to.deep.equal([]);
  });

  it('has no cycle of imports, those of types included', () => {
    expect(cyclesIn(new Map(files.map((file) => [file, importedFiles(file, textOf(file))])))).to.deep.equal(
      [],
    );
  });
});

describe('the check of the architecture', () => {
  const cases: readonly (readonly [
    title: string,
    file: string,
    text: string,
    said: readonly (RegExp | string)[],
  ])[] = [
    ['lets imports go down', 'ably/channel/channel.ts', "import { table } from '../../base/table.js';", []],
    ['lets imports stay on the floor', 'emulator/ably/rest/time.ts', "import { a } from '../server.js';", []],
    [
      'refuses imports that go up',
      'base/table.ts',
      "import type { A } from '../socket/socket.js';",
      [/base may not import from socket/],
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
      'refuses imports that span lines',
      'codec/json.ts',
      "import {\n  a,\n} from\n  '../rx/table.js';",
      [/codec may not import from rx/],
    ],
    [
      'refuses imports of the entry points',
      'relay/client.ts',
      "import { a } from '../index.js';",
      [/relay may not import from index/],
    ],
    [
      'knows files that are a floor',
      'ably/check-options.ts',
      "import { a } from './client/client.js';",
      [/check-options may not import from ably\/client/],
    ],
    ['refuses an unknown folder', 'misplaced/thing.ts', '', [/^stands on no floor/]],
    ['refuses an unknown file at the root', 'thing.ts', '', [/^stands on no floor/]],
    [
      'refuses imports from an unknown folder',
      'base/table.ts',
      "import { a } from '../misplaced/thing.js';",
      [/no floor/],
    ],
    ['counts lines', 'base/table.ts', 'a;\n'.repeat(maxLines), []],
    ['refuses long files', 'base/table.ts', 'a;\n'.repeat(maxLines + 1), [/^has 301 lines, 1 more/]],
    ['refuses default exports', 'base/table.ts', 'export default class {}', [/default export/]],
    ['refuses default exports by name', 'base/table.ts', 'export { a as default };', [/default export/]],
    ['refuses any', 'base/table.ts', 'const a = b as any;', ['says any']],
    ['refuses any as an argument', 'base/table.ts', 'const a: Map<string, any> = b;', ['says any']],
    ['reads past any in prose', 'base/table.ts', "/** any */ const a = 'any'; // any", []],
    ['refuses a silenced compiler', 'base/table.ts', '// @ts-expect-error', ['silences the compiler']],
    ['refuses unfinished work', 'base/table.ts', '// TODO', ['leaves something to do']],
    ['refuses enums', 'base/table.ts', 'export enum A { b }', ['has an enum']],
    ['refuses camelCase', 'base/distinctRecent.ts', '', [/unclear name: distinctRecent/]],
    ['refuses vague names', 'relay/connection-manager.ts', '', [/unclear name: connection-manager/]],
    ['refuses vague folders', 'relay/utils/a.ts', '', [/unclear name: utils/]],
    ['lets the web have its variant', 'socket/platform.web.ts', '', []],
    [
      'refuses types from above, imported where they are used',
      'codec/json.ts',
      "type A = import('../rx/table.js').A;",
      [/codec may not import from rx/],
    ],
    [
      'reads past imports in strings and comments',
      'codec/json.ts',
      "// from '../rx/a.js'\n\"from '../rx/a.js'\";",
      [],
    ],
    [
      'lets the entry point of the relay import the relay, not the other way round',
      'relay/client.ts',
      "import { a } from './index.js';",
      [/relay may not import from relay\/index/],
    ],
    ['refuses a file of rx that has no RxJS', 'rx/table.ts', '', [/^does not import RxJS/]],
    [
      'accepts a file of rx that has RxJS',
      'rx/paced/limiter.ts',
      "import type { Observable } from 'rxjs';",
      [],
    ],
    ['refuses RxJS in base', 'base/table.ts', "import { of } from 'rxjs';", [/^imports RxJS/]],
    [
      'keeps reducers pure',
      'connection/reduce.ts',
      "import { of } from 'rxjs';\nasync () => 1;",
      [/RxJS/, /waits or logs/],
    ],
  ];

  for (const [title, file, text, said] of cases) {
    it(title, () => {
      const violations = violationsOf(file, text);
      expect(violations, violations.join('; ')).to.have.length(said.length);
      violations.forEach((violation, at) => expect(violation).to.match(new RegExp(said[at] ?? '')));
    });
  }

  const body = (lines: number): string => 'a();\n'.repeat(lines - 2);
  const functions: readonly (readonly [title: string, text: (lines: number) => string, name: string])[] = [
    ['a function', (lines) => `/**\n * Not counted.\n */\nfunction f() {\n${body(lines)}}`, 'f'],
    ['an arrow function', (lines) => `const f = () => {\n${body(lines)}};`, 'f'],
    ['a method', (lines) => `class A {\n  f() {\n${body(lines)}}\n}`, 'f'],
    ['a constructor', (lines) => `class A {\n  constructor() {\n${body(lines)}}\n}`, 'A'],
    ['a getter', (lines) => `const a = {\n  get f() {\n${body(lines)}}\n};`, 'f'],
    ['an arrow function that is given', (lines) => `f(() => {\n${body(lines)}});`, 'without a name'],
  ];
  for (const [title, text, name] of functions) {
    it(`counts the lines of ${title}`, () => {
      expect(longFunctions(text(maxFunctionLines))).to.deep.equal([]);
      expect(longFunctions(text(maxFunctionLines + 1))).to.deep.equal([
        `has the function ${name} of 61 lines, at most 60 are allowed`,
      ]);
    });
  }

  it('refuses long functions', () => {
    expect(violationsOf('base/table.ts', `function f() {\n${body(maxFunctionLines + 1)}}`)).to.have.length(1);
  });

  it('finds a cycle in which types are imported, and says it', () => {
    const texts = {
      'base/a.ts': "import type { B } from './b.js';",
      'base/b.ts': "export { c } from './c.js';\nimport 'rxjs';",
      'base/c.ts': "type A = import('./a.js').A;",
      'base/d.ts': "import { a } from './a.js';",
    };
    const graph = new Map(Object.entries(texts).map(([file, text]) => [file, importedFiles(file, text)]));
    expect(cyclesIn(graph)).to.deep.equal(['base/a.ts → base/b.ts → base/c.ts → base/a.ts']);
    expect(cyclesIn(new Map([...graph, ['base/c.ts', []]]))).to.deep.equal([]);
  });

  it('says the shortest cycle of each knot', () => {
    const graph = new Map([
      ['a', ['b', 'c']],
      ['b', ['c']],
      ['c', ['a']],
      ['d', ['e', 'a']],
      ['e', ['d']],
      ['f', ['f']],
    ]);
    expect(cyclesIn(graph)).to.deep.equal(['f → f', 'a → c → a', 'd → e → d']);
  });

  it('counts the files of a folder', () => {
    const names = Array.from({ length: maxFiles }, (_, index) => `a/b${index}.ts`);
    expect(folderViolations({ names, readme: 'Why?' })).to.deep.equal([]);
    expect(folderViolations({ names: [...names, 'a/c.ts'], readme: 'Why?' })).to.deep.equal([
      'has 16 files, 1 more than it may',
    ]);
  });

  it('demands a short README.md of each folder', () => {
    const [missing] = folderViolations({ names: [], readme: undefined });
    expect(missing).to.match(/^has no README\.md/);
    expect(folderViolations({ names: [], readme: '\n' })).to.deep.equal([missing]);
    expect(folderViolations({ names: [], readme: 'a\n'.repeat(maxReadmeLines) })).to.deep.equal([]);
    expect(folderViolations({ names: [], readme: 'a\n'.repeat(maxReadmeLines + 1) })).to.deep.equal([
      'has a README.md of 11 lines, at most 10 are allowed',
    ]);
  });
});
