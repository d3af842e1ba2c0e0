import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';

/** The lines of docs/options.md that make a client which lives outside of what uses it, by their comments. */
const section = readFileSync('docs/options.md', 'utf8').split('## Zones and contexts')[1] ?? '';
const recipeOf = (comment: string): string =>
  section.split('\n').find((line) => line.includes(`// ${comment}`)) ?? '';

/** A process of its own, because a context manager is global. Tells in which context a handler of messages ran. */
const programOf = (recipe: string): string => `
  import { AsyncLocalStorage } from 'node:async_hooks';
  import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
  import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
  import { firstValueFrom } from 'rxjs';
  import { RealtimeClient as Client } from './lib/index.ts';
  import { listen } from './lib/emulator/index.ts';
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const server = await listen();
  const { key, host: endpoint, port, emulator } = server;
  class RealtimeClient extends Client {
    constructor(options) {
      super({ endpoint, port, tls: false, log: () => undefined, ...options });
    }
  }
  const local = new AsyncLocalStorage();
  const span = createContextKey('span');
  ${recipe}
  const channel = client.channel('chat');
  const inRequest = (work) => local.run('the request', () => context.with(ROOT_CONTEXT.setValue(span, 'the span'), work));
  const heard = new Promise((resolve) => {
    inRequest(() => {
      channel.messages$.subscribe(() => resolve([local.getStore(), context.active().getValue(span)]));
    });
  });
  await firstValueFrom(channel.whenState('attached'));
  emulator.publish('chat', { name: 'greeting', data: 'hello' });
  console.log(JSON.stringify(await heard));
  await client.dispose();
  await server.close();`;
const contextsWith = (recipe: string): unknown => {
  const args = ['--import', 'tsx/esm', '--input-type=module', '--eval', programOf(recipe)];
  return JSON.parse(
    execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000, stdio: 'pipe' }),
  );
};

describe('the recipes for "outside" in docs/options.md', () => {
  it('AsyncLocalStorage: handlers run in the context in which the client was made', () => {
    const recipe = recipeOf('Node: the context of this very line');
    expect(recipe).to.include('AsyncLocalStorage.snapshot()');
    expect(contextsWith(recipe)).to.deep.equal([null, null]);
  }).timeout(60_000);

  it('OpenTelemetry: handlers run in no span', () => {
    const recipe = recipeOf('OpenTelemetry');
    expect(recipe).to.include('ROOT_CONTEXT');
    expect((contextsWith(recipe) as readonly unknown[])[1]).to.equal(null);
  }).timeout(60_000);

  it('are needed: without one, handlers run in the request and the span of whoever subscribed first', () => {
    expect(contextsWith('const client = new RealtimeClient({ key });')).to.deep.equal([
      'the request',
      'the span',
    ]);
  }).timeout(60_000);
});
