import { execFileSync } from 'node:child_process';
import { expect } from 'chai';

/** A process of its own, because zone.js patches timers and promises for good. */
const program = `
  import 'zone.js';
  import 'zone.js/testing';
  const { realtimeTesting } = await import('./lib/testing/index.ts');
  const Zone = globalThis.Zone;
  const { fakeAsync, tick, discardPeriodicTasks } = Zone[Zone.__symbol__('fakeAsyncTest')];
  const proxied = Zone.current.fork(new Zone.ProxyZoneSpec());
  proxied.run(fakeAsync(() => {
    const rt = realtimeTesting();
    const client = rt.client();
    const seen = [];
    client.channel('chat').messages$.subscribe(({ data }) => seen.push(data));
    tick(100);
    rt.channel('chat').emit('greeting', 'hi');
    tick(100);
    seen.push(client.connection.state);
    void rt.close();
    tick(100);
    console.log(JSON.stringify(seen));
  }));`;

describe('testing: fakeAsync of zone.js, with the default scheduler', () => {
  it('tick carries frames, and no timer is left after close()', () => {
    const args = ['--import', 'tsx/esm', '--input-type=module', '--eval', program];
    const said = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000, stdio: 'pipe' });
    expect(said).equal('["hi","connected"]\n');
  }).timeout(60_000);
});
