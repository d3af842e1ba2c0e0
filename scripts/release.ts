/**
 * `npm run release -- 0.2.0` makes a release: version, changelog, what it weighs, commit and tag; nothing is pushed.
 * `--dry-run` says what it would do and changes nothing. `--check v0.2.0` is for the workflow that publishes the tag.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { notesOf, released } from './release/changelog.js';
import { codePagesOf, type Manifest, unfilled } from './release/manifest.js';
import { type Counted, reportOf } from './release/report.js';

const root = join(import.meta.dirname, '..');
const lastFile = 'scripts/release/last.json';

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { cwd: root, encoding: 'utf8' }).trim();
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const manifest = (): Manifest => JSON.parse(read('package.json')) as Manifest;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'dry-run': { type: 'boolean', default: false }, check: { type: 'string' } },
});

/** Refuses what is not fit to be published. */
function checkManifest(): void {
  const missing = unfilled(manifest());
  if (missing.length > 0)
    throw new Error(`package.json has placeholders: ${missing.join(', ')}. Fill them in before a release.`);
  if (codePagesOf(manifest()) === undefined)
    throw new Error(
      'Errors lead to docs/troubleshooting.md in the repository. Give repository.url as git+https://host/owner/name.git.',
    );
}

function counted(version: string): Counted {
  const budgets = JSON.parse(read('scripts/budgets.json')) as Readonly<
    Record<string, { readonly alone: number }>
  >;
  const [, specified, all] = /(\d+) of (\d+)[^\n]*$/.exec(run('npm', 'run', '--silent', 'spec-points')) ?? [];
  return {
    version,
    specPoints: { specified: Number(specified), all: Number(all) },
    weights: Object.fromEntries(Object.entries(budgets).map(([name, { alone }]) => [name, alone])),
  };
}

const lastRelease = (): Counted | undefined =>
  existsSync(join(root, lastFile)) ? (JSON.parse(read(lastFile)) as Counted) : undefined;

/** The version that is published has to be the one of the tag, with its notes. */
function checkTag(tag: string): void {
  const { version } = manifest();
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag}, package.json says ${version}.`);
  notesOf(read('CHANGELOG.md'), version);
}

function release(version: string, isDry: boolean): void {
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    throw new Error(`"${version}" is no version. Give one such as 0.2.0 or 1.0.0-rc.1.`);
  const changes = run('git', 'status', '--porcelain');
  if (changes !== '' && !isDry) throw new Error(`Commit or stash first:\n${changes}`);
  const changelog = released(read('CHANGELOG.md'), version, new Date().toISOString().slice(0, 10));
  const now = counted(version);
  console.log(`${reportOf(now, lastRelease())}\n`);
  if (isDry) return console.log(`Would tag v${version} with:\n\n${notesOf(changelog, version)}`);
  if (manifest().version !== version) run('npm', 'version', version, '--no-git-tag-version');
  for (const [file, text] of [
    ['CHANGELOG.md', changelog],
    ['lib/base/version.ts', read('lib/base/version.ts').replace(/'[^']*'/, `'${version}'`)],
    [lastFile, `${JSON.stringify(now, undefined, 2)}\n`],
  ] as const)
    writeFileSync(join(root, file), text);
  run('git', 'add', '--all');
  run('git', 'commit', '--quiet', '--message', `Release ${version}`);
  run(
    'git',
    'tag',
    '--annotate',
    `v${version}`,
    '--message',
    notesOf(changelog, version),
    '--cleanup=verbatim',
  );
  console.log(`v${version} is committed and tagged. "git push --follow-tags" publishes it.`);
}

try {
  if (!values['dry-run']) checkManifest();
  if (values.check !== undefined) checkTag(values.check);
  else if (positionals.length === 1) release(positionals[0] as string, values['dry-run']);
  else throw new Error('Give one version: npm run release -- 0.2.0 [--dry-run].');
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
