import { writeModule } from './as-module.js';
import { blocksIn, textOf } from './blocks.js';

const page = 'docs/recipes.md';
const text = textOf(page);

/** The titles of the recipes, in their order. */
export const titles: readonly string[] = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title!);

/** The module of a recipe, as users would copy it. */
export async function recipe(number: number): Promise<never> {
  const from = text.split('\n').findIndex((line) => line.startsWith(`## ${number}. `)) + 1;
  const block = blocksIn(page, text).find(({ line, language }) => line > from && language === 'ts');
  if (!block) throw new Error(`There is no recipe ${number}.`);
  return (await import(writeModule(block))) as never; // the spec says what it exports
}
