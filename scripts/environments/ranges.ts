import type { Cell } from './cell.js';
import { asCommonJs, asModule, hello } from './programs.js';

const typescript = (version: string, module: string, moduleResolution: string): Cell => ({
  kind: 'TypeScript',
  name: `${version}, ${moduleResolution}`,
  packages: { typescript: version },
  files: {
    'main.ts': asModule,
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        ...{ strict: true, skipLibCheck: false, target: 'es2022', lib: ['ES2022', 'DOM'], types: [] },
        ...{ module, moduleResolution, outDir: 'out' },
      },
      files: ['main.ts'],
    }),
  },
  runs: [['tsc'], ['node', 'out/main.js']],
  says: hello,
});

const rxjs = (version: string): Cell => ({
  kind: 'rxjs',
  name: version,
  packages: { rxjs: version },
  files: { 'main.mjs': asModule, 'main.cjs': asCommonJs },
  runs: ['main.mjs', 'main.cjs'].map((file) => ['node', file]),
  says: hello,
});

/** The versions of the compiler and of rxjs that the README names, and those between. */
export const ranges: readonly Cell[] = [
  ...['5.4.5', '5.7.3', '5.9.3', '6.0.3'].flatMap((version) => [
    typescript(version, 'nodenext', 'nodenext'),
    typescript(version, 'esnext', 'bundler'),
  ]),
  ...['7.6.0', '7.8.0', '7.8.2'].map(rxjs),
];
