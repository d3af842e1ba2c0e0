import { expect } from 'chai';
import { specifyLives } from './support/binding-specs.js';
import { runScript } from './support/run-built.js';

describe('rx-realtime/vue', () => {
  let found: Readonly<Record<string, unknown>>;

  before(function () {
    this.timeout(60_000);
    found = runScript('vue-app.ts') as typeof found;
  });

  specifyLives(() => found, { framework: 'Vue', burst: [1, 10] });

  it('opens nothing in a render on a server, and shows what is there before anything runs', () => {
    expect(found['onServer']).to.deep.equal({
      html: '<p>a initialized false - -  </p>',
      connections: 0,
      sent: 0,
    });
  });

  it('gives a client to the components below the one that provides it', () => {
    expect(found['provided']).to.equal('given');
  });

  it('tells of a wrong option once, and listens when it is corrected', () => {
    expect(found['thrown']).to.deep.equal([
      'TypeError: The option "keep" is a number of messages, 0 or more.',
    ]);
  });

  it('listens in a scope without a component, until that is stopped', () => {
    expect(found['inScope']).to.deep.equal({ data: 'in a scope', sent: ['12 c'] });
  });

  it('listens in a store for as long as its scope lives, though the component that used it first is gone', () => {
    expect(found['outlived']).to.deep.equal([]); // nor in the scope that was stopped before
  });

  it('listens within <KeepAlive> while it is hidden, too, with one lease, until the page goes', () => {
    expect(found['keptAlive']).to.deep.equal(['10 l', '14 l', '14 l', '12 l']);
  });

  it('takes a lease within <Suspense> once it is shown, and none where it is gone before', () => {
    expect(found['suspended']).to.deep.equal({
      whilePending: [],
      resolved: ['10 m', '12 m'],
      goneBefore: [],
    });
  });

  it('finds clients and channels as they were within a deep reactive object', () => {
    expect(found['isItself']).to.deep.equal({ client: true, channel: 'd' });
  });
});
