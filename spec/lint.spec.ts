import { expect } from 'chai';
import { ESLint } from 'eslint';

/** Runs the restrictions by name of eslint.config.js; rules that need types are left out, because they are slow. */
const eslint = new ESLint({
  ruleFilter: ({ ruleId }) => ruleId.startsWith('no-restricted-'),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});

async function complaints(filePath: string, text: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(text, { filePath });
  expect(result, `${filePath} is linted`).to.not.equal(undefined);
  return result?.messages.map(({ ruleId, message }) => ruleId ?? message) ?? [];
}

const anywhere = 'lib/ably/client/client.ts';

describe('lint: time and chance come from one place', function () {
  this.timeout(60_000); // the first loads the compiler
  const [globals, properties, syntax, imports] = ['globals', 'properties', 'syntax', 'imports'].map(
    (kind) => `no-restricted-${kind}`,
  );
  const refused: readonly (readonly [text: string, rule: string | undefined])[] = [
    ['setTimeout(f, 1);', globals],
    ['globalThis.setTimeout(f, 1);', globals],
    ['setInterval(f, 1);', globals],
    ['setImmediate(f);', globals],
    ['queueMicrotask(f);', globals],
    ['performance.now();', globals],
    ['Date.now();', properties],
    ['const { now } = Date;', properties],
    ['new Date();', syntax],
    ['Date();', syntax],
    ['Math.random();', properties],
    ['const { random } = Math;', properties],
    ['crypto.getRandomValues(bytes);', properties],
    ['globalThis.crypto.randomUUID();', properties],
    ["import { randomBytes } from 'crypto';", imports],
    ["import { asyncScheduler } from 'rxjs';", imports],
    ["import { asapScheduler as soon } from 'rxjs';", imports],
    ['timer(1000);', syntax],
    ['debounceTime(1000);', syntax],
    ['timestamp();', syntax],
    ['timeout(1000);', syntax],
    ['timeout({ each: 1000 });', syntax],
    ['retry({ delay: 1000 });', syntax],
    ['Buffer.from(text);', globals],
    ['process.env;', globals],
    ["import { connect } from 'node:net';", imports],
    ["import { WebSocket } from 'ws';", imports],
    ["import { webSocket } from 'rxjs/webSocket';", imports],
    ["import { map } from 'rxjs/operators';", imports],
  ];
  for (const [text, rule] of refused) {
    it(`refuses ${text}`, async () => {
      expect(await complaints(anywhere, text)).to.deep.equal([rule]);
    });
  }

  const accepted: readonly (readonly [file: string, text: string])[] = [
    [anywhere, 'new Date(timestamp); timer(1000, scheduler); timeout({ each: 1000, with: f, scheduler });'],
    [anywhere, 'settings.random(); retry({ delay: () => timer(1000, scheduler) }); this.setTimeout(1);'],
    ['lib/rx/clock.ts', "import { asyncScheduler } from 'rxjs'; Math.random(); Date.now();"],
    ['lib/socket/socket.ts', "import { webSocket } from 'rxjs/webSocket';"],
    ['lib/socket/platform.ts', "import { WebSocket } from 'ws'; process.nextTick(f);"],
    [
      'lib/emulator/listen.ts',
      "import { createServer } from 'node:http'; import { WebSocketServer } from 'ws'; Buffer.from(text);",
    ],
    ['lib/cli/index.ts', 'process.argv;'],
  ];
  for (const [file, text] of accepted) {
    it(`lets ${file} say ${text}`, async () => {
      expect(await complaints(file, text)).to.deep.equal([]);
    });
  }

  it('makes no exception of time for those that may use the platform', async () => {
    for (const file of ['lib/socket/platform.ts', 'lib/emulator/listen.ts', 'lib/cli/index.ts']) {
      expect(await complaints(file, 'Math.random(); setTimeout(f, 1);'), file).to.have.length(2);
    }
  });

  it('turns the rules for streams on where the library is', async () => {
    const { rules } = (await eslint.calculateConfigForFile(anywhere)) as {
      rules: Readonly<Record<string, readonly unknown[]>>;
    };
    for (const rule of ['no-nested-subscribe', 'no-exposed-subjects', 'no-floating-observables', 'finnish']) {
      expect(rules[`rxjs-x/${rule}`]?.[0], rule).to.equal(2);
    }
    expect(rules['@typescript-eslint/no-explicit-any']?.[0]).to.equal(2);
  });
});
