import { expect } from 'chai';
import { specifyLives } from './support/binding-specs.js';
import { runScript } from './support/run-built.js';

for (const mode of ['zoneless', 'zoned'])
  describe(`rx-realtime/angular, ${mode}`, () => {
    let found: Readonly<Record<string, unknown>>;

    before(function () {
      this.timeout(60_000);
      found = runScript('angular-app.ts', mode) as typeof found;
    });

    specifyLives(() => found, {
      framework: 'Angular',
      stream: ' attached',
      streamAfter: /^ loading$/,
      streamAnew: ' attached',
      burst: [1, 20],
    });

    it('opens nothing in a render on a server, and is stable there', () => {
      expect(found['onServer']).to.deep.equal({ text: 'a initialized false - -   loading', sent: 0 });
    });

    it('takes no lease in a @defer that shows its placeholder', () => {
      expect(found['placeholder']).to.deep.equal([]);
    });

    it('becomes stable while it is connected, and makes one client, which ends with the app', () => {
      expect(found['clients']).to.equal(1); // the app waits for both
    });
  });
