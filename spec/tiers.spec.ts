import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { dealt, e2e, slow, soaked, specFiles, tierOf, tiers } from '../scripts/tiers.js';

const files = specFiles();
const of = (tier: string): readonly string[] => files.filter((file) => tierOf(file) === tier);

describe('the tiers of the specs', () => {
  it('are all of them, each file once', () => {
    const all = readdirSync('spec', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.spec.ts'))
      .map((file) => `spec/${file}`);
    expect(tiers.flatMap(of)).to.have.members(all);
    for (const tier of tiers) expect(of(tier), tier).to.not.deep.equal([]);
  });

  for (const [tier, patterns] of [
    ['e2e', e2e],
    ['slow', slow],
  ] as const)
    for (const pattern of patterns)
      it(`${tier}: ${String(pattern)} still meets a file`, () => {
        expect(of(tier).some((file) => pattern.test(file))).to.equal(true);
      });

  it('leave nothing to the quick one that starts a process, replays chaos, lints or needs an official client', () => {
    const slowWork = /from '(node:child_process|.*\/chaos\/replay\.js|eslint|ably|@walletconnect\/.*)'/;
    expect(of('unit').filter((file) => slowWork.test(readFileSync(file, 'utf8')))).to.deep.equal([]);
  });

  it('draw what is random from the seed that they print, in every file', () => {
    const random = files.map((file) => [file, readFileSync(file, 'utf8')] as const);
    const own = random.filter(([, text]) => /\bfc\.assert\(/.test(text) && !/\bruns[<(]/.test(text));
    const fixed = random.filter(([, text]) => /\bfc\.(assert|check)\(/.test(text) && /\bnumRuns:/.test(text));
    expect([...own, ...fixed].map(([file]) => file)).to.deep.equal([]);
  });

  it('bound each property by a time that grows with the number of its runs, as the soak has it live a hundred times as often', () => {
    const count = (text: string, call: RegExp): number => (text.match(call) ?? []).length;
    const unbounded = files
      .filter((file) => soaked.some((pattern) => pattern.test(file)))
      .filter((file) => {
        const text = readFileSync(file, 'utf8');
        return count(text, /\btimeLimit\(/g) < count(text, /\bfc\.assert\(/g);
      });
    expect(unbounded).to.deep.equal([]);
  });

  it('are dealt out whole, whatever the number of processes', () => {
    for (const hands of [1, 2, 3]) {
      expect(dealt(files, hands)).to.have.length(hands);
      expect(dealt(files, hands).flat()).to.have.members(files);
    }
  });
});
