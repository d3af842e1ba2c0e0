import { expect } from 'chai';
import { channelModes, Flag, flagsOfModes, hasFlag, modesOfFlags } from '../../../lib/ably/wire/flags.js';

describe('flags', () => {
  it('TR3, TR3a, TR3b, TR3c, TR3e, TR3h, TR3q, TR3r, TR3s, TR3t, TR3u, TR3v, TR3w, TR3x, TR3y, TR3z: has each flag at its bit', () => {
    expect(
      Object.fromEntries(Object.entries(Flag).map(([name, flag]) => [name, Math.log2(flag)])),
    ).to.deep.equal({
      hasPresence: 0, // TR3a
      hasBacklog: 1, // TR3b
      resumed: 2, // TR3c
      transient: 4, // TR3e
      attachResume: 5, // TR3f
      hasObjects: 7, // TR3h
      presence: 16, // TR3q
      publish: 17, // TR3r
      subscribe: 18, // TR3s, TR3u: two names of one bit
      presenceSubscribe: 19, // TR3t; TR3v: none is at 20, which is reserved
      annotationPublish: 21, // TR3w
      annotationSubscribe: 22, // TR3x
      objectSubscribe: 24, // TR3y
      objectPublish: 25, // TR3z
    });
  });

  it('RTL4l: asks for modes by their bits, each once', () => {
    expect(flagsOfModes([])).to.equal(0);
    expect(flagsOfModes(['publish', 'subscribe', 'publish'])).to.equal((1 << 17) | (1 << 18));
  });

  it('RTL4m: reads the modes, and leaves all other bits out', () => {
    expect(modesOfFlags(0)).to.deep.equal([]);
    expect(modesOfFlags((1 << 0) | (1 << 2) | (1 << 18) | (1 << 19))).to.deep.equal([
      'subscribe',
      'presence_subscribe',
    ]);
  });

  it('RTL4l, RTL4m: gives back every mode that was asked for', () => {
    for (const mode of channelModes) expect(modesOfFlags(flagsOfModes([mode]))).to.deep.equal([mode]);
    expect(modesOfFlags(flagsOfModes(channelModes))).to.deep.equal(channelModes);
    expect(channelModes).to.have.length(8);
  });

  it('TR3: tests one bit, also where there are no flags', () => {
    expect([
      hasFlag(undefined, Flag.resumed),
      hasFlag(0, Flag.resumed),
      hasFlag(3, Flag.resumed),
      hasFlag(4, Flag.resumed),
    ]).to.deep.equal([false, false, false, true]);
  });
});
