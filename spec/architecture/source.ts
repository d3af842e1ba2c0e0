import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve, sep } from 'node:path';
import ts from 'typescript';

export const lib = resolve(import.meta.dirname, '../../lib');

/** The source files of the library, by their paths below `lib/`. */
export const files = readdirSync(lib, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.split(sep).join('/'))
  .sort();

const foldersAbove = (path: string): readonly string[] => {
  const folder = posix.dirname(path);
  return folder === '.' ? [folder] : [...foldersAbove(folder), folder];
};

/** `lib/` itself, as `.`, and all folders below it that contain source files, be it in folders of theirs. */
export const folders = [...new Set(files.flatMap(foldersAbove))].sort();

export const textOf = (path: string): string => readFileSync(join(lib, path), 'utf8');

/** A language of the sources. */
export type Language = 'ts' | 'tsx';

export const parse = (text: string, language: Language = 'ts'): ts.SourceFile =>
  ts.createSourceFile(`file.${language}`, text, ts.ScriptTarget.ES2022, true);

/** Calls `visit` for a node and for all nodes in it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** Module specifiers of imports, exports, `import()` and types of the form `import('…').T`. */
export function importsOf(text: string): readonly string[] {
  const paths: string[] = [];
  walk(parse(text), (node) => {
    const path = specifierOf(node);
    if (path && ts.isStringLiteralLike(path)) paths.push(path.text);
  });
  return paths;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return node.arguments[0];
  return undefined;
}

/** The files of the library that a file imports, types included. */
export const importedFiles = (file: string, text: string): readonly string[] =>
  importsOf(text)
    .filter((path) => path.startsWith('.'))
    .map((path) => posix.join(posix.dirname(file), path.replace(/\.js$/, '.ts')));
