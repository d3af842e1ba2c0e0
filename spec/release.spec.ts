import { expect } from 'chai';
import { notesOf, released } from '../scripts/release/changelog.js';
import { codePagesOf, unfilled } from '../scripts/release/manifest.js';
import { type Counted, reportOf } from '../scripts/release/report.js';

describe('a release', () => {
  const changelog = '# Changelog\n\n## [Unreleased]\n\n- A.\n\n## [0.1.0] - 2026-01-02\n\n- B.\n';

  it('refuses a manifest with placeholders or without what the registry shows', () => {
    const url = 'https://example.com';
    const whole = { version: '1.0.0', author: 'Ann', homepage: url, repository: { url }, bugs: { url } };
    expect(unfilled(whole)).deep.equal([]);
    expect(unfilled({ ...whole, author: 'AUTHOR', bugs: { url: `${url}/OWNER/x` } })).deep.equal([
      'author',
      'bugs.url',
    ]);
    expect(unfilled({ version: '1.0.0', author: ' ' })).deep.equal([
      'author',
      'homepage',
      'repository.url',
      'bugs.url',
    ]);
  });

  it("leads to the docs of the tag by the errors' codes, where the manifest names a repository", () => {
    const homepage = 'https://github.com/ann/x#readme';
    const pagesOf = (url: string, page = homepage): string | undefined =>
      codePagesOf({ version: '1.0.0', homepage: page, repository: { url } });
    const pages = 'https://github.com/ann/x/blob/v1.0.0/docs/troubleshooting.md#code-';
    expect(pagesOf('git+https://github.com/ann/x.git')).equal(pages);
    expect(pagesOf('https://github.com/ann/x'), 'as typed').equal(pages);
    expect(pagesOf('git+https://git.example.com/a/b/x.js.git')).equal(
      'https://git.example.com/a/b/x.js/blob/v1.0.0/docs/troubleshooting.md#code-',
    );
    expect(pagesOf('git+https://github.com/OWNER/x.git')).equal(undefined);
    expect(pagesOf('git+https://github.com/ann/x.git', 'https://github.com/OWNER/x')).equal(undefined);
    expect(pagesOf('git+ssh://git@github.com/ann/x.git'), 'no page').equal(undefined);
    expect(pagesOf('https://github.com'), 'no repository').equal(undefined);
    expect(codePagesOf({ version: '1.0.0', homepage })).equal(undefined);
  });

  it('puts what was unreleased under its version and leaves an empty list above', () => {
    const text = released(changelog, '0.2.0', '2026-03-04');
    expect(text).equal(
      '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-03-04\n\n- A.\n\n## [0.1.0] - 2026-01-02\n\n- B.\n',
    );
    expect(notesOf(text, '0.2.0')).equal('- A.');
    expect(notesOf(text, '0.1.0')).equal('- B.');
  });

  it('refuses an empty list, a version that is there, and notes that are not', () => {
    const empty = changelog.replace('- A.\n\n', '');
    expect(() => released(empty, '0.2.0', '')).throw('Nothing is noted under "## [Unreleased]"');
    expect(() => released(changelog, '0.1.0', '')).throw('has a release 0.1.0 already');
    expect(() => released('# Changelog\n', '0.1.0', '')).throw('has no "## [Unreleased]"');
    expect(() => notesOf(changelog, '0.3.0')).throw('has no release 0.3.0');
    expect(() => notesOf(changelog.replace('0.1.0', '0x1y0'), '0.1.0')).throw('has no release 0.1.0');
  });

  it('tells what has changed since the last one', () => {
    const last: Counted = {
      version: '0.1.0',
      specPoints: { specified: 3, all: 9 },
      weights: { a: 1, b: 2, c: 3 },
    };
    const now: Counted = {
      version: '0.2.0',
      specPoints: { specified: 5, all: 9 },
      weights: { a: 1.2, b: 1.7, d: 4 },
    };
    expect(reportOf(now, last).split('\n')).deep.equal([
      '| 0.2.0 against 0.1.0 | now | change |',
      '| --- | ---: | ---: |',
      '| points of the specification with a spec | 5 | +2 |',
      '| points of the specification | 9 | as before |',
      '| a, kB | 1.2 | +0.2 |',
      '| b, kB | 1.7 | -0.3 |',
      '| d, kB | 4 | new |',
      '| c, kB | gone | |',
    ]);
    expect(reportOf(last, undefined)).contain('it is the first').not.contain('new');
  });
});
