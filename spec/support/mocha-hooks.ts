/**
 * Required by .mocharc.json: fails the run if a secret shows in anything that it writes, be it the client, a spec or
 * mocha's own report. What counts as one is in secrets.ts.
 */
import { relative } from 'node:path';
import { OutputWatch } from './output-watch.js';
import { secretsIn } from './secrets.js';

const output = new OutputWatch();
output.watch('stdout', process.stdout);
output.watch('stderr', process.stderr);

const failed: string[] = [];

/** What mocha runs around every spec of the run. */
export const mochaHooks: Mocha.RootHookObject = {
  beforeEach(this: Mocha.Context) {
    output.enter(`during ${nameOf(this.currentTest)}`);
  },
  afterEach(this: Mocha.Context) {
    output.enter(`after ${nameOf(this.currentTest)}`);
    if (this.currentTest?.isFailed()) failed.push(nameOf(this.currentTest));
  },
  afterAll() {
    output.enter(`in the report on ${failed.join(' and ') || 'what passed'}`);
  },
};

/** File and title; a title that is itself a leak is not repeated. */
function nameOf(test: Mocha.Runnable | undefined): string {
  const title = test?.fullTitle() ?? '';
  const shown = secretsIn(title).length > 0 ? 'a title that holds a secret' : `"${title}"`;
  return `${relative('', test?.file ?? '')}, ${shown}`;
}

const fail = (): void => {
  if (output.findings.length > 0) process.exitCode ||= 1;
};

// Under --exit this is heard behind mocha; else mocha listens later, and sets the exit code to what it thinks is right.
process.on('exit', fail);
// The loop is empty by then. Node 20 that ends by itself closes what was unref'd, and waits for that: rarely, for ever.
process.once('beforeExit', () => {
  process.on('exit', fail);
  process.exit();
});
process.on('exit', () => {
  if (output.findings.length === 0) return;
  const lines = output.findings.map((finding) => `  ${finding}\n`).join('');
  process.stderr.write(
    `\nThe run wrote secrets to its output:\n${lines}Keep them out of what the client says and of what specs print or compare.\n`,
  );
});
