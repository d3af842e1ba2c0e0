import ts from 'typescript';
import { type Language, parse, walk } from './source.js';

const vague = /^(what|who|whoever|nobody|somebody|whom|whose)\b/i;

/** Ids of the specification that lead a comment, as in "RTP8 to RTP10, RTP15: ". */
const ids = /^(?:[A-Z]{2,4}\d+\w*(?:, | to | and |; )?)+:\s*/;

/** Comments and error texts that begin with a vague word; each is shown by its first words. */
export const vagueProse = (text: string, language?: Language): readonly string[] => [
  ...commentsIn(text, language)
    .filter((comment) => vague.test(comment.replace(ids, '')))
    .map((comment) => `has a comment that begins vaguely: ${comment.slice(0, 60)}`),
  ...errorTextsIn(text, language)
    .filter((message) => vague.test(message))
    .map((message) => `has an error text that begins vaguely: ${message.slice(0, 60)}`),
];

/** The prose of comments, without their marks. Lines with `//` below each other are one comment. */
export function commentsIn(text: string, language?: Language): readonly string[] {
  const source = parse(text, language);
  const ranges = new Map<number, ts.CommentRange>();
  const collect = (node: ts.Node): void => {
    const leading = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
    const trailing = ts.getTrailingCommentRanges(text, node.getEnd()) ?? [];
    for (const range of [...leading, ...trailing]) ranges.set(range.pos, range);
    if (ts.isJSDoc(node)) return;
    node.getChildren(source).forEach(collect);
  };
  collect(source);
  const inOrder = [...ranges.values()].sort((one, other) => one.pos - other.pos);
  return inOrder
    .filter((range, index) => !continues(text, inOrder[index - 1], range))
    .map(({ pos, end }) => proseOf(text.slice(pos, end)))
    .filter((prose) => prose !== '');
}

/** Only a comment on a line of its own goes on with the one above. */
const continues = (text: string, before: ts.CommentRange | undefined, { pos }: ts.CommentRange): boolean =>
  before?.kind === ts.SyntaxKind.SingleLineCommentTrivia && /^\n[ \t]*$/.test(text.slice(before.end, pos));

const proseOf = (comment: string): string =>
  comment
    .replace(/^\/\/+|^\/\*+|\*+\/$/g, '')
    .replace(/^[\s*"'“]+/, '')
    .trim();

const namesOfErrors = /(Error|ErrorInfo|Exception)$/;

/** Strings given to the constructor of an error, or to `refusal` of the emulator, which makes one. */
export function errorTextsIn(text: string, language?: Language): readonly string[] {
  const messages: string[] = [];
  walk(parse(text, language), (node) => {
    if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
      const name = ts.isIdentifier(node.expression) ? node.expression.text : '';
      const isError = ts.isNewExpression(node) ? namesOfErrors.test(name) : name === 'refusal';
      if (isError) messages.push(...(node.arguments ?? []).flatMap(headOf));
    }
  });
  return messages;
}

/** The text of a string, or of a template up to its first expression. */
function headOf(node: ts.Node): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) return [node.head.text];
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(headOf);
  if (ts.isBinaryExpression(node)) return headOf(node.left);
  return [];
}
