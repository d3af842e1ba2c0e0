import { expect } from 'chai';
import { runBuilt } from '../../support/run-built.js';

describe('the option "outside"', () => {
  let found: Readonly<Record<string, unknown>>;

  before(async function () {
    this.timeout(60_000);
    found = (await runBuilt('zones-of-client.ts')) as typeof found;
  });

  it('leaves nothing in the zone that uses the client: no socket, timer or request, while it is connected or waits', () => {
    expect(found['zone']).to.deep.equal({
      connected: false,
      waiting: false,
      disposed: false,
      handler: '<root>',
    });
  });

  it('is needed for that: a client without it keeps its zone busy', () => {
    expect(found['zoneWithout']).to.deep.equal({
      connected: true,
      waiting: true,
      disposed: false,
      handler: 'app',
    });
  });

  it('keeps the request of the first subscriber out of the handlers of all, as an AsyncLocalStorage has it', () => {
    expect([found['request'], found['requestWithout']]).to.deep.equal(['nothing', 'the first request']);
  });
});
