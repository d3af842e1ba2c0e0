import { readFileSync } from 'node:fs';
import type { Cell } from './cell.js';

const angular = '21.2.26';
const parts = ['common', 'compiler', 'compiler-cli', 'core', 'platform-browser'];
const packages: Cell['packages'] = {
  ...Object.fromEntries(parts.map((part) => [`@angular/${part}`, angular])),
  jsdom: '27.4.0',
  tslib: '2.8.1',
  typescript: '5.9.3',
};

/** The example of the docs, without its app, which a test has no use for. */
const chat = (): string =>
  (readFileSync('spec/types/examples/angular.ts', 'utf8').split('@Component({ selector: ')[0] ?? '')
    .replaceAll(/'(?:\.\.\/)+lib\/angular\.js'/g, "'rx-realtime/angular'")
    .replaceAll(/^import .*(?:platform-browser|lib\/index).*\n/gm, '');
/** The test of the docs, as it stands there. */
const test = (): string =>
  /## Angular's TestBed.*?```ts\n(.*?)```/s.exec(readFileSync('docs/testing.md', 'utf8'))?.[1] ?? '';

const tsconfig = (types: string): string =>
  JSON.stringify({
    compilerOptions: {
      ...{ strict: true, target: 'ES2022', module: 'preserve', moduleResolution: 'bundler' },
      ...{ lib: ['ES2022', 'DOM', 'ESNext.Disposable'], types: [types] },
      ...{ experimentalDecorators: true, importHelpers: true, isolatedModules: true },
    },
    include: ['src/**/*.ts'],
  });
const workspace = {
  version: 1,
  cli: { analytics: false },
  projects: {
    app: {
      ...{ projectType: 'application', root: '', sourceRoot: 'src', prefix: 'app' },
      architect: {
        build: {
          builder: '@angular/build:application',
          options: { browser: 'src/main.ts', tsConfig: 'tsconfig.json', index: false },
        },
        test: {
          builder: '@angular/build:unit-test',
          options: { tsConfig: 'tsconfig.json', buildTarget: 'app:build' },
        },
      },
    },
  },
};

/** Angular's TestBed with the test of the docs, in both test runners. */
export const testBeds: readonly Cell[] = [
  {
    kind: 'Test runner',
    name: `TestBed of Angular ${angular}, Vitest 4.1.12`,
    packages: {
      ...packages,
      ...{ '@angular/build': '21.2.27', '@angular/cli': '21.2.28', vitest: '4.1.12' },
    },
    files: {
      'angular.json': JSON.stringify(workspace),
      'tsconfig.json': tsconfig('vitest/globals'),
      'src/main.ts': 'export {};',
      'src/chat.ts': chat(),
      'src/chat.spec.ts': test(),
    },
    runs: [['ng', 'test', '--watch=false']],
    says: /Tests +1 passed/,
    note: 'the test of the docs by `ng test`, with `vi.useFakeTimers()`',
  },
  {
    kind: 'Test runner',
    name: `TestBed of Angular ${angular}, Jest 30.5.2`,
    packages: {
      ...packages,
      ...{ jest: '30.5.2', '@types/jest': '30.0.0', 'jest-preset-angular': '17.0.3' },
      'jest-environment-jsdom': '30.5.2',
    },
    files: {
      'jest.config.cjs':
        "module.exports = { preset: 'jest-preset-angular', setupFilesAfterEnv: ['<rootDir>/setup.ts'] };",
      'setup.ts':
        "import { setupZonelessTestEnv } from 'jest-preset-angular/setup-env/zoneless';\nsetupZonelessTestEnv();",
      'tsconfig.spec.json': tsconfig('jest'),
      'src/chat.ts': chat(),
      'src/chat.spec.ts': test().replaceAll('vi.', 'jest.'),
    },
    runs: [['jest']],
    says: /Tests: +1 passed/,
    note: 'the test of the docs by `jest-preset-angular`, with `jest.useFakeTimers()`',
  },
];
