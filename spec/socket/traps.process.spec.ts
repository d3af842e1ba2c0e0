import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

describe('traps of WebSocketSubject, in a process of its own', () => {
  // A late error of a cancelled socket resets the next one; traps.spec.ts has the same with the sockets of `ws`.
  it('subscribe, unsubscribe, subscribe in one tick, with the WebSocket of the platform', function () {
    const flags = typeof WebSocket === 'undefined' ? ['--experimental-websocket'] : [];
    const known = spawnSync(process.execPath, [
      ...flags,
      '-e',
      'process.exit(typeof WebSocket === "function" ? 0 : 1)',
    ]);
    if (known.status !== 0) {
      console.log(`      skipped: Node ${process.versions.node} has no WebSocket of its own`);
      this.skip();
    }
    const remount = resolve(import.meta.dirname, '../support/remount.ts');
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--import', 'tsx/esm', remount], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(stdout, stderr).to.equal('[{"type":"opened"},"hello"]\n');
  }).timeout(60_000);
});
