import { expect } from 'chai';
import { specifyLives } from './support/binding-specs.js';
import { runScript } from './support/run-built.js';

describe('rx-realtime/react', () => {
  let found: Readonly<Record<string, unknown>>;

  before(function () {
    this.timeout(60_000);
    found = runScript('react-app.ts') as typeof found;
  });

  specifyLives(() => found, { framework: 'React, under StrictMode', burst: [2, 20] });

  it('opens nothing in a render on a server, and shows what is there before anything runs', () => {
    expect(found['onServer']).to.deep.equal({
      html: '<p>a initialized false - -  </p>',
      connections: 0,
      sent: 0,
    });
  });

  it('shows why a channel failed; goes on where it is attached again', () => {
    expect(found['failed']).to.equal('c connected false lost 40160  ');
  });

  it('shows a room by another client where the one before was disposed of', () => {
    expect(found['replaced']).to.deep.equal({
      text: 'r connected true present - by another ann:{"typing":true}',
      connections: 1,
    });
  });

  it('keeps what is shown, and sends nothing, where Suspense hides and reveals a room of a production build', () => {
    expect(runScript('react-suspense.ts')).to.deep.equal({
      renewed: ['14 a', '14 a'], // LEAVE and ENTER
      revealed: { text: 'present renewed hidden revealed', sent: [] },
    });
  }).timeout(60_000);
});
