import { expect } from 'chai';
import { BehaviorSubject, type Observable, Subject } from 'rxjs';
import { folded } from '../../lib/ably/messages/fold.js';
import type { AnyClient } from '../../lib/view/client.js';
import type { MessagesOptions } from '../../lib/view/messages-view.js';
import { messagesStore, presenceStore } from '../../lib/view/stores.js';

type Message = Readonly<Record<'id' | 'data' | 'action', string>>;
const message = (id: string): Message => ({ id, data: id, action: 'message.create' });

/** A client with channels that move as they are told to, and notes which names were asked for. */
function clientOf() {
  const state$ = new BehaviorSubject('attached');
  const changes$ = new Subject<{ readonly current: string }>();
  const messages$ = new Subject<Message>();
  const names: unknown[] = [];
  const channel = { state$, changes$, messages: (): Observable<Message> => messages$ };
  const client = {
    channel: (name: unknown) => {
      names.push(name);
      return channel;
    },
  } as never as AnyClient;
  return { client, names, messages$, changes$ };
}

/** What a store shows after messages have come, and a frame has passed. */
async function shownAfter(ids: readonly string[], options: MessagesOptions<object>): Promise<unknown> {
  const { client, messages$ } = clientOf();
  const store = messagesStore(client, 'chat', options);
  const stop = await new Promise<() => void>((resolve) => {
    const leave = store.subscribe(() => {
      resolve(leave);
    });
    for (const id of ids) messages$.next(message(id));
  });
  stop();
  const { messages, error } = store.get();
  return { messages: messages.map(({ data }) => data), error: (error as Error | undefined)?.message };
}

describe('stores', () => {
  for (const none of [undefined, null])
    it(`show nothing, and ask for no channel, where it is ${none}`, () => {
      const { client, names, messages$ } = clientOf();
      const messages = messagesStore(client, none, {});
      const members = presenceStore(client, none, { isPresent: true });
      const ends = [messages, members].map((store) => store.subscribe(() => undefined));
      expect([messages.get(), members.get(), names, messages$.observed]).to.deep.equal([
        { messages: [], error: undefined, attached: false },
        { members: [], status: undefined, error: undefined },
        [],
        false,
      ]);
      for (const end of ends) end();
    });

  for (const keep of [Number.NaN, -1, 'many' as never])
    it(`refuse to keep ${keep} messages, and say what to give`, () => {
      expect(() => messagesStore(clientOf().client, 'chat', { keep })).to.throw(
        TypeError,
        'The option "keep" is a number of messages, 0 or more.',
      );
    });

  it('keep so many messages, none where that is 0, and all where it is Infinity', async () => {
    expect(await shownAfter(['1', '2', '3'], { keep: 2 })).to.have.deep.property('messages', ['2', '3']);
    expect(await shownAfter(['1', '2'], { keep: Infinity })).to.have.deep.property('messages', ['1', '2']);
    expect(folded([], message('1') as never, { keep: 0 })).to.deep.equal([]);
  });

  it('show what the function "by" throws as their error', async () => {
    const by = ({ data }: { readonly data: unknown }): string => {
      if (data === '2') throw new Error('no name');
      return String(data);
    };
    expect(await shownAfter(['1', '2', '3'], { by })).to.deep.equal({ messages: ['1'], error: 'no name' });
  });
});
