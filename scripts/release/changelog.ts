const heading = '## [Unreleased]';

/** What has been noted since the last release, without its heading. */
function unreleasedOf(text: string): string {
  const [, after] = text.split(`${heading}\n`);
  if (after === undefined)
    throw new Error(`CHANGELOG.md has no "${heading}". Add it above the last release.`);
  return (after.split(/^## /m, 1)[0] as string).trim();
}

/** The changelog with what was unreleased under the new version, and nothing above it. */
export function released(text: string, version: string, date: string): string {
  const notes = unreleasedOf(text);
  if (notes === '') throw new Error(`Nothing is noted under "${heading}". Note what users will notice.`);
  if (text.includes(`## [${version}]`)) throw new Error(`CHANGELOG.md has a release ${version} already.`);
  return text.replace(`${heading}\n`, () => `${heading}\n\n## [${version}] - ${date}\n`);
}

/** What a release says of itself, for the tag. */
export function notesOf(text: string, version: string): string {
  const [, after] = text.split(new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\].*$`, 'm'));
  if (after === undefined) throw new Error(`CHANGELOG.md has no release ${version}.`);
  return (after.split(/^## /m, 1)[0] as string).trim();
}
