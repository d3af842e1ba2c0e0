import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve, sep } from 'node:path';
import ts from 'typescript';

export const lib = resolve(import.meta.dirname, '../../lib');

const found = readdirSync(lib, { recursive: true, withFileTypes: true })
  .map((entry) => ({
    isFolder: entry.isDirectory(),
    path: join(entry.parentPath, entry.name)
      .slice(lib.length + 1)
      .split(sep)
      .join('/'),
  }))
  .sort((one, other) => (one.path < other.path ? -1 : 1));

/** The source files of the library, by their paths below `lib/`. */
export const files = found.map(({ path }) => path).filter((path) => path.endsWith('.ts'));

/** All folders below `lib/`. */
export const folders = found.filter(({ isFolder }) => isFolder).map(({ path }) => path);

export const textOf = (path: string): string => readFileSync(join(lib, path), 'utf8');

export const parse = (text: string): ts.SourceFile =>
  ts.createSourceFile('file.ts', text, ts.ScriptTarget.ES2022, true);

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
