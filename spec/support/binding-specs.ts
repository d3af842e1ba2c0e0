import { expect } from 'chai';

interface Expected {
  readonly framework: string;
  /** The state of a stream that some of the pages show at the end. */
  readonly stream?: string;
  /** The same in the other room, where it is not always the same. */
  readonly streamAfter?: RegExp;
  /** The same in the room that is shown anew. */
  readonly streamAnew?: string;
  /** How often a thousand messages are rendered. */
  readonly burst: readonly [least: number, most: number];
}

/** Specifies what came of the lives that each binding lives: see `binding-life.ts`. */
export function specifyLives(
  found: () => Readonly<Record<string, unknown>>,
  { framework, stream = '', streamAfter = /^$/, streamAnew = '', burst }: Expected,
): void {
  it(`takes a page over without a complaint of ${framework}, with one ATTACH and one ENTER`, () => {
    expect([found()['mounted'], found()['complaints']]).to.deep.equal([
      { text: `a connected true present -  ann:{"typing":false}${stream}`, sent: ['10 a', '14 a'] },
      [],
    ]);
  });

  it('renders a thousand messages at once', () => {
    expect(found()['burst']).to.be.within(...burst);
  });

  it('updates the data of a member, and follows the name of the channel', () => {
    const [before, after] = String(found()['moved']).split('{"typing":true}');
    expect(before).to.equal('b connected true present -  ann:');
    expect(after).to.match(streamAfter);
  });

  it('leaves both rooms, and has them detached', () => {
    expect(found()['left']).to.deep.equal(['10 b', '12 a', '12 b', '14 a', '14 b', '14 b']);
  });

  it('stays where another object names the same room, options and data', () => {
    expect(found()['sameAgain']).to.deep.equal({ text: '1 present ', sent: [] });
  });

  it('stays attached and present where the room is shown anew, by another component', () => {
    expect(found()['anew']).to.deep.equal({
      shown: `k connected true present - second ann:{"typing":true}${streamAnew}`,
      sent: ['10 k', '12 k'],
    });
  });

  it('begins anew where the depth of the past, the number or the names of the messages are others', () => {
    expect(found()['followed']).to.deep.equal([1, 2, 1, 2, 1, 3].map((count) => `${count} present `));
  });

  it('tells a room neither the data for another one nor that there are none any more', () => {
    expect(found()['heard']).to.have.members([
      'e leave {"at":"e"}',
      'f enter {"at":"f"}',
      'f leave {"at":"f"}',
    ]);
  });

  it('shows why data are refused, as lost, and is present again with others', () => {
    expect(found()['refused']).to.match(/^0 lost A payload of type bigint cannot be published/);
  });
}
