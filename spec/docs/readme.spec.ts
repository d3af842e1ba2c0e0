import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { withNumbers } from '../../scripts/readme-numbers.js';
import { blocks } from './blocks.js';

const readme = readFileSync('README.md', 'utf8');

describe('README', () => {
  it('has at most 150 lines', () => {
    expect(readme.split('\n').length - 1).to.be.at.most(150);
  });

  it('has the numbers of docs/weight.md and docs/numbers.md: npm run readme writes them', async () => {
    expect(await withNumbers(readme)).to.equal(readme);
  });

  it('shows what was missed', () => {
    expect(readme)
      .to.match(/core.*\*\*missed\*\*/)
      .and.to.match(/attach.*\*\*missed\*\*/);
  });

  it('begins with the two commands, each in a line of its own', () => {
    const [first, second] = blocks.filter(({ page }) => page === 'README.md');
    expect([first?.code.split('#')[0]?.trim(), second?.code.split('#')[0]?.trim()]).to.deep.equal([
      'npm ci && npm run demo',
      'npm ci && npm test',
    ]);
  });
});
