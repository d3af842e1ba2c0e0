import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { titledPoints } from '../../scripts/spec-titles.js';

const page = readFileSync('docs/left-out.md', 'utf8');
const { 'left out': leftOut } = JSON.parse(readFileSync('spec/spec-points.json', 'utf8')) as {
  readonly 'left out': Readonly<Record<string, string>>;
};

describe('docs/left-out.md', () => {
  for (const [what, why] of Object.entries(leftOut)) {
    const [name = ''] = what.split(' (');
    it(`has what npm run spec-points leaves out: ${name}`, () => {
      if (name.startsWith('Push')) expect(page).to.contain('- **Push notifications and devices.**');
      else expect(page.replaceAll(/ +/g, ' ')).to.contain(`| ${name} | `).and.to.contain(` | ${why} |`);
    });
  }

  it('leaves out no point that has a spec by now', () => {
    const { client } = titledPoints();
    const cells = [...page.matchAll(/^\|[^|]+\|([^|]+)\|/gm)].map(([, points = '']) => points);
    const named = [...cells, ...Object.keys(leftOut)].flatMap(
      (text) => text.match(/\b[A-Z]{2,5}\d+\w*\b/g) ?? [],
    );
    expect(named).to.include.members(['RTL2h', 'OMP2a', 'RTLMV3a']);
    expect(client.has('RTN14e')).to.equal(true);
    expect(named.filter((id) => client.has(id))).to.deep.equal([]);
  });
});
