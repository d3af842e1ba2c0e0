import { expect } from 'chai';
import {
  asksAnew,
  type ChannelOptions,
  type ChannelSettings,
  channelSettingsOf as settingsOf,
} from '../../../lib/ably/channel/options.js';
import { channelModes, Flag } from '../../../lib/ably/wire/flags.js';
import { Annotation } from '../../../lib/ably/wire/annotation.js';
import { Message } from '../../../lib/ably/wire/message.js';
import { PresenceMessage } from '../../../lib/ably/wire/presence-message.js';
import { aes, generateRandomKey } from '../../../lib/crypto/index.js';
import { codecs, life } from '../../support/fake-ably.js';
import { codesOf, thrownBy } from '../../support/thrown.js';

const channelSettingsOf = (options?: ChannelOptions): ChannelSettings =>
  settingsOf(options, { deltas: true, payloads: undefined }, () => undefined);

describe('the options of a channel', () => {
  it('TB1, TB2, TB4: are made whole', () => {
    const cipher = aes({ key: generateRandomKey() });
    expect(channelSettingsOf(undefined)).to.deep.equal({
      params: undefined,
      modes: undefined,
      cipher: undefined,
      payloads: undefined,
      attachOnSubscribe: true,
    });
    expect(channelSettingsOf({})).to.deep.equal(channelSettingsOf(undefined));
    expect(
      channelSettingsOf({
        params: { rewind: 1, delta: 'vcdiff' },
        modes: ['subscribe'],
        cipher,
        attachOnSubscribe: false,
      }),
    ).to.deep.equal({
      params: { delta: 'vcdiff', rewind: '1' },
      modes: ['subscribe'],
      cipher,
      payloads: undefined,
      attachOnSubscribe: false,
    });
  });

  it('TB2d: a mode for each flag from the 16th bit on', () => {
    expect(channelModes).to.deep.equal([
      'presence',
      'publish',
      'subscribe',
      'presence_subscribe',
      'annotation_publish',
      'annotation_subscribe',
      'object_subscribe',
      'object_publish',
    ]);
  });

  it('TB2b, TB3: parameters of a cipher, or a key, are refused: what is to be done is said', () => {
    const params = { algorithm: 'aes', key: new Uint8Array(32), keyLength: 256, mode: 'cbc' };
    for (const cipher of [{ key: 'c2VjcmV0' }, params, 'c2VjcmV0', new Uint8Array(32), true, 7])
      for (const deed of [
        () => channelSettingsOf({ cipher } as never),
        () => Message.fromEncoded({}, { cipher } as never),
        () => Annotation.fromEncoded({}, { cipher } as never),
        () => PresenceMessage.fromEncoded({}, { cipher } as never),
      ]) {
        const error = thrownBy(deed);
        expect(codesOf(error)).to.deep.equal({ code: 40000, statusCode: 400 });
        expect(String(error))
          .to.contain('cipher: aes({ key })')
          .and.to.contain("'rx-realtime/crypto'")
          .and.not.to.contain('c2VjcmV0');
      }
  });

  it('RTS3c1, RTL16a: take another ATTACH where other things would travel, and not for another order', () => {
    const asked = channelSettingsOf({ params: { a: 1, b: 2 }, modes: ['publish', 'subscribe'] });
    const isNew = (options: ChannelOptions): boolean => asksAnew(asked, channelSettingsOf(options));
    expect(isNew({ params: { b: '2', a: '1' }, modes: ['subscribe', 'publish'] })).to.equal(false);
    expect(isNew({ params: { a: 1, b: 2 }, modes: ['subscribe'] })).to.equal(true);
    expect(isNew({ params: { a: 1, b: 2 } })).to.equal(true);
    expect(isNew({ params: { a: 1, b: 3 }, modes: ['publish', 'subscribe'] })).to.equal(true);
  });

  it('TB2d, TR3u: take both names of the mode for messages, which are one', () => {
    const asked = channelSettingsOf({ modes: ['message_subscribe', 'publish'] });
    expect(asked.modes).to.deep.equal(['subscribe', 'publish']);
    expect(asksAnew(asked, channelSettingsOf({ modes: ['publish', 'subscribe'] }))).to.equal(false);
  });

  it('TB2d, TR3: take the names of modes as the specification writes them, too', () => {
    const { modes } = channelSettingsOf({ modes: ['MESSAGE_SUBSCRIBE', 'PRESENCE', 'object_publish'] });
    expect(modes).to.deep.equal(['subscribe', 'presence', 'object_publish']);
  });

  it('TB2: are refused where they make no sense', () => {
    for (const options of [
      null,
      'options',
      { params: 'rewind=1' },
      { params: { rewind: {} } },
      { params: ['rewind'] },
      { modes: 'subscribe' },
      { modes: ['no such mode'] },
      { modes: [7] },
      { cipher: { key: 'k' } },
      { attachOnSubscribe: 'yes' },
    ])
      expect(codesOf(thrownBy(() => channelSettingsOf(options as never)))).to.deep.equal({
        code: 40000,
        statusCode: 400,
      });
  });
});

for (const codec of codecs)
  describe(`the options that a channel is made with, ${codec.format}`, () => {
    const attachedWith = (options: ChannelOptions): unknown => {
      let heard: unknown;
      life(codec, { until: 10 }, (fake) => {
        fake.at(0, () => {
          fake.client
            .channel('a', options)
            .attach()
            .catch(() => undefined);
          fake.server.welcome();
          [heard] = fake.server.heard();
        });
      })();
      return heard;
    };

    it('TB1, TB2c, TB2d, RTL4k, RTL4l: are asked for with ATTACH', () => {
      const attach = { action: 'ATTACH', channel: 'a' };
      expect(attachedWith({})).to.deep.equal(attach);
      expect(attachedWith({ params: { rewind: 1, occupancy: 'metrics' } })).to.deep.equal({
        ...{ ...attach, params: { rewind: '1', occupancy: 'metrics' } },
      });
      expect(attachedWith({ modes: ['presence', 'annotation_subscribe'] })).to.deep.equal({
        ...{ ...attach, flags: Flag.presence | Flag.annotationSubscribe },
      });
    });

    it('TB4: subscribing attaches, unless attachOnSubscribe is false', () => {
      for (const attachOnSubscribe of [undefined, true, false])
        life(codec, { until: 10 }, (fake) => {
          fake.at(0, () => {
            const options = attachOnSubscribe === undefined ? {} : { attachOnSubscribe };
            const channel = fake.client.channel('a', options);
            channel.messages$.subscribe();
            expect(channel.state).to.equal(attachOnSubscribe === false ? 'initialized' : 'attaching');
          });
        })();
    });
  });
