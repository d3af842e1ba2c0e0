import { resolve } from 'node:path';
import ts from 'typescript';
import { type Block, scriptOf } from './blocks.js';

const root = resolve(import.meta.dirname, '../..');

/** Declarations of packages that are not installed here, and of what frameworks declare for all files. */
const ambient = [
  resolve(root, 'spec/types/examples/react-native-packages.d.ts'),
  resolve(root, 'node_modules/svelte/types/index.d.ts'),
];

const settings = (): ts.CompilerOptions => {
  const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), ts.sys.readFile) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  return {
    ...options,
    types: ['node'],
    experimentalDecorators: false,
    exactOptionalPropertyTypes: false, // is no part of "strict", and the types of WalletConnect's SDK refuse it
    noUnusedLocals: false, // a block shows a value that the reader goes on with
    noUnusedParameters: false,
    paths: { 'rx-realtime': ['./lib/index.ts'], 'rx-realtime/*': ['./lib/*.ts', './lib/*/index.ts'] },
  };
};

/** Where a block lies for the compiler: beside what it may be compiled with. */
const fileOf = ({ page, line, language }: Block): string =>
  resolve(
    import.meta.dirname,
    `${page.replaceAll(/\W/g, '-')}-${line}.${language === 'tsx' ? 'tsx' : language === 'mts' ? 'mts' : 'ts'}`,
  );

/** One line more than the block has, so that places are told by it. */
const sourceOf = (block: Block): string => {
  const names = block.given;
  const first = names.length === 0 ? 'export {};' : `import { ${names.join(', ')} } from './given.js';`;
  return `${first}\n${scriptOf(block).replaceAll("'./chat'", "'../types/examples/angular.js'")}`;
};

/** Compiles blocks as strictly as the library, all in one program; answers with their errors. */
export function errorsOf(blocks: readonly Block[]): readonly string[] {
  const files = new Map(blocks.map((block) => [fileOf(block), block]));
  const options = settings();
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => {
    const block = files.get(file);
    return block ? sourceOf(block) : readFile(file);
  };
  host.getSourceFile = (file, language, ...rest) => {
    const block = files.get(file);
    return block
      ? ts.createSourceFile(file, sourceOf(block), language)
      : getSourceFile(file, language, ...rest);
  };
  const program = ts.createProgram([...files.keys(), ...ambient], options, host);
  return [...files].flatMap(([file, block]) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const line = source?.getLineAndCharacterOfPosition(start).line ?? 0;
      return `${block.page}:${block.line + line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}
