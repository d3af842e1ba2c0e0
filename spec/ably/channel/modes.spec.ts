import { expect } from 'chai';
import { Observable } from 'rxjs';
import { checkModes, lacksMode, missingMode } from '../../../lib/ably/channel/modes.js';
import type { ChannelFeature, ChannelRecord } from '../../../lib/ably/channel/port.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import type { Message } from '../../../lib/ably/wire/message.js';
import type { Log } from '../../../lib/base/log.js';
import { recordIn } from '../../support/channel-record.js';

describe('lacksMode', () => {
  it('RTL7i3: is sure where the channel is attached, and the server says what it grants', () => {
    const lacks = (flags: number, name: 'attached' | 'attaching' = 'attached'): boolean =>
      lacksMode(recordIn({ name }, { flags }), Flag.subscribe);
    expect(lacks(Flag.publish)).to.equal(true);
    expect(lacks(Flag.publish | Flag.subscribe)).to.equal(false);
    expect(lacks(0)).to.equal(false);
    expect(lacks(Flag.hasPresence | Flag.resumed)).to.equal(false);
    expect(lacks(Flag.publish, 'attaching')).to.equal(false);
  });
});

describe('missingMode', () => {
  it('90009, or another code: names the channel, the mode and what to do', () => {
    const error = missingMode(recordIn(), 'no messages come', 'subscribe');
    expect([error.code, error.message]).to.deep.equal([
      90009,
      'Channel "a" is without the mode "subscribe": no messages come. Ask for it by the option "modes", with a key or token that allows it.',
    ]);
    expect(missingMode(recordIn(), 'no members come', 'presence_subscribe', 91008)).to.have.property(
      'code',
      91008,
    );
  });
});

describe('checkModes', () => {
  const error = new ErrorInfo('unserved', { code: 90009 });
  const hint = ' With the option "strictMode" this is an error.';
  /** A channel with the mode `publish` alone, what is logged of it, and what its subscribers are told. */
  function build({ strictMode = false, isHeard = true } = {}) {
    const seen: unknown[] = [];
    const log: Log = (level, event) => seen.push([level, event.message]);
    const record: ChannelRecord = recordIn(
      { name: 'attached' },
      { flags: Flag.publish, host: { client: { strictMode, log } } },
    );
    const told = { error: (reason: unknown) => seen.push(['error', (reason as ErrorInfo).code]) };
    if (isHeard)
      new Observable<Message>((subscriber) => {
        record.join(subscriber);
      }).subscribe(told);
    const ending: ChannelFeature = {
      unserved: () => ({ error, end: ({ code }) => seen.push(['ended', code]) }),
    };
    const warning: ChannelFeature = { unserved: () => ({ error }) };
    return { record, seen, ending, warning };
  }
  const { message } = missingMode(recordIn(), 'no messages come', 'subscribe');

  it('RTL7i2: logs that no messages come, once an attachment', () => {
    const { record, seen } = build();
    checkModes(record, []);
    checkModes(record, []);
    expect(seen).to.deep.equal([['error', `${message}${hint}`]]);
    record.modeWarningLogged = false;
    checkModes(record, []);
    expect(seen).to.have.length(2);
  });

  it('RTL7i1: fails the subscribers in strict mode', () => {
    const { record, seen } = build({ strictMode: true });
    checkModes(record, []);
    expect([seen, record.isHeard]).to.deep.equal([[['error', 90009]], false]);
  });

  it('RTL7i: says nothing where nobody subscribes, or the mode is granted', () => {
    const { record, seen } = build({ isHeard: false });
    checkModes(record, [{}, { unserved: () => undefined }]);
    const { record: granted, seen: none } = build();
    granted.flags = Flag.subscribe;
    checkModes(granted, []);
    expect([seen, none, record.modeWarningLogged]).to.deep.equal([[], [], false]);
  });

  it('RTAN4e: asks features for theirs, and logs all in one go', () => {
    const { record, seen, ending, warning } = build();
    checkModes(record, [warning, ending]);
    checkModes(record, [warning, ending]);
    expect(seen).to.deep.equal([
      ['error', `${message}${hint}`],
      ['error', 'unserved'],
      ['error', `unserved${hint}`],
    ]);
  });

  it('RTAN4e1, RTP11f: in strict mode those that can be failed are, and the others logged', () => {
    const { record, seen, ending, warning } = build({ strictMode: true, isHeard: false });
    checkModes(record, [warning, ending]);
    expect(seen).to.deep.equal([
      ['error', 'unserved'],
      ['ended', 90009],
    ]);
  });
});
