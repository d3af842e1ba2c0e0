import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { slicesTable } from './slices.js';

/** What a bundle for browsers weighs, minified and gzipped, in kB. */
export interface Weight {
  readonly what: string;
  /** Without RxJS, which an app may have already. */
  readonly alone: number;
  readonly withRxjs: number;
  /** Whether it is another library, beside which ours is shown. */
  readonly isOther: boolean;
}

interface Place {
  /** Where the packed package is installed. */
  readonly from: string;
  /** Where the other libraries are installed. */
  readonly root: string;
  readonly externals: readonly string[];
  readonly peers: readonly string[];
}

const listen = `.channel('chat').messages$.subscribe(console.log);`;
const light = `import { createClient, publish } from 'rx-realtime/core'; import { tokenAuth } from 'rx-realtime/auth';`;
const callback = `createClient({ auth: tokenAuth({ authCallback: () => fetch('/token').then((r) => r.text()) })`;

/** What users may take, as the module that takes it. */
const ours: Readonly<Record<string, string>> = {
  'core: key, subscribe': `import { createClient } from 'rx-realtime/core'; createClient({ key: 'a.b:c' })${listen}`,
  'core: token callback, publish': `${light} const channel = ${callback} }).channel('chat'); channel.messages$.subscribe(console.log); publish(channel, 'a', 'b');`,
  'core: token callback, publish, presence': `${light} import { presence, presenceOf } from 'rx-realtime/presence'; const channel = ${callback}, features: [presence] }).channel('chat'); presenceOf(channel).members$.subscribe(console.log); publish(channel, 'a', 'b');`,
  'rx-realtime, a client that listens': `import { RealtimeClient } from 'rx-realtime'; new RealtimeClient('a.b:c')${listen}`,
  'rx-realtime, all of it': `export * from 'rx-realtime';`,
  'rest: key, publish': `import { createRest, publish } from 'rx-realtime/rest'; publish(createRest({ key: 'a.b:c' }).channel('chat'), 'a', 'b');`,
  'rest: key, publish, history': `import { createRest, historyOf, publish } from 'rx-realtime/rest'; const channel = createRest({ key: 'a.b:c' }).channel('chat'); publish(channel, 'a', 'b'); historyOf(channel).subscribe(console.log);`,
  'rx-realtime/rest': `export * from 'rx-realtime/rest';`,
  'rx-realtime, all of it, and objects': `export * from 'rx-realtime'; export * from 'rx-realtime/objects';`,
  'rx-realtime/relay': `export * from 'rx-realtime/relay';`,
  'rx-realtime/msgpack': `export * from 'rx-realtime/msgpack';`,
  'rx-realtime/crypto': `export * from 'rx-realtime/crypto';`,
  'rx-realtime/vcdiff': `export * from 'rx-realtime/vcdiff';`,
  'rx-realtime/angular': `export * from 'rx-realtime/angular';`,
  'rx-realtime/react': `export * from 'rx-realtime/react';`,
  'rx-realtime/svelte': `export * from 'rx-realtime/svelte';`,
  'rx-realtime/vue': `export * from 'rx-realtime/vue';`,
  'rx-realtime/messages': `export * from 'rx-realtime/messages';`,
  'rx-realtime/walletconnect': `export * from 'rx-realtime/walletconnect';`,
};
const others: Readonly<Record<string, string>> = {
  'ably, all of it': `export * from 'ably';`,
  'ably/modular, a client that listens': `import { BaseRealtime, FetchRequest, WebSocketTransport } from 'ably/modular';
    new BaseRealtime({ key: 'a.b:c', plugins: { FetchRequest, WebSocketTransport } }).channels.get('chat').subscribe(console.log);`,
  'ably/liveobjects, the plugin': `export * from 'ably/liveobjects';`,
  '@walletconnect/core, all of it': `export * from '@walletconnect/core';`,
};

/** Bundles and weighs each of them. */
export async function weightsOf({ from, root, externals, peers }: Place): Promise<readonly Weight[]> {
  const sizeOf = async (contents: string, base: string, external: readonly string[]): Promise<number> => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: base },
      bundle: true,
      write: false,
      minify: true,
      format: 'esm',
      target: 'es2022',
      platform: 'browser',
      mainFields: ['browser', 'module', 'main'],
      conditions: ['browser'],
      external: [...externals, ...external],
      logLevel: 'silent',
    });
    return gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).length / 1000;
  };
  const weights: Weight[] = [];
  for (const [list, base] of [
    [ours, from],
    [others, root],
  ] as const)
    for (const [what, contents] of Object.entries(list))
      weights.push({
        what,
        alone: await sizeOf(contents, base, peers),
        withRxjs: await sizeOf(
          contents,
          base,
          peers.filter((name) => name !== 'rxjs'),
        ),
        isOther: list === others,
      });
  return weights;
}

