import ts from 'typescript';
import { type Language, parse, walk } from './source.js';

export const maxFunctionLines = 60;

/** Functions, methods, accessors, constructors and arrow functions that are too long, with the lines of each. */
export function longFunctions(text: string, language?: Language): readonly string[] {
  const source = parse(text, language);
  const long: string[] = [];
  walk(source, (node) => {
    if (!isFunction(node)) return;
    const lines = lineOf(source, node.getEnd()) - lineOf(source, node.getStart(source)) + 1;
    if (lines > maxFunctionLines)
      long.push(
        `has the function ${nameOf(node, source)} of ${lines} lines, at most ${maxFunctionLines} are allowed`,
      );
  });
  return long;
}

type Function = ts.SignatureDeclaration & { readonly body?: ts.Node };

const isFunction = (node: ts.Node): node is Function => ts.isFunctionLike(node) && 'body' in node;

const lineOf = (source: ts.SourceFile, position: number): number =>
  source.getLineAndCharacterOfPosition(position).line;

function nameOf({ name, parent }: Function, source: ts.SourceFile): string {
  if (name) return name.getText(source);
  const named = parent as { readonly name?: ts.Node };
  return named.name?.getText(source) ?? 'without a name';
}
