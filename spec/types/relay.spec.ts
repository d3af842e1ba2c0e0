import { expectTypeOf } from 'expect-type';
import { from, type Observable } from 'rxjs';
import {
  type ConnectionStateName,
  messageId,
  PublishError,
  type PublishResult,
  publishTo,
  type RelayChannel,
  RelayClient,
  type RelayError,
  type RelayMessage,
  type TopicStateName,
  withMessageId,
} from '../../lib/relay/index.js';
import { relayTesting } from '../../lib/testing/index.js';

/** Read by the compiler alone: what is in it never runs. */
const compiled = (_: (client: RelayClient) => unknown) => () => undefined;

describe('types of the relay', () => {
  it(
    'streams bear messages, states and errors',
    compiled((client) => {
      const topic = client.channel('topic');
      expectTypeOf(topic).toEqualTypeOf<RelayChannel>();
      expectTypeOf(topic.messages$).toEqualTypeOf<Observable<RelayMessage>>();
      expectTypeOf(topic.state$).toEqualTypeOf<Observable<TopicStateName>>();
      expectTypeOf(topic.subscriptionId).toEqualTypeOf<string | undefined>();
      expectTypeOf(client.messages$).toEqualTypeOf<Observable<RelayMessage>>();
      expectTypeOf(client.fetchMessages('topic')).toEqualTypeOf<Observable<RelayMessage>>();
      expectTypeOf(client.connectionState$).toEqualTypeOf<Observable<ConnectionStateName>>();
      expectTypeOf(client.errors$).toEqualTypeOf<Observable<RelayError>>();
      expectTypeOf(client.channels).toEqualTypeOf<ReadonlyMap<string, RelayChannel>>();
      // @ts-expect-error a message is read, not changed
      topic.messages$.subscribe((message) => (message.message = ''));
    }),
  );

  it(
    'a publish takes text and its ttl, and answers with an id',
    compiled((client) => {
      expectTypeOf(client.publish('topic', 'text', { ttl: 300 })).toEqualTypeOf<Promise<PublishResult>>();
      expectTypeOf(client.subscribe('topic')).toEqualTypeOf<Promise<string>>();
      void client.channel('topic').publish('text', { ttl: 300, tag: 1, prompt: true });
      expectTypeOf(from(['text']).pipe(publishTo(client.channel('topic'), { ttl: 300 }))).toEqualTypeOf<
        Observable<PublishResult>
      >();
      // @ts-expect-error no ttl
      void client.publish('topic', 'text', {});
      // @ts-expect-error there is no such option
      void client.publish('topic', 'text', { ttl: 300, tags: 1 });
      // @ts-expect-error a message is text
      void client.publish('topic', { text: 'text' }, { ttl: 300 });
      // @ts-expect-error a stream is withdrawn by unsubscribing from it
      publishTo(client.channel('topic'), { ttl: 300, signal: AbortSignal.abort() });
      // @ts-expect-error messages are text
      from([1]).pipe(publishTo(client.channel('topic'), { ttl: 300 }));
    }),
  );

  it(
    'a failed publish says how, as one of a few words',
    compiled(() => {
      const error = {} as unknown;
      if (error instanceof PublishError) {
        expectTypeOf(error).toExtend<RelayError>();
        expectTypeOf(error.reason).toEqualTypeOf<'offline' | 'timeout' | 'rejected' | 'closed'>();
        expectTypeOf(error.uncertain).toEqualTypeOf<boolean>();
      }
    }),
  );

  it(
    'ids are put to texts, or to objects that bear one',
    compiled(() => {
      expectTypeOf(messageId('text')).toEqualTypeOf<string>();
      expectTypeOf(from(['text']).pipe(withMessageId())).toEqualTypeOf<
        Observable<{ readonly id: string; readonly message: string }>
      >();
      expectTypeOf(from([{ message: 'text', at: 1 }]).pipe(withMessageId())).toExtend<
        Observable<{ readonly id: string; readonly message: string; readonly at: number }>
      >();
    }),
  );

  it(
    'options are known by name, storages may answer at once or later, and the kit for tests fits',
    compiled(() => {
      const kept = new Map<string, string>();
      const later = { getItem: async () => null, setItem: async () => undefined };
      const atOnce = {
        getItem: (name: string) => kept.get(name),
        setItem: (name: string, text: string) => kept.set(name, text),
      };
      for (const storage of [later, atOnce, localStorage]) new RelayClient({ projectId: 'id', storage });
      new RelayClient(relayTesting().options);
      // @ts-expect-error there is no such option
      new RelayClient({ projectID: 'id' });
      // @ts-expect-error it is false, true or 'onDemand'
      new RelayClient({ projectId: 'id', autoConnect: 'always' });
    }),
  );
});
