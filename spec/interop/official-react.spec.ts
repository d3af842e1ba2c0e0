import { expect } from 'chai';
import { runScript } from '../support/run-built.js';

for (const format of ['json', 'msgpack']) {
  describe(`ably/react against the emulator, ${format}`, () => {
    let found: Readonly<Record<string, unknown>>;

    before(function () {
      this.timeout(60_000); // starts a process that compiles the library
      found = runScript('official-react-app.ts', format) as typeof found;
    });

    it('enters a room and shows its members', () => {
      expect(found['mounted']).equal('ann  ann:here');
    });

    it('shows messages of its own and of others, and members as they change', () => {
      expect(found['used']).equal('ann one,two ann:busy,bob:away');
    });

    it('goes on through a cut: nothing is lost or doubled, and the member stays', () => {
      expect(found['resumed']).deep.equal({
        text: 'ann one,two,meanwhile ann:busy',
        connection: ['connecting', 'connected', 'disconnected', 'connecting', 'connected'],
        channel: ['attaching', 'attached', 'attaching', 'attached'],
      });
    });
  });
}
