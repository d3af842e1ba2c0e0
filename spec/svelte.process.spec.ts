import { expect } from 'chai';
import { runSvelte } from './support/svelte/run-svelte.js';

describe('rx-realtime/svelte', () => {
  let onServer: Readonly<Record<string, unknown>>;
  let found: Readonly<Record<string, unknown>>;

  before(async function () {
    this.timeout(60_000);
    onServer = (await runSvelte('server')) as typeof onServer;
    found = (await runSvelte('client', String(onServer['html']))) as typeof found;
  });

  it('opens nothing in a render on a server, and shows what is there before anything runs', () => {
    const text = String(onServer['html']).replace(/<!--.*?-->/g, '');
    expect({ ...onServer, html: text }).to.deep.equal({
      html: '<p>a initialized false - -   loading</p>',
      connections: 0,
      sent: 0,
    });
  });

  it('takes such a page over without a complaint of Svelte, with one ATTACH and one ENTER', () => {
    expect([found['mounted'], found['complaints']]).to.deep.equal([
      { text: 'a connected true present -  ann:{"typing":false} attached', sent: ['10 a', '14 a'] },
      [],
    ]);
  });

  it('renders a thousand messages at once', () => {
    expect(found['burst']).to.be.within(1, 10);
  });

  it('updates the data of a member, and follows the name of the channel', () => {
    expect(found['moved']).to.match(/^b connected true present - {2}ann:\{"typing":true\} /);
  });

  it('leaves both rooms, and has them detached', () => {
    expect(found['left']).to.deep.equal(['10 b', '12 a', '12 b', '14 a', '14 b', '14 b']);
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

  it('says what is wrong with an option', () => {
    expect(found['wrongOption']).to.equal('The option "keep" is a number of messages, 0 or more.');
  });
});
