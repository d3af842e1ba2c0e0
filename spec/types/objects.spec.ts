import { expectTypeOf } from 'expect-type';
import type { Observable } from 'rxjs';
import { RealtimeClient } from '../../lib/index.js';
import {
  type LiveCounter,
  liveCounter,
  type LiveMap,
  liveMap,
  type LiveValue,
  objects,
  objectsOf,
} from '../../lib/objects.js';

interface Poll {
  readonly title: string;
  readonly json: { readonly a: number };
  readonly votes: LiveMap<{ readonly up: LiveCounter; readonly names: LiveMap<{ readonly ann: boolean }> }>;
}

/** Read by the compiler alone: what is in it never runs. */
const compiled = (_: () => unknown) => () => undefined;
const pollOf = () =>
  objectsOf<Poll>(new RealtimeClient({ key: 'a.b:c', features: [objects] }).channel('poll'));

describe('types of objects', () => {
  it(
    'RTPO1a: a path bears the type of what is there',
    compiled(() => {
      const poll = pollOf();
      expectTypeOf(poll.at('title').value$).toEqualTypeOf<Observable<string | undefined>>();
      expectTypeOf(poll.at('votes.up').value$).toEqualTypeOf<Observable<number | undefined>>();
      expectTypeOf(poll.at('votes').get('names').at('ann').value).toEqualTypeOf<boolean | undefined>();
      expectTypeOf(poll.at('json').value).toEqualTypeOf<{ readonly a: number } | undefined>();
      expectTypeOf(poll.at('votes').value).toEqualTypeOf<undefined>();
      expectTypeOf(poll.compact).toEqualTypeOf<
        | {
            readonly title: string;
            readonly json: { readonly a: number };
            readonly votes: { readonly up: number; readonly names: { readonly ann: boolean } };
          }
        | undefined
      >();
    }),
  );

  it(
    'RTINS1a, RTPO15a2: what is set has the type of its key',
    compiled(() => {
      const poll = pollOf();
      void poll.set('title', 'a');
      void poll.set('votes', liveMap({ up: liveCounter(1), names: liveMap({ ann: true }) }));
      void poll.at('votes').increment('up');
      void poll.batch((tx) => tx.at('votes.names').set('ann', false));
      // @ts-expect-error a title is no number
      void poll.set('title', 1);
      // @ts-expect-error a map lacks a key
      void poll.set('votes', liveMap({ up: liveCounter() }));
      // @ts-expect-error there is no such key
      void poll.remove('nothing');
    }),
  );

  it(
    'RTPO1: of channels of which nothing is said, keys and values are open',
    compiled(() => {
      const root = objectsOf(new RealtimeClient('a.b:c').channel('any'));
      void root.set('a', 1);
      void root.set('b', liveMap({ c: liveCounter(), d: [1], e: new Uint8Array() }));
      void root.increment('c');
      void root.at('x.y').set('z', true);
      expectTypeOf(root.at('x').value).extract<boolean>().toEqualTypeOf<boolean>();
      expectTypeOf<LiveCounter>().toMatchTypeOf<LiveValue>();
    }),
  );
});
