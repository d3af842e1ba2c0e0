import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

const page = 'docs/walletconnect.md';
const blocks = [...readFileSync(page, 'utf8').matchAll(/```ts\n([^]*?)```/g)].map(([, code = '']) => code);
const nameOf = (index: number): string => resolve(`spec/walletconnect/block-${index}.ts`);

/** As a user's project is, where our entries are installed. */
const options: ts.CompilerOptions = {
  ...{ strict: true, noEmit: true, skipLibCheck: true, verbatimModuleSyntax: true, types: ['node'] },
  ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext },
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  paths: {
    'rx-realtime/emulator': [resolve('lib/emulator/index.ts')],
    'rx-realtime/relay': [resolve('lib/relay/index.ts')],
    'rx-realtime/*': [resolve('lib/*.ts')],
  },
};

/** What the compiler has to say about the blocks, each as a file of its own. */
function faults(): readonly string[] {
  const files = new Map(blocks.map((code, index) => [nameOf(index), code]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.getSourceFile = (file, target, ...rest) => {
    const code = files.get(file);
    return code === undefined
      ? getSourceFile(file, target, ...rest)
      : ts.createSourceFile(file, code, target, true);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file === undefined || files.has(file.fileName))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe(page, () => {
  it('has blocks that compile in strict mode, each as it is', function () {
    this.timeout(120_000); // the compiler reads the SDK and Angular
    expect(blocks).to.have.length.above(2);
    expect(faults()).to.deep.equal([]);
  });
});
