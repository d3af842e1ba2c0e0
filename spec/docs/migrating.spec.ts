import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { firstValueFrom } from 'rxjs';
import type { RealtimeClient } from '../../lib/index.js';
import { realtimeTesting, type RealtimeTesting } from '../../lib/testing/index.js';
import { ignore } from '../support/ignore.js';
import { removeModules, writeModule } from './as-module.js';

type Listen = (client: RealtimeClient, listener: (value: unknown) => void) => unknown;

const page = 'docs/migrating-from-ably.md';

/** What the page tells to write in the place of a call of `ably`, as a function. */
async function insteadOf(call: string): Promise<Listen> {
  const rows = readFileSync(page, 'utf8').split('\n');
  const row = rows.findIndex((each) => each.startsWith(`| \`${call}\``));
  const [, code = ''] = /`([^`]+)`/.exec(rows[row]?.split(' | ').at(-1) ?? '') ?? [];
  const names = 'client: any, listener: any';
  const source = `import { filter } from 'rxjs';\nexport const listen = (${names}) => ${code};\n`;
  const path = writeModule({ page, line: row + 1, language: 'ts', code: source, given: [], runs: false });
  return ((await import(path)) as { readonly listen: Listen }).listen;
}

describe(page, () => {
  let rt: RealtimeTesting;

  beforeEach(() => void (rt = realtimeTesting()));
  afterEach(() => rt.close());
  after(removeModules);

  const calls: readonly [call: string, heard: number][] = [
    ["client.connection.on('connected', listener)", 2],
    ["client.connection.whenState('connected', listener)", 1],
  ];
  for (const [call, heard] of calls)
    it(`${call}: has the listener called ${heard === 1 ? 'once' : 'with each connection'}`, async () => {
      const client = rt.client();
      let count = 0;
      (await insteadOf(call))(client, () => (count += 1));
      client.connect();
      await firstValueFrom(client.connection.whenState('connected'));
      rt.drop();
      await firstValueFrom(client.connection.whenState('connecting'));
      await firstValueFrom(client.connection.whenState('connected'));
      await client.auth.authorize().catch(ignore); // an update is no connection
      expect(count).to.equal(heard);
    });
});
