import { basename } from 'node:path';
import { floorOf, floors } from './floors.js';
import { longFunctions } from './functions.js';
import { importedFiles, importsOf, type Language } from './source.js';

export const maxLines = 300;
export const maxFiles = 15;
export const maxReadmeLines = 10;

const vagueName = /(^|-)(utils?|helpers?|common|manager|misc)(-|$)/;
const nameIsClear = (part: string): boolean => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(part) && !vagueName.test(part);

/** Comments and the text of strings do not count as code. */
const codeOf = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, (found) =>
    found.replace(/[^\n]/g, ' '),
  );

/** Everything the house rules say against `text` standing in `lib/<file>`. */
export const violationsOf = (file: string, text: string): readonly string[] => [
  ...importViolations(file, text),
  ...sizeViolations(text),
  ...languageViolations(text),
  ...nameViolations(file),
  ...purityViolations(file, text),
  ...rxViolations(file, text),
];

/** The rules that hold for a file beside `lib/`, too, which stands on no floor. */
export const violationsOutside = (file: string, text: string): readonly string[] => [
  ...sizeViolations(text, file.endsWith('.tsx') ? 'tsx' : 'ts'),
  ...languageViolations(text),
  ...nameViolations(file),
];

function importViolations(file: string, text: string): readonly string[] {
  const floor = floorOf(file);
  if (floor === undefined)
    return ['stands on no floor: give its folder a line in the table of spec/architecture/floors.ts'];
  return importedFiles(file, text).flatMap((path) => {
    const target = floorOf(path);
    if (target === undefined) return [`imports ${path}, which stands on no floor`];
    if (target === floor || floors[floor]?.includes(target)) return [];
    return [`imports ${path}, and ${floor} may not import from ${target}`];
  });
}

function sizeViolations(text: string, language?: Language): readonly string[] {
  const lines = text.trimEnd().split('\n').length;
  const tooLong = lines > maxLines ? [`has ${lines} lines, ${lines - maxLines} more than it may`] : [];
  return [...tooLong, ...longFunctions(text, language)];
}

function languageViolations(text: string): readonly string[] {
  const code = codeOf(text);
  const rules: readonly (readonly [found: boolean, violation: string])[] = [
    [/\bexport\s+default\b|\bexport\s*\{[^}]*\bas\s+default\b/.test(code), 'has a default export'],
    [/(?::|\bas|<|,|[|&=>])\s*any\b(?!\s*[(.:=])/.test(code), 'says any'],
    [/@ts-(ignore|nocheck|expect-error)/.test(text), 'silences the compiler'],
    [/\b(TODO|FIXME|XXX)\b/.test(text), 'leaves something to do'],
    [/^(export\s+)?(declare\s+)?(const\s+)?enum\s/m.test(code), 'has an enum'],
  ];
  return rules.filter(([found]) => found).map(([, violation]) => violation);
}

const nameViolations = (file: string): readonly string[] =>
  file
    .replace(/(\.web)?\.tsx?$/, '')
    .split('/')
    .filter((part) => !nameIsClear(part))
    .map((part) => `has an unclear name: ${part}`);

const importsRxJS = (text: string): boolean => importsOf(text).some((path) => /^rxjs(\/|$)/.test(path));

function purityViolations(file: string, text: string): readonly string[] {
  if (!/^(reduce|state)\.ts$/.test(basename(file))) return [];
  return [
    ...(importsRxJS(text) ? ['is pure, and imports RxJS'] : []),
    ...(/\b(async|await|Promise|console)\b/.test(codeOf(text)) ? ['is pure, and waits or logs'] : []),
  ];
}

/** `rx/` is for operators, `base/` for what needs none. */
function rxViolations(file: string, text: string): readonly string[] {
  if (file.startsWith('rx/') && !importsRxJS(text))
    return ['does not import RxJS: move it to lib/base, or beside its user'];
  if (file.startsWith('base/') && importsRxJS(text)) return ['imports RxJS: move it to lib/rx'];
  return [];
}

/** A folder of the library: the names in it, and its README.md if it has one. */
export interface Folder {
  readonly names: readonly string[];
  readonly readme: string | undefined;
}

export function folderViolations({ names, readme }: Folder): readonly string[] {
  const count = names.filter((name) => name.endsWith('.ts')).length;
  const lines = readme?.trimEnd().split('\n').length ?? 0;
  return [
    ...(count > maxFiles ? [`has ${count} files, ${count - maxFiles} more than it may`] : []),
    ...(readme === undefined || readme.trim() === ''
      ? ['has no README.md: say its question, the file to begin with, and what it must not know']
      : []),
    ...(lines > maxReadmeLines
      ? [`has a README.md of ${lines} lines, at most ${maxReadmeLines} are allowed`]
      : []),
  ];
}
