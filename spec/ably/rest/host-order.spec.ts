import { expect } from 'chai';
import { VirtualTimeScheduler } from 'rxjs';
import sinon from 'sinon';
import { hostOrder, rememberingHosts } from '../../../lib/ably/rest/host-order.js';
import { systemScheduler } from '../../../lib/rx/clock.js';
import { type Asked, httpClient, jsonAnswer } from '../../support/http-client.js';

describe('hostOrder', () => {
  const settings = { hosts: { primary: 'p', fallbacks: ['a', 'b', 'c', 'd'] }, httpMaxRetryCount: 2 };
  it('RSC15a, TO3l5: begins with the primary host, then takes httpMaxRetryCount fallbacks in random order', () => {
    let chance = 1;
    expect(hostOrder(undefined, { ...settings, random: () => (chance -= 0.1) })).to.deep.equal([
      'p',
      'd',
      'c',
    ]);
  });
  it('RTN17e: begins with the host that the connection is on, and leaves it out of the fallbacks', () => {
    expect(hostOrder('b', { ...settings, random: () => 0 })).to.deep.equal(['b', 'a', 'c']);
  });
  it('draws once for each fallback, and leaves their order to chance', () => {
    const draws = [0.5, 0.1, 0.9, 0.3];
    expect(
      hostOrder(undefined, { ...settings, httpMaxRetryCount: 4, random: () => draws.shift() ?? 1 }),
    ).to.deep.equal(['p', 'b', 'd', 'a', 'c']);
    expect(draws).to.deep.equal([]);
  });
  it('TO3l5: is one host without fallbacks, or where none may be tried', () => {
    expect(hostOrder(undefined, { ...settings, httpMaxRetryCount: 0, random: () => 0 })).to.deep.equal(['p']);
    expect(
      hostOrder(undefined, { ...settings, hosts: { primary: 'p', fallbacks: [] }, random: () => 0 }),
    ).to.deep.equal(['p']);
  });
});

describe('rememberingHosts', () => {
  function build(connectedTo?: string) {
    const scheduler = new VirtualTimeScheduler();
    const hosts = { primary: 'p', fallbacks: ['a', 'b', 'c'] };
    const settings = { hosts, httpMaxRetryCount: 2, random: () => 0, fallbackRetryTimeout: 100, scheduler };
    return { scheduler, ...rememberingHosts(() => connectedTo, settings) };
  }

  it('RSC15f, TO3l10: begins with a fallback that answered, for fallbackRetryTimeout', () => {
    const { scheduler, order, heard } = build();
    expect(order()).to.deep.equal(['p', 'a', 'b']);
    heard('b', true);
    expect(order()).to.deep.equal(['b', 'p', 'a']);
    scheduler.frame = 99;
    heard('b', true); // is not kept for longer
    expect(order()).to.deep.equal(['b', 'p', 'a']);
    scheduler.frame = 100;
    expect(order()).to.deep.equal(['p', 'a', 'b']);
  });

  it('RSC15f: keeps to it no longer where the clock of the system is set back', () => {
    const clock = sinon.stub(Date, 'now').returns(3_600_000);
    try {
      const hosts = { primary: 'p', fallbacks: ['a'] };
      const settings = { hosts, httpMaxRetryCount: 1, random: () => 0, fallbackRetryTimeout: 0 };
      const { order, heard } = rememberingHosts(() => undefined, { ...settings, scheduler: systemScheduler });
      heard('a', true);
      clock.returns(0);
      expect(order()).to.deep.equal(['p', 'a']);
    } finally {
      clock.restore();
    }
  });

  it('TO3l6: asks the next host also where the clock of the system is set forward meanwhile', async () => {
    const clock = sinon.stub(Date, 'now').returns(0);
    try {
      const { client, requests } = httpClient({ key: 'a.b:c', fallbackHosts: ['b'] }, () => {
        clock.returns(3_600_000);
        return jsonAnswer(requests.length === 1 ? {} : [7], requests.length === 1 ? 500 : 200);
      });
      expect(await client.time()).to.equal(7);
      expect(requests).to.have.length(2);
      await client.dispose();
    } finally {
      clock.restore();
    }
  });

  it('RSC15f: begins anew when that one fails', () => {
    const { order, heard } = build();
    heard('c', true);
    heard('a', false);
    expect(order()).to.deep.equal(['c', 'p', 'a', 'b']);
    heard('c', false);
    expect(order()).to.deep.equal(['p', 'a', 'b']);
  });

  it('RTN17e, RSC15f: remembers neither the primary host nor that of the connection', () => {
    const { order, heard } = build('b');
    heard('b', true);
    expect(order()).to.deep.equal(['b', 'a', 'c']);
    heard('a', true);
    expect(order()).to.deep.equal(['a', 'b', 'c']);
    const other = build();
    other.heard('p', true);
    expect(other.order()).to.deep.equal(['p', 'a', 'b']);
  });
});

describe('requests of a client', () => {
  it('RSC15f: go to the fallback that answered, until it fails or fallbackRetryTimeout is over', async () => {
    const scheduler = new VirtualTimeScheduler();
    let down = ['main.example'];
    const answer = ({ url }: Asked) =>
      down.includes(new URL(url).hostname) ? { text: '', status: 503 } : jsonAnswer([7]);
    const { client, requests } = httpClient(
      {
        ...{ key: 'app.id:hushhush', endpoint: 'main.example', scheduler, random: () => 0 },
        ...{ fallbackHosts: ['a.example', 'b.example'], fallbackRetryTimeout: 1000 },
      },
      answer,
    );
    const asked = async (): Promise<readonly string[]> => {
      const before = requests.length;
      await client.time();
      return requests.slice(before).map(({ url }) => new URL(url).hostname);
    };
    expect(await asked()).to.deep.equal(['main.example', 'a.example']);
    expect(await asked()).to.deep.equal(['a.example']);
    down = ['main.example', 'a.example'];
    expect(await asked()).to.deep.equal(['a.example', 'main.example', 'b.example']);
    down = [];
    expect(await asked()).to.deep.equal(['b.example']);
    scheduler.frame = 1000;
    expect(await asked()).to.deep.equal(['main.example']);
  });
});
