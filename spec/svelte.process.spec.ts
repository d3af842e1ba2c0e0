import { expect } from 'chai';
import { specifyLives } from './support/binding-specs.js';
import { runSvelte } from './support/svelte/run-svelte.js';

describe('rx-realtime/svelte', () => {
  let onServer: Readonly<Record<string, unknown>>;
  let found: Readonly<Record<string, unknown>>;

  before(async function () {
    this.timeout(60_000);
    onServer = (await runSvelte('server')) as typeof onServer;
    found = (await runSvelte('client', String(onServer['html']))) as typeof found;
  });

  specifyLives(() => found, {
    framework: 'Svelte',
    stream: ' attached',
    streamAfter: /^ /,
    streamAnew: ' detached',
    burst: [1, 10],
  });

  it('opens nothing in a render on a server, and shows what is there before anything runs', () => {
    const text = String(onServer['html']).replace(/<!--.*?-->/g, '');
    expect({ ...onServer, html: text }).to.deep.equal({
      html: '<p>a initialized false - -   loading</p>',
      connections: 0,
      sent: 0,
    });
  });

  it('says what is wrong with an option', () => {
    expect(found['wrongOption']).to.equal('The option "keep" is a number of messages, 0 or more.');
  });
});
