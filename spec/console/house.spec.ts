import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, posix, sep } from 'node:path';
import { vagueProse } from '../architecture/prose.js';
import { importsOf } from '../architecture/source.js';
import { maxFiles, violationsOutside } from '../architecture/violations.js';

const files = readdirSync('console', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => file.split(sep).join('/'));
const textOf = (file: string): string => readFileSync(`console/${file}`, 'utf8');

describe('the sources of the console', () => {
  for (const file of files)
    it(`console/${file} keeps the house rules`, () => {
      const text = textOf(file);
      expect([
        ...violationsOutside(file, text),
        ...vagueProse(text, file.endsWith('.tsx') ? 'tsx' : 'ts'),
      ]).to.deep.equal([]);
    });

  it('have folders that can be looked over', () => {
    const folders = [...new Set(files.map((file) => dirname(file)))];
    expect(folders).to.include('view');
    for (const folder of folders)
      expect(files.filter((file) => dirname(file) === folder)).to.have.length.of.at.most(maxFiles);
  });

  it('take nothing of the library that a client is made of', () => {
    const taken = files.flatMap((file) =>
      importsOf(textOf(file))
        .map((path) => posix.join('console', dirname(file), path))
        .filter((path) => path.startsWith('lib/')),
    );
    expect([...new Set(taken)].sort()).to.deep.equal([
      'lib/ably/wire/actions.js',
      'lib/ably/wire/presence-message.js',
      'lib/emulator/console/protocol.js',
      'lib/view/per-frame.js',
    ]);
  });

  it('keep their state pure', () => {
    for (const file of files.filter((path) => path.startsWith('state/')))
      expect(importsOf(textOf(file)).filter((path) => !path.startsWith('.'))).to.deep.equal([]);
  });
});
