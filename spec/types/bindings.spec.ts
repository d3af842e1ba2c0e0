import type { Signal } from '@angular/core';
import { expectTypeOf } from 'expect-type';
import { of } from 'rxjs';
import { type ComputedRef, createApp, type Ref } from 'vue';
import * as angular from '../../lib/angular.js';
import { createClient, withHistory } from '../../lib/core.js';
import {
  type ErrorInfo,
  type Message,
  type PresenceMessage,
  type RealtimeChannel,
  RealtimeClient,
} from '../../lib/index.js';
import { presenceOf } from '../../lib/presence.js';
import * as react from '../../lib/react.js';
import * as svelte from '../../lib/svelte.js';
import { realtimeTesting } from '../../lib/testing/index.js';
import * as vue from '../../lib/vue.js';

interface ChatEvents {
  readonly greeting: { readonly text: string };
  readonly count: number;
}
type Greeting = Message<{ readonly text: string }, 'greeting'>;

/** Read by the compiler alone: what is in it never runs. */
const compiled = (_: () => unknown) => () => undefined;

describe('types of the bindings', () => {
  it(
    'messages bear the payloads of the events that a name, or a channel, has',
    compiled(() => {
      const named = react.useMessages<ChatEvents, 'greeting'>('chat', { name: 'greeting', keep: 5 });
      expectTypeOf(named.messages).toEqualTypeOf<readonly Greeting[]>();
      const chat = react.useChannel<ChatEvents>('chat');
      expectTypeOf(chat).toEqualTypeOf<RealtimeChannel<ChatEvents>>();
      expectTypeOf(react.useMessages(chat, { name: 'greeting' }).messages).toEqualTypeOf<
        readonly Greeting[]
      >();
      expectTypeOf(svelte.useMessages(chat, { name: 'greeting' }).messages).toEqualTypeOf<
        readonly Greeting[]
      >();
      expectTypeOf(vue.useMessages(chat, { name: 'greeting' }).messages).toEqualTypeOf<
        Readonly<Ref<readonly Greeting[]>>
      >();
      expectTypeOf(angular.injectMessages(chat, { name: 'greeting' }).messages).toEqualTypeOf<
        Signal<readonly Greeting[]>
      >();
      expectTypeOf(react.useMessages('any').messages[0]?.data).toEqualTypeOf<unknown>();
      // @ts-expect-error there is no such event
      react.useMessages(chat, { name: 'greting' });
      // @ts-expect-error there is no such option
      vue.useMessages('chat', { limit: 5 });
    }),
  );

  it(
    'names may be what each framework reads values from',
    compiled(() => {
      expectTypeOf(angular.injectChannel<ChatEvents>('chat')).toEqualTypeOf<RealtimeChannel<ChatEvents>>();
      expectTypeOf(angular.injectChannel<ChatEvents>(() => 'chat')).toEqualTypeOf<
        Signal<RealtimeChannel<ChatEvents>>
      >();
      expectTypeOf(vue.useChannel<ChatEvents>(() => 'chat')).toEqualTypeOf<
        ComputedRef<RealtimeChannel<ChatEvents>>
      >();
      svelte.useMessages(() => 'chat');
      angular.injectMessages(
        () => 'chat',
        () => ({ keep: 5 }),
      );
      angular.injectPresence('chat', () => ({ typing: true }));
    }),
  );

  it(
    'a channel may be none yet',
    compiled(() => {
      const name = 'chat' as string | undefined;
      react.useMessages<ChatEvents>(name);
      react.usePresence(name, { here: true });
      vue.useMessages(() => name);
      svelte.usePresence(() => name);
      angular.injectMessages(() => name);
      // @ts-expect-error a channel to publish on has a name
      react.useChannel(name);
    }),
  );

  it(
    'either kind of client will do, of the class that one names',
    compiled(() => {
      const whole = new RealtimeClient('a.b:c');
      const light = createClient({ key: 'a.b:c' });
      for (const client of [whole, light]) {
        react.RealtimeProvider({ client });
        vue.provideRealtime(client);
        svelte.setRealtime(client);
      }
      angular.provideRealtime(RealtimeClient, { authUrl: '/token' });
      angular.provideRealtime(
        (options) => createClient({ key: 'a.b:c', ...options }),
        angular.withServerRendering('on'),
      );
      angular.provideRealtimeTesting({
        client: (options) => new RealtimeClient({ key: 'a.b:c', ...options }),
      });
      angular.provideRealtimeTesting(realtimeTesting());
      // @ts-expect-error there is no such option
      angular.provideRealtime(RealtimeClient, { authUri: '/token' });
      // @ts-expect-error a client is made by a function or a class
      angular.provideRealtime(whole);
      expectTypeOf(react.useRealtime<RealtimeClient>()).toEqualTypeOf<RealtimeClient>();
      react.useMessages(light.channel<ChatEvents>('chat'), { source: (channel) => withHistory(channel, 5) });
      react.usePresence(light.channel('chat'), { here: true }, { presence: presenceOf });
    }),
  );

  it(
    'the connection and members are states of plain values',
    compiled(() => {
      expectTypeOf(react.useConnection().retryIn).toEqualTypeOf<number | undefined>();
      expectTypeOf(vue.useConnection().retryIn).toEqualTypeOf<Readonly<Ref<number | undefined>>>();
      expectTypeOf(angular.injectConnection().retryIn).toEqualTypeOf<Signal<number | undefined>>();
      expectTypeOf(svelte.usePresence('chat').members[0]?.clientId).toEqualTypeOf<string | undefined>();
      expectTypeOf(
        angular.realtimeResource(() => new RealtimeClient('a.b:c').connectionState$).value,
      ).toExtend<Signal<string | undefined>>();
    }),
  );

  it(
    'each binding answers with members and channels in its own manner',
    compiled(() => {
      type Members = readonly PresenceMessage[];
      expectTypeOf(react.usePresence('chat', { here: true }).members).toEqualTypeOf<Members>();
      expectTypeOf(svelte.usePresence('chat', () => ({ here: true })).members).toEqualTypeOf<Members>();
      expectTypeOf(vue.usePresence('chat', () => ({ here: true })).members).toEqualTypeOf<
        Readonly<Ref<Members>>
      >();
      expectTypeOf(angular.injectPresence('chat', { here: true }).members).toEqualTypeOf<Signal<Members>>();
      expectTypeOf(react.useMessages('chat').error).toEqualTypeOf<ErrorInfo | undefined>();
      expectTypeOf(svelte.useMessages('chat').attached).toEqualTypeOf<boolean>();
      expectTypeOf(vue.useMessages('chat').attached).toEqualTypeOf<Readonly<Ref<boolean>>>();
      expectTypeOf(angular.injectMessages('chat').attached).toEqualTypeOf<Signal<boolean>>();
      expectTypeOf(svelte.useConnection()).toEqualTypeOf<svelte.ConnectionStatus>();
      expectTypeOf(svelte.useChannel<ChatEvents>('chat')).toEqualTypeOf<RealtimeChannel<ChatEvents>>();
      expectTypeOf(svelte.useRealtime<RealtimeClient>()).toEqualTypeOf<RealtimeClient>();
      expectTypeOf(vue.useRealtime<RealtimeClient>()).toEqualTypeOf<RealtimeClient>();
      expectTypeOf(angular.injectRealtime<RealtimeClient>()).toEqualTypeOf<RealtimeClient>();
      // @ts-expect-error what is shown is read alone
      vue.useMessages('chat').messages.value = [];
      // @ts-expect-error there is no such event
      svelte.useMessages(svelte.useChannel<ChatEvents>('chat'), { name: 'greting' });
      // @ts-expect-error there is no such option
      angular.injectMessages('chat', { limit: 5 });
    }),
  );

  it(
    'a plugin of Vue, and streams of Svelte and Angular, keep their types',
    compiled(() => {
      createApp({}).use(vue.realtime(new RealtimeClient('a.b:c')));
      expectTypeOf(svelte.fromObservable(of(1))).toEqualTypeOf<svelte.ResultState<number>>();
      expectTypeOf(angular.realtimeResource(() => of(1)).value).toEqualTypeOf<Signal<number | undefined>>();
      // @ts-expect-error a client is no name of one
      vue.realtime('a.b:c');
      // @ts-expect-error a promise is no stream
      svelte.fromObservable(Promise.resolve(1));
    }),
  );
});
