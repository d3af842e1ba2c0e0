import type { StandardSchemaV1 } from '@standard-schema/spec';
import { expectTypeOf } from 'expect-type';
import { from, type Observable } from 'rxjs';
import {
  type AnyEvents,
  type Message,
  type MessageOf,
  type OutgoingMessage,
  publishAll,
  type PublishResult,
  publishTo,
  type RealtimeChannel,
  type RealtimeClient,
} from '../../lib/index.js';

interface ChatEvents {
  readonly greeting: { readonly text: string };
  readonly count: number;
  readonly bye: undefined;
}
type Greeting = Message<{ readonly text: string }, 'greeting'>;

/** Read by the compiler alone: what is in it never runs. */
const compiled = (_: (client: RealtimeClient) => unknown) => () => undefined;

describe('types of a channel that knows its events', () => {
  it(
    'messages of a name have its payload, and all messages are a union in which the name tells the payload',
    compiled((client) => {
      const chat = client.channel<ChatEvents>('chat');
      expectTypeOf(chat).toEqualTypeOf<RealtimeChannel<ChatEvents>>();
      expectTypeOf(chat.messages('greeting')).toEqualTypeOf<Observable<Greeting>>();
      expectTypeOf(chat.messages(['greeting', 'count'])).toEqualTypeOf<
        Observable<Greeting | Message<number, 'count'>>
      >();
      expectTypeOf(chat.messages$).toEqualTypeOf<Observable<MessageOf<ChatEvents>>>();
      expectTypeOf(chat.stream()).toEqualTypeOf<AsyncIterable<MessageOf<ChatEvents>>>();
      chat.messages$.subscribe((message) => {
        if (message.name === 'greeting')
          expectTypeOf(message.data).toEqualTypeOf<{ readonly text: string }>();
        if (message.name === 'count') expectTypeOf(message.data).toEqualTypeOf<number>();
      });
      expectTypeOf(chat.messages('greeting', { history: 10 })).toEqualTypeOf<Observable<Greeting>>();
      expectTypeOf(chat.messages({ clientId: 'ann' })).toEqualTypeOf<Observable<MessageOf<ChatEvents>>>();
      expectTypeOf(chat.messages()).toEqualTypeOf<Observable<MessageOf<ChatEvents>>>();
      expectTypeOf(chat.history()).toExtend<Observable<MessageOf<ChatEvents>>>();
      expectTypeOf(chat.getMessage('serial')).toEqualTypeOf<Promise<MessageOf<ChatEvents>>>();
      expectTypeOf(client.derivedChannel<ChatEvents>('chat', { filter: '`true`' })).toEqualTypeOf<
        typeof chat
      >();
      // @ts-expect-error no such event
      chat.messages('greetings');
      // @ts-expect-error no such event among them
      chat.messages(['greeting', 'greetings']);
    }),
  );

  it(
    'publishes its payloads and no others',
    compiled((client) => {
      const chat = client.channel<ChatEvents>('chat');
      expectTypeOf(chat.publish('greeting', { text: 'hello' })).toEqualTypeOf<Promise<PublishResult>>();
      void chat.publish('bye');
      void chat.publish('bye', undefined);
      void chat.publish({ name: 'greeting', data: { text: 'hello' }, extras: {} }, { params: { p: 1 } });
      void chat.publish([{ name: 'greeting', data: { text: 'hello' } }, { name: 'bye' }] as const);
      // @ts-expect-error no such event
      void chat.publish('greetings', { text: 'hello' });
      // @ts-expect-error another payload
      void chat.publish('greeting', { test: 'hello' });
      // @ts-expect-error no payload
      void chat.publish('greeting');
      // @ts-expect-error no name
      void chat.publish(null, { text: 'hello' });
      // @ts-expect-error another payload
      void chat.publish({ name: 'greeting', data: 1 });
      // @ts-expect-error no payload
      void chat.publish({ name: 'greeting' });
      // @ts-expect-error no name
      void chat.publish({ data: { text: 'hello' } });
      // @ts-expect-error the payload of another event
      void chat.publish([{ name: 'greeting', data: 1 }]);
      // @ts-expect-error RTL6h
      void chat.publish('greeting', { text: 'hello' }, { params: {} });
    }),
  );

  it(
    'takes streams and iterables of its payloads and no others',
    compiled((client) => {
      const chat = client.channel<ChatEvents>('chat');
      const texts$ = from([{ text: 'hello' }]);
      expectTypeOf(texts$.pipe(publishTo(chat, 'greeting'))).toEqualTypeOf<Observable<PublishResult>>();
      texts$.pipe(
        publishTo(chat, 'greeting', {
          overflow: 'dropOldest',
          onDrop: ({ text }) => {
            expectTypeOf(text).toEqualTypeOf<string>();
          },
        }),
      );
      from([1]).pipe(publishTo(chat, (n) => ({ name: 'count', data: n })));
      publishAll(chat, 'count', { values: [1, 2] });
      publishAll(chat, (text: string) => ({ name: 'greeting', data: { text } }), { values: 'abc' });
      // @ts-expect-error another payload
      from([1]).pipe(publishTo(chat, 'greeting'));
      // @ts-expect-error no such event
      texts$.pipe(publishTo(chat, 'greetings'));
      // @ts-expect-error the payload of another event
      from([1]).pipe(publishTo(chat, (n: number) => ({ name: 'greeting' as const, data: n })));
      // @ts-expect-error another payload
      publishAll(chat, 'count', { values: ['1'] });
    }),
  );

  it(
    'is taken where any channel is',
    compiled((client) => {
      const namesOf = ({ name, messages$ }: RealtimeChannel): unknown => [name, messages$];
      namesOf(client.channel<ChatEvents>('chat'));
      namesOf(client.channel<{ greeting: string }>('chat'));
      namesOf(client.channel('chat'));
    }),
  );

  it(
    'has open names where its payloads are of one type',
    compiled((client) => {
      const channel = client.channel<Record<string, number>>('readings');
      expectTypeOf(channel.messages$).toEqualTypeOf<Observable<Message<number>>>();
      expectTypeOf(channel.messages('any')).toEqualTypeOf<Observable<Message<number>>>();
      void channel.publish('any', 1);
      void channel.publish(null, 1);
      // @ts-expect-error another payload
      void channel.publish('any', '1');
      // @ts-expect-error events are an object
      client.channel<string>('readings');
    }),
  );
});

