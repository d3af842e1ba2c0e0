import { expect } from 'chai';
import { parseChannelName } from '../../../../lib/emulator/ably/channels/channel-name.js';

describe('emulator: channel names', () => {
  const cases: readonly (readonly [
    name: string,
    channel: string,
    filter?: string | undefined,
    params?: Record<string, string>,
  ])[] = [
    ['chat', 'chat'],
    ['[?rewind=1]chat', 'chat', undefined, { rewind: '1' }],
    ['[?rewind=1&delta=vcdiff]a:b', 'a:b', undefined, { rewind: '1', delta: 'vcdiff' }],
    ['[filter=bmFtZQ==]chat', 'chat', 'bmFtZQ=='],
    ['[filter=bmFtZQ==?rewind=2m]chat', 'chat', 'bmFtZQ==', { rewind: '2m' }],
    ['[meta]log', '[meta]log'],
    ['[]chat', '[]chat'],
    ['[?rewind=1]', '[?rewind=1]'],
    ['[meta?rewind=1]log', '[meta]log', undefined, { rewind: '1' }],
    ['chat[?rewind=1]', 'chat[?rewind=1]'],
  ];
  for (const [name, channel, filter, params = {}] of cases) {
    it(`RTS5: ${name} is the channel ${channel}`, () => {
      expect(parseChannelName(name)).to.deep.equal({ channel, filter, params });
    });
  }
});
