import { expect } from 'chai';
import { inspect } from 'node:util';
import { exposedOf } from './exposed.js';

const word = 'hushhush';
const bare = Object.assign(Object.create(null) as object, { word });
const cyclic: { self?: unknown; word: string } = { word };
cyclic.self = cyclic;
const causes = new Error('a', { cause: new Error('b', { cause: { word } }) });
const circular = new Error('a');
circular.cause = new AggregateError([circular, new Error(word)], 'b');

const throwing = (): never => {
  throw new Error(word);
};

class Private {
  readonly #word = word;
  get word(): string {
    return this.#word;
  }
}

describe('exposedOf', () => {
  const exposing: Readonly<Record<string, unknown>> = {
    'a string': word,
    'a symbol': Symbol(word),
    'a property': { a: [{ b: word }] },
    'a symbol as a property': { [Symbol('a')]: word },
    'a hidden property': Object.defineProperty({}, 'a', { value: word }),
    'a property of a function': Object.assign(() => undefined, { word }),
    'a long list': [...Array<string>(200).fill('a'), word],
    'an object without a prototype': bare,
    'an object in a circle': cyclic,
    'a Map': new Map([['a', word]]),
    toString: { toString: () => word },
    toJSON: { toJSON: () => ({ word }) },
    'a look of its own': { [inspect.custom]: () => word },
    'a property that its own look hides': { word, toJSON: () => '', [inspect.custom]: () => '' },
    'a toString that throws': { toString: throwing },
    'a toJSON that throws': { toJSON: throwing },
    "an error's message": new Error(word),
    "an error's stack": Object.assign(new Error('a'), { stack: word }),
    'the cause of a cause': causes,
    'one of many errors, in a circle': circular,
  };
  for (const [title, value] of Object.entries(exposing))
    it(`holds what shows by ${title}`, () => {
      expect(exposedOf(value)).to.contain(word);
    });

  it('does not hold what is private, nor what a getter would say', () => {
    expect(exposedOf(new Private())).to.contain('Private').and.not.contain(word);
    expect(exposedOf(Object.defineProperty({}, 'a', { get: () => word }))).not.to.contain(word);
  });

  it('bears anything', () => {
    for (const value of [undefined, null, 10n, NaN, () => 1, new Proxy({}, { get: throwing })])
      expect(exposedOf(value)).to.be.a('string');
  });
});
