import { expect } from 'chai';
import { runScript } from './support/run-built.js';

describe('rx-realtime/react', () => {
  let found: Readonly<Record<string, unknown>>;

  before(function () {
    this.timeout(60_000);
    found = runScript('react-app.ts') as typeof found;
  });

  it('opens nothing in a render on a server, and shows what is there before anything runs', () => {
    expect(found['onServer']).to.deep.equal({
      html: '<p>a initialized false - -  </p>',
      connections: 0,
      sent: 0,
    });
  });

  it('takes such a page over without a complaint of React, under StrictMode, with one ATTACH and one ENTER', () => {
    expect([found['mounted'], found['complaints']]).to.deep.equal([
      { text: 'a connected true present -  ann:{"typing":false}', sent: ['10 a', '14 a'] },
      [],
    ]);
  });

  it('renders a thousand messages at once, with StrictMode twice', () => {
    expect(found['burst']).to.be.within(2, 20);
  });

  it('updates the data of a member, and follows the name of the channel', () => {
    expect(found['moved']).to.equal('b connected true present -  ann:{"typing":true}');
  });

  it('leaves both rooms, and has them detached', () => {
    expect(found['left']).to.deep.equal(['10 b', '12 a', '12 b', '14 a', '14 b', '14 b']);
  });

  it('shows why a channel failed; goes on where it is attached again', () => {
    expect(found['failed']).to.equal('c connected false lost 40160  ');
  });
});
