import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

describe('a session over relayerOf, through faults', () => {
  it('loses no request that was reported sent, asks none twice, and settles every promise, in ten random lives', async function () {
    this.timeout(600_000); // in a process of its own, whose time is virtual
    const args = ['--import', 'tsx/esm', 'scripts/soak/walletconnect.ts', '--lives', '10', '--by', 'ours'];
    const { stdout } = await promisify(execFile)(process.execPath, args); // rejects with what it lost
    const requests = Number(/\| requests \| (\d+) \|/.exec(stdout)?.[1]);
    const answered = Number(/\| answered \| (\d+) \|/.exec(stdout)?.[1]);
    expect(requests, stdout).to.be.at.least(60);
    expect(answered, stdout).to.be.above(requests / 2);
  });
});
