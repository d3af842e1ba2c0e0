import { expect } from 'chai';
import { OwnMembers } from '../../../lib/ably/presence/own-members.js';
import { memberSaid, type Saying, wireMember } from '../../support/presence.js';

type Action = Parameters<typeof wireMember>[0];
const own = () => {
  const members = new OwnMembers();
  return {
    members,
    take: (action: Action, clientId: string, saying: Saying = {}) => {
      const said = { connectionId: 'conn', ...saying };
      members.take(memberSaid(action, clientId, said), wireMember(action, clientId, said));
    },
  };
};
const names = ({ all }: OwnMembers): readonly string[] => all.map(({ clientId }) => clientId);

describe('the members of this connection', () => {
  it('RTP17b: are those of whom the server says enter, present or update', () => {
    const { members, take } = own();
    for (const action of ['enter', 'present', 'update'] as const) take(action, action);
    take('absent', 'absent');
    expect([names(members), members.size]).to.deep.equal([['enter', 'present', 'update'], 3]);
  });

  it('RTP17g: are kept with their data as they travel, and their extras', () => {
    const { members, take } = own();
    const payload = { data: '{"a":1}', encoding: 'json', extras: { ref: 1 } };
    take('enter', 'ann', { at: 3, ...payload });
    expect(members.get('ann')).to.deep.equal({
      ...{ clientId: 'ann', id: 'conn:3:0', connectionId: 'conn', timestamp: 1 },
      ...payload,
    });
  });

  it('RTP17b, RTP2a: take what is newer, and only that', () => {
    const { members, take } = own();
    take('enter', 'ann', { at: 2, data: 2 });
    take('update', 'ann', { at: 1, data: 1 });
    expect(members.get('ann')?.data).to.equal(2);
    take('update', 'ann', { at: 3, data: 3 });
    expect(members.get('ann')?.data).to.equal(3);
    take('leave', 'ann', { at: 2 });
    expect(members.size).to.equal(1);
    take('leave', 'ann', { at: 4 });
    expect(members.size).to.equal(0);
  });

  it('RTP17b: do not leave because the server says so for a connection that it lost', () => {
    const { members, take } = own();
    take('enter', 'ann');
    take('leave', 'ann', { id: 'made-up:0:0', timestamp: 9 });
    expect(names(members)).to.deep.equal(['ann']);
  });

  it('RTP17h: are one for each clientId, whatever connection it was', () => {
    const { members, take } = own();
    take('enter', 'ann', { at: 7, data: 'old' });
    take('enter', 'ann', { connectionId: 'conn-2', data: 'new' });
    expect(members.all.map(({ connectionId, data }) => [connectionId, data])).to.deep.equal([
      ['conn-2', 'new'],
    ]);
    take('leave', 'ann', { connectionId: 'conn-3' });
    expect(members.size).to.equal(0);
  });

  it('RTP17: are nobody where nobody is named, or has not entered', () => {
    const { members, take } = own();
    const { clientId: _, ...nameless } = memberSaid('enter', '', { connectionId: 'conn' });
    members.take({ ...nameless, clientId: undefined }, {});
    take('leave', 'ann');
    expect(members.all).to.deep.equal([]);
  });

  it('RTP17: are those that the server has accepted, until they leave or all are forgotten', () => {
    const members = new OwnMembers();
    members.enter({ clientId: 'ann', connectionId: 'conn', id: 'conn:1:0', data: 'new' });
    members.enter({ clientId: 'ann', connectionId: 'conn', id: 'conn:0:0', data: 'old' });
    members.enter({ clientId: 'bob', connectionId: 'conn', id: 'conn:2:0' });
    expect(members.get('ann')?.data).to.equal('new');
    members.leave('ann');
    expect(names(members)).to.deep.equal(['bob']);
    members.clear();
    expect(members.size).to.equal(0);
  });
});
