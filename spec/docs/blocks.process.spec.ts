import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { chosen } from '../../lib/cli/commands.js';
import { type Block, blocks, blocksIn, callsIn, isTypeScript } from './blocks.js';
import { errorsOf } from './program.js';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const of = (...languages: readonly string[]): readonly Block[] =>
  blocks.filter(({ language }) => languages.includes(language));
const places = (found: readonly Block[]): readonly string[] =>
  found.map(({ page, line }) => `${page}:${line}`);

/** What the tables for those who move tell them to write. */
const calls = [
  ...callsIn('docs/migrating-from-ably.md', [
    'RealtimeClient',
    'client',
    'channel',
    'key',
    'listener',
    'error',
    'filter',
  ]),
  ...callsIn('docs/migrating-from-walletconnect-core.md', [
    ...['RelayClient', 'relay', 'projectId', 'topic', 'text', 'ttl', 'tag', 'method', 'params', 'handler'],
  ]),
  ...callsIn('docs/from-websocketsubject.md', [
    'RealtimeClient',
    'client',
    'channel',
    'key',
    'value',
    'next',
    'error',
  ]),
];

describe('code blocks of the docs', () => {
  it('compile in strict mode, alone or with what their comment names', () => {
    expect(errorsOf([...blocks.filter(isTypeScript), ...calls])).to.deep.equal([]);
  }).timeout(120_000);

  it('stand in tables too: calls for those who move', () => {
    expect(calls).to.have.length.above(20);
  });

  it('are in a language that is checked, or is no code', () => {
    const known = ['sh', 'json', 'mermaid', 'text', 'diff'];
    expect(
      places(blocks.filter((block) => !isTypeScript(block) && !known.includes(block.language))),
    ).to.deep.equal([]);
  });

  it('of JSON can be parsed', () => {
    for (const { page, line, code } of of('json'))
      expect(() => JSON.parse(code) as unknown, `${page}:${line}`).not.to.throw();
  });

  it('of a shell run scripts that there are', () => {
    const unknown = of('sh').flatMap(({ page, line, code }) =>
      [...code.matchAll(/npm run (?:--silent )?([\w:]+)/g)]
        .filter(([, script]) => !(script! in scripts))
        .map(([, script]) => `${page}:${line}: ${script}`),
    );
    expect(unknown).to.deep.equal([]);
  });

  it('of a shell ask the command for what it knows', () => {
    for (const { page, line, code } of of('sh'))
      for (const [, words = ''] of code.matchAll(/npx rx-realtime (?!-)([a-z]+ ?[a-z]*)/g))
        expect(() => chosen(words.split(' ')), `${page}:${line}`).not.to.throw();
  });

  it('that have no fence to end them are refused', () => {
    const open = [...new Set(blocks.map(({ page }) => page))].filter(
      (page) => (readFileSync(page, 'utf8').match(/^```/gm) ?? []).length % 2 !== 0,
    );
    expect(open).to.deep.equal([]);
  });
});

describe('the check of code blocks', () => {
  const blockOf = (text: string): Block => blocksIn('page.md', text)[0]!;

  it('tells the page and line of an error', () => {
    const [error] = errorsOf([blockOf('A page.\n\n```ts\nconst one = 1;\nconst two: string = one;\n```\n')]);
    expect(error).to.equal("page.md:5: Type 'number' is not assignable to type 'string'.");
  }).timeout(120_000);

  it('reads what stands above the fence', () => {
    const { given, runs, output, code } = blockOf(
      '<!-- compiles with: client, chat; runs -->\n\n```ts\n1;\n```\n\n```text\none\n```\n',
    );
    expect({ given, runs, output, code }).to.deep.equal({
      given: ['client', 'chat'],
      runs: true,
      output: 'one\n',
      code: '1;\n',
    });
  });

  it('refuses a comment that is none of its own', () => {
    expect(() => blockOf('<!-- runs not -->\n\n```ts\n1;\n```\n')).to.throw(
      'page.md:3: "runs not" is no marker.',
    );
  });
});