describe('types of a channel of which nothing is said', () => {
  it(
    'are as loose as can be',
    compiled((client) => {
      const channel = client.channel('chat');
      expectTypeOf(channel).toEqualTypeOf<RealtimeChannel>();
      expectTypeOf(channel).toEqualTypeOf<RealtimeChannel<AnyEvents>>();
      expectTypeOf(channel.messages$).toEqualTypeOf<Observable<Message>>();
      expectTypeOf(channel.messages('any')).toEqualTypeOf<Observable<Message>>();
      expectTypeOf(channel.stream()).toEqualTypeOf<AsyncIterable<Message>>();
      expectTypeOf(client.channel('chat', { params: { rewind: '1' } })).toEqualTypeOf<RealtimeChannel>();
      channel.messages(['a', 'b'] as readonly string[]);
      expectTypeOf(channel.messages({ name: 'any' }, { history: 'untilAttach' })).toEqualTypeOf<
        Observable<Message>
      >();
      const [name, data] = ['name' as string | null, {} as unknown];
      void channel.publish(name, data);
      void channel.publish('name');
      void channel.publish({});
      void channel.publish([{ name: 'a' }, { data: 1 }], { signal: new AbortController().signal });
      from([1, 'a']).pipe(publishTo(channel, 'n'));
      from([1]).pipe(publishTo(channel, 'n', { onDrop: (n) => expectTypeOf(n).toEqualTypeOf<number>() }));
      publishAll(channel, 'n', { values: [1, 'a'] });
      // @ts-expect-error RTL6h
      void channel.publish('name', data, { params: {} });
    }),
  );

  it(
    'a received message can be published again, and the types of messages are as they were',
    compiled((client) => {
      const channel = client.channel('chat');
      channel.messages$.subscribe((message) => void channel.publish(message));
      const chat = client.channel<ChatEvents>('chat');
      chat.messages$.subscribe((message) => void channel.publish(message));
      chat.messages('greeting').subscribe((message) => void chat.publish(message));
      expectTypeOf<Message<string>['name']>().toEqualTypeOf<string | undefined>();
      expectTypeOf<Greeting>().toExtend<Message>();
      expectTypeOf<Greeting>().toExtend<Message<{ text: string }>>();
      expectTypeOf<Message>().toExtend<OutgoingMessage>();
      expectTypeOf<OutgoingMessage<string>>().toExtend<OutgoingMessage>();
    }),
  );
});

describe('types of a channel with schemas', () => {
  const schema = <Input, Output = Input>(): StandardSchemaV1<Input, Output> => ({
    '~standard': { version: 1, vendor: 'spec', validate: (value) => ({ value: value as Output }) },
  });
  const schemas = { greeting: schema<{ text: string }>(), at: schema<string, Date>() };

  it(
    'receives what the schemas give, and publishes what they take',
    compiled((client) => {
      const chat = client.channel('chat', { schemas, params: { rewind: '1' } });
      expectTypeOf(chat.messages('greeting')).toEqualTypeOf<
        Observable<Message<{ text: string }, 'greeting'>>
      >();
      expectTypeOf(chat.messages('at')).toEqualTypeOf<Observable<Message<Date, 'at'>>>();
      void chat.publish('at', '2026-01-01');
      from(['2026-01-01']).pipe(publishTo(chat, 'at'));
      // @ts-expect-error what the schema gives is not what it takes
      void chat.publish('at', new Date());
      // @ts-expect-error no such event
      chat.messages('other');
      // @ts-expect-error no schema
      client.channel('chat', { schemas: { greeting: 1 } });
    }),
  );
});
