import { expect } from 'chai';
import { runScript } from './support/run-built.js';

describe('rx-realtime/vue', () => {
  let found: Readonly<Record<string, unknown>>;

  before(function () {
    this.timeout(60_000);
    found = runScript('vue-app.ts') as typeof found;
  });

  it('opens nothing in a render on a server, and shows what is there before anything runs', () => {
    expect(found['onServer']).to.deep.equal({
      html: '<p>a initialized false - -  </p>',
      connections: 0,
      sent: 0,
    });
  });

  it('takes such a page over without a complaint of Vue, with one ATTACH and one ENTER', () => {
    expect([found['mounted'], found['complaints']]).to.deep.equal([
      { text: 'a connected true present -  ann:{"typing":false}', sent: ['10 a', '14 a'] },
      [],
    ]);
  });

  it('renders a thousand messages at once', () => {
    expect(found['burst']).to.be.within(1, 10);
  });

  it('updates the data of a member, and follows the name of the channel', () => {
    expect(found['moved']).to.equal('b connected true present -  ann:{"typing":true}');
  });

  it('leaves both rooms, and has them detached', () => {
    expect(found['left']).to.deep.equal(['10 b', '12 a', '12 b', '14 a', '14 b', '14 b']);
  });

  it('listens in a scope without a component, until that is stopped', () => {
    expect(found['inScope']).to.deep.equal({ data: 'in a scope', sent: ['12 c'] });
  });

  it('stays where another object names the same room, options and data', () => {
    expect(found['sameAgain']).to.deep.equal({ text: '1 present ', sent: [] });
  });

  it('tells a room neither the data for another one nor that there are none any more', () => {
    expect(found['heard']).to.have.members([
      'e leave {"at":"e"}',
      'f enter {"at":"f"}',
      'f leave {"at":"f"}',
    ]);
  });

  it('shows why data are refused, as lost, and is present again with others', () => {
    expect(found['refused']).to.match(/^0 lost A payload of type bigint cannot be published/);
  });

  it('listens in a store for as long as its scope lives, though the component that used it first is gone', () => {
    expect(found['outlived']).to.deep.equal([]); // nor in the scope that was stopped before
  });

  it('finds clients and channels as they were within a deep reactive object', () => {
    expect(found['isItself']).to.deep.equal({ client: true, channel: 'd' });
  });
});