type Budgets = Readonly<Record<string, { readonly alone: number; readonly withRxjs: number }>>;
const rounded = (kilobytes: number): number => Math.round(kilobytes * 10) / 10;
const tolerance = 1.02;

/** The weights as a Markdown table. */
export const tableOf = (weights: readonly Weight[]): string =>
  [
    '| min + gzip, for browsers, in kB | without rxjs | with it |',
    '| --- | ---: | ---: |',
    ...weights.map(
      ({ what, alone, withRxjs }) => `| ${what} | ${alone.toFixed(1)} | ${withRxjs.toFixed(1)} |`,
    ),
  ].join('\n');

const files = (root: string): { readonly budgets: string; readonly docs: string } => ({
  budgets: join(root, 'scripts/budgets.json'),
  docs: join(root, 'docs/weight.md'),
});
const begin = '<!-- made by npm run check:package -- --write -->';
const beginSlices = '<!-- slices, made by npm run check:package -- --write -->';
const end = '<!-- end -->';

/** The entries whose slices are told. */
const sliced = [
  'core: key, subscribe',
  'core: token callback, publish',
  'rx-realtime, all of it',
  'rx-realtime/relay',
];

/** Puts a table between a mark of its beginning and the end that follows. */
function withTable(text: string, mark: string, table: string): string {
  const [before = '', rest = ''] = text.split(mark);
  return `${before}${mark}\n\n${table}\n\n${rest.slice(rest.indexOf(end))}`;
}

/** Makes the budgets of these weights, and the tables in the docs: of the budgets, and of the slices. */
export async function writeBudgets(root: string, weights: readonly Weight[]): Promise<void> {
  const { budgets, docs } = files(root);
  const lines = weights.map(({ what, alone, withRxjs }) => [
    what,
    { alone: rounded(alone), withRxjs: rounded(withRxjs) },
  ]);
  const made = Object.fromEntries(lines) as Budgets;
  writeFileSync(budgets, `${JSON.stringify(made, null, 2)}\n`);
  const text = readFileSync(docs, 'utf8');
  const entries = Object.fromEntries(sliced.map((what) => [what, ours[what] ?? '']));
  const slices = await slicesTable(root, 'rx-realtime', entries);
  writeFileSync(docs, withTable(withTable(text, begin, tableFrom(made)), beginSlices, slices));
  execFileSync(join(root, 'node_modules/.bin/prettier'), ['--write', docs, budgets], { stdio: 'ignore' });
}

const tableFrom = (budgets: Budgets): string =>
  tableOf(Object.entries(budgets).map(([what, weight]) => ({ what, ...weight, isOther: false })));

/** Whatever weighs more than 2 % over its budget, has none, or is told otherwise in the docs. */
export function problemsOf(root: string, weights: readonly Weight[]): readonly string[] {
  const { budgets: path, docs } = files(root);
  const budgets = JSON.parse(readFileSync(path, 'utf8')) as Budgets;
  const problems = weights
    .filter(({ isOther }) => !isOther)
    .flatMap(({ what, alone, withRxjs }) => {
      const budget = budgets[what];
      if (!budget) return [`"${what}" has no budget in scripts/budgets.json`];
      return [
        ['without rxjs', alone, budget.alone] as const,
        ['with rxjs', withRxjs, budget.withRxjs] as const,
      ]
        .filter(([, weight, most]) => weight > most * tolerance)
        .map(
          ([how, weight, most]) =>
            `"${what}" weighs ${weight.toFixed(1)} kB ${how}; its budget is ${most} kB. Save, or raise it by -- --write and say why.`,
        );
    });
  return unaligned(readFileSync(docs, 'utf8')).includes(unaligned(tableFrom(budgets)))
    ? problems
    : [
        ...problems,
        'docs/weight.md does not tell what scripts/budgets.json says. Make it anew by -- --write.',
      ];
}

/** A table without what the formatter does to it. */
const unaligned = (text: string): string => text.replace(/ +/g, ' ').replace(/-{2,}/g, '--');
