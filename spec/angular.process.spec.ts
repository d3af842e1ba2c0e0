import { expect } from 'chai';
import { runScript } from './support/run-built.js';

for (const mode of ['zoneless', 'zoned'])
  describe(`rx-realtime/angular, ${mode}`, () => {
    let found: Readonly<Record<string, unknown>>;

    before(function () {
      this.timeout(60_000);
      found = runScript('angular-app.ts', mode) as typeof found;
    });

    it('opens nothing in a render on a server, and is stable there', () => {
      expect(found['onServer']).to.deep.equal({ text: 'a initialized false - -   loading', sent: 0 });
    });

    it('becomes stable while it is connected, with one client, one ATTACH and one ENTER', () => {
      expect([found['mounted'], found['clients'], found['complaints']]).to.deep.equal([
        { text: 'a connected true present -  ann:{"typing":false} attached', sent: ['10 a', '14 a'] },
        1,
        [],
      ]);
    });

    it('checks a thousand messages at once', () => {
      expect(found['burst']).to.be.within(1, 20);
    });

    it('updates the data of a member, follows a signal of names, and leaves a stream that is gone', () => {
      expect(found['moved']).to.equal('b connected true present -  ann:{"typing":true} loading');
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

    it('leaves both rooms, has them detached, and disposes of the client with the app', () => {
      expect(found['left']).to.deep.equal(['10 b', '12 a', '12 b', '14 a', '14 b', '14 b']);
    });
  });
