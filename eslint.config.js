import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import rxjsX from 'eslint-plugin-rxjs-x';
import tseslint from 'typescript-eslint';

/** Names that only one place may use; every set of files below says which of these it is kept from. */
const restrictions = {
  time: {
    globals: ['setTimeout', 'setInterval', 'setImmediate', 'requestAnimationFrame', 'performance'],
    properties: [
      ['Date', 'now'],
      ['Math', 'random'],
      [undefined, 'getRandomValues'],
      [undefined, 'randomUUID'],
      ['process', 'hrtime'],
      ['process', 'uptime'],
    ],
    syntax: ["NewExpression[callee.name='Date'][arguments.length=0]", "CallExpression[callee.name='Date']"],
    imports: [
      [
        /^rxjs$/,
        ['asyncScheduler', 'asapScheduler', 'animationFrameScheduler', 'async', 'asap', 'animationFrame'],
      ],
      [/^(node:)?crypto$/, ['randomBytes', 'randomInt', 'randomFill', 'randomFillSync', 'randomUUID']],
      [/^@noble\/hashes\/utils(\.js)?$/, ['randomBytes']],
      [/^(node:)?(timers(\/promises)?|perf_hooks)$/],
    ],
    why: 'Time and chance come from lib/rx/clock.ts only; elsewhere they are arguments.',
  },
  tick: {
    globals: ['queueMicrotask'],
    properties: [['process', 'nextTick']],
    why: 'Subscribers are called in the tick in which the frame arrived; only the Node socket waits for the end of one, to cork.',
  },
  scheduler: {
    // RxJS falls back to asyncScheduler in silence where an operator is given no scheduler.
    syntax: [
      'CallExpression[callee.name=/^(timer|interval|delay|debounceTime|throttleTime|auditTime|sampleTime|bufferTime|windowTime)$/][arguments.length<2]',
      'CallExpression[callee.name=/^(timestamp|timeInterval)$/][arguments.length=0]',
      "CallExpression[callee.name='timeout'][arguments.length=1][arguments.0.type!='ObjectExpression']",
      "CallExpression[callee.name='timeout'] > ObjectExpression:not(:has(Property[key.name='scheduler']))",
      "CallExpression[callee.name=/^(retry|repeat)$/] > ObjectExpression > Property[key.name='delay'][value.type='Literal']",
    ],
    why: 'A timed operator takes the scheduler of the client as an argument.',
  },
  platform: {
    globals: ['process', 'Buffer', 'require', '__dirname', '__filename'],
    imports: [[/^(node:|ws$)/]],
    why: 'The client runs in browsers: Node and ws only in lib/socket/platform.ts and take-frames.ts, lib/emulator and lib/cli.',
  },
  webSocket: {
    imports: [[/^rxjs\/webSocket$/]],
    why: 'A WebSocketSubject is private to lib/socket.',
  },
  deep: {
    imports: [[/^rxjs\/(internal|operators)/]],
    why: 'Import from rxjs itself.',
  },
};

/** The rules that keep some files from the restrictions named. */
const without = (...names) => {
  const chosen = names.map((name) => restrictions[name]);
  const flat = (key, rule) =>
    chosen.flatMap(({ [key]: items = [], why }) => items.map((item) => rule(item, why)));
  return {
    'no-restricted-globals': [
      'error',
      { globals: flat('globals', (name, message) => ({ name, message })), checkGlobalObject: true },
    ],
    'no-restricted-properties': [
      'error',
      ...flat('properties', ([object, property], message) => ({
        ...(object && { object }),
        property,
        message,
      })),
    ],
    'no-restricted-syntax': ['error', ...flat('syntax', (selector, message) => ({ selector, message }))],
    'no-restricted-imports': [
      'error',
      {
        patterns: flat('imports', ([path, importNames], message) => ({
          regex: path.source,
          message,
          ...(importNames && { importNames }),
        })),
      },
    ],
  };
};

export default defineConfig(
  globalIgnores(['**/dist', 'coverage', '.bench', 'site/.pages', 'site/.vitepress/cache']),
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', 'console/**/*.tsx'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['lib/**/*.ts', 'console/**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, rxjsX.configs.strict],
    rules: {
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-invalid-void-type': [
        'error',
        { allowAsThisParameter: true, allowInGenericTypeArguments: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'no-console': 'error',
      'rxjs-x/finnish': [
        'error',
        {
          functions: false,
          methods: false,
          objects: true,
          parameters: true,
          properties: true,
          variables: true,
          names: { '^(source|_.*)$': false }, // the source of an operator; unused parameters
          types: {
            Subject$: false, // a Subject is not handed on as a stream
            '^__(function|type|object)$': false, // a function that returns a stream is named like a function
            Function$: false, // OperatorFunction and its kin
          },
        },
      ],
      'rxjs-x/throw-error': ['error', { allowThrowingAny: false, allowThrowingUnknown: true }], // a caught value is passed on
      'rxjs-x/no-ignored-default-value': 'off',
      'rxjs-x/no-ignored-error': 'off', // state streams never error (design rule), and `next` alone is how they are read
    },
  },
  {
    files: ['lib/**/*.ts'],
    ignores: [
      'lib/rx/clock.ts',
      'lib/view/page-clock.ts',
      'lib/socket/**',
      'lib/emulator/**',
      'lib/cli/**/*.ts',
    ],
    rules: without('time', 'tick', 'scheduler', 'platform', 'webSocket', 'deep'),
  },
  { files: ['lib/{rx/clock,view/page-clock}.ts'], rules: without('tick', 'platform', 'webSocket', 'deep') },
  { files: ['lib/socket/**/*.ts'], rules: without('time', 'tick', 'scheduler', 'platform', 'deep') },
  { files: ['lib/socket/{platform,take-frames}.ts'], rules: without('time', 'scheduler', 'deep') },
  {
    files: ['lib/{angular,react,svelte,vue}.ts'],
    rules: { '@typescript-eslint/no-unnecessary-type-parameters': 'off' }, // the class of a client is the user's word
  },
  {
    files: ['lib/emulator/**/*.ts', 'lib/cli/**/*.ts'],
    rules: without('time', 'tick', 'scheduler', 'webSocket', 'deep'),
  },
  { files: ['console/**/*.{ts,tsx}'], rules: without('time', 'tick', 'scheduler', 'platform', 'deep') },
  { files: ['console/main.tsx'], rules: without('tick', 'scheduler', 'platform', 'deep') }, // begins with the page's clock
  {
    files: ['spec/**/*.ts'],
    extends: [rxjsX.configs.recommended],
    rules: {
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Specs subscribe to streams on purpose in ways that a client must not.
      'rxjs-x/no-nested-subscribe': 'off',
      'rxjs-x/no-async-subscribe': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name=/^(it|describe|context)$/][property.name='only']",
          message: 'The rest of the suite has to run too.',
        },
      ],
    },
  },
  {
    files: ['spec/**/*.ts'],
    ignores: ['spec/e2e/**', 'spec/interop/**', 'spec/support/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: 'Time is virtual in specs: TestScheduler.run.' },
        { name: 'setInterval', message: 'Time is virtual in specs: TestScheduler.run.' },
      ],
    },
  },
  {
    files: ['lib/cli/**/*.ts', 'lib/base/log.ts', 'bench/**', 'demo/**', 'scripts/**', 'site/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
);
