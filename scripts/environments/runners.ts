import type { Cell } from './cell.js';
import { asModule, body, life } from './programs.js';

/** The tests of every runner: a connection in real time, and a scheduler of virtual time. */
const plain = `
test('connects, publishes, receives and disposes', async () => {${body}
  same(data, 'hello');
});
test('runs in the virtual time of a scheduler', async () => {
  const scheduler = new VirtualTimeScheduler(undefined, Infinity);
  const rt = realtimeTesting({ scheduler });
  same(await life({ rt, advance: virtual(scheduler) }), expected);
});
test('runs marbles', () => {
  runMarbles(({ rt, cold, expectMessages }) => {
    cold('--a-b').subscribe((data) => rt.channel('chat').emit('greeting', data));
    expectMessages(rt.client().channel('chat'), '--a-b');
  });
});`;

interface Clock {
  readonly name: string;
  readonly install: string;
  readonly restore: string;
  /** Functions of milliseconds. */
  readonly advance: Readonly<Record<string, string>>;
}

/** The tests of a fake clock: with the default scheduler, and beside a scheduler that is given. */
const clocked = ({ name, install, restore, advance }: Clock): string => `
describe('${name}', () => {
  let clock;
  beforeEach(() => { clock = ${install}; });
  afterEach(() => { ${restore}; });
  for (const [by, advance] of Object.entries({ ${Object.entries(advance)
    .map(([by, how]) => `${by}: ${how}`)
    .join(', ')} }))
    test(by + ' carries the default scheduler', async () => {
      same(await life({ rt: realtimeTesting(), advance }), expected);
    });
  test('leaves a scheduler that is given alone', async () => {
    const scheduler = new VirtualTimeScheduler(undefined, Infinity);
    same(await life({ rt: realtimeTesting({ scheduler }), advance: virtual(scheduler) }), expected);
  });
});`;

const both = (of: string): Clock['advance'] => ({
  advanceTimersByTimeAsync: `(ms) => ${of}.advanceTimersByTimeAsync(ms)`,
  advanceTimersByTime: `atOnce((ms) => ${of}.advanceTimersByTime(ms))`,
});
const vitestClock: Clock = {
  name: 'vi.useFakeTimers()',
  install: 'vi.useFakeTimers()',
  restore: 'vi.useRealTimers()',
  advance: both('vi'),
};
const jestClocks: readonly Clock[] = [
  {
    name: 'jest.useFakeTimers()',
    install: 'jest.useFakeTimers()',
    restore: 'jest.useRealTimers()',
    advance: both('jest'),
  },
  {
    name: 'jest.useFakeTimers({ legacyFakeTimers: true })',
    install: 'jest.useFakeTimers({ legacyFakeTimers: true })',
    restore: 'jest.useRealTimers()',
    advance: { advanceTimersByTime: 'atOnce((ms) => jest.advanceTimersByTime(ms))' },
  },
];
const sinonClock: Clock = {
  name: 'sinon',
  install: 'sinon.useFakeTimers()',
  restore: 'clock.restore()',
  advance: { tickAsync: '(ms) => clock.tickAsync(ms)', tick: 'atOnce((ms) => clock.tick(ms))' },
};
/** The runner goes on by `process.nextTick`: where sinon fakes that too, it ends in the midst of a test and reports success. */
const nodeTestClock: Clock = { ...sinonClock, install: "sinon.useFakeTimers({ toNotFake: ['nextTick'] })" };

const imports = `${asModule.slice(0, asModule.indexOf('async function'))}
import { realtimeTesting, runMarbles } from 'rx-realtime/testing';
import { VirtualTimeScheduler } from 'rxjs';
import programs from './life.cjs';
const { life, expected, virtual, atOnce } = programs;`;
const requires = `
const { firstValueFrom, VirtualTimeScheduler } = require('rxjs');
const { RealtimeClient } = require('rx-realtime');
const { inMemory, listen } = require('rx-realtime/emulator');
const { realtimeTesting, runMarbles } = require('rx-realtime/testing');
const { life, expected, virtual, atOnce } = require('./life.cjs');
const same = (value, wanted) => expect(value).toEqual(wanted);`;
const asserts = `
import { deepStrictEqual as same } from 'node:assert';
import sinon from 'sinon';`;

const vitest = (environment: string, packages: Cell['packages']): Cell => ({
  kind: 'Test runner',
  name: `Vitest 4.1.12, ${environment}`,
  packages: { vite: '8.3.8', vitest: '4.1.12', ...packages },
  files: {
    'life.cjs': life,
    'all.spec.mjs': `${imports}
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
const same = (value, wanted) => expect(value).toEqual(wanted);
${plain}${clocked(vitestClock)}`,
  },
  runs: [['vitest', 'run', `--environment=${environment}`]],
  says: /Tests +6 passed/,
  note: 'with `vi.useFakeTimers()`',
});

/** Where `ws` is its version for browsers, \`listen\` says so; elsewhere it listens. */
const listening = (environment: string): string =>
  environment === 'jsdom'
    ? `
test('listen() says that it needs Node', async () => {
  await expect(Promise.resolve().then(() => listen())).rejects.toThrow('@jest-environment node');
});`
    : `
test('listen() listens', async () => {
  await (await listen()).close();
});`;

const jest = (environment: string, packages: Cell['packages'], note?: string): Cell => ({
  kind: 'Test runner',
  name: `Jest 30.5.2, ${environment}`,
  packages: { jest: '30.5.2', ...packages },
  files: {
    'life.cjs': life,
    'all.test.cjs': `${requires}${plain}${listening(environment)}${jestClocks.map(clocked).join('')}`,
  },
  runs: [['jest', `--env=${environment}`]],
  says: /Tests: +9 passed/,
  note: note ?? 'with `jest.useFakeTimers()`, modern and legacy',
});

/** Test runners in their environments, with their fake timers. */
export const runners: readonly Cell[] = [
  vitest('node', {}),
  vitest('jsdom', { jsdom: '27.4.0' }),
  vitest('happy-dom', { 'happy-dom': '20.14.5' }),
  jest('node', {}),
  jest(
    'jsdom',
    { 'jest-environment-jsdom': '30.5.2' },
    'with `jest.useFakeTimers()`, modern and legacy; `listen()` says that it needs Node',
  ),
  jest('@happy-dom/jest-environment', { '@happy-dom/jest-environment': '20.14.5' }),
  {
    kind: 'Test runner',
    name: 'Mocha 12.0.3, sinon 22.1.0',
    packages: { mocha: '12.0.3', sinon: '22.1.0' },
    files: {
      'life.cjs': life,
      'all.spec.mjs': `${imports}${asserts}const test = it;${plain}${clocked(sinonClock)}`,
    },
    runs: [['mocha', 'all.spec.mjs']],
    says: /6 passing/,
  },
  {
    kind: 'Test runner',
    name: 'node:test of Node 20, sinon 22.1.0',
    packages: { sinon: '22.1.0' },
    files: {
      'life.cjs': life,
      'all.spec.mjs': `${imports}${asserts}
import { afterEach, beforeEach, describe, test } from 'node:test';${plain}${clocked(nodeTestClock)}`,
    },
    runs: [['node', '--test', 'all.spec.mjs']],
    says: /^. pass 6$/m,
    note: "with `sinon.useFakeTimers({ toNotFake: ['nextTick'] })`",
  },
];
