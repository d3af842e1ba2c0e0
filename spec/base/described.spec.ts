import { expect } from 'chai';
import { inspect } from 'node:util';
import { Described } from '../../lib/base/described.js';

class Lamp extends Described {
  readonly #secret: string = 'hushhush';

  toJSON(): object {
    return { lit: this.#secret !== '' };
  }
}

describe('Described', () => {
  it('prints, and is made JSON of, as what it says of itself', () => {
    const lamp = new Lamp();
    expect([inspect(lamp), JSON.stringify({ lamp }), inspect({ lamp })]).to.deep.equal([
      'Lamp { lit: true }',
      '{"lamp":{"lit":true}}',
      '{ lamp: Lamp { lit: true } }',
    ]);
  });

  it('is told by the name of its class', () => {
    expect(Object.prototype.toString.call(new Lamp())).to.equal('[object Lamp]');
  });

  it('asks Vue to leave it as it is, where nobody sees it', () => {
    const lamp = new Lamp();
    expect([lamp.__v_skip, Object.keys(lamp), '__v_skip' in { ...lamp }]).to.deep.equal([true, [], false]);
  });
});
