import { useEffect, useState } from 'react';
import type { Observable } from 'rxjs';
import type { ChannelOptions, Message, RealtimeClient } from '../../../lib/index.js';
import { RealtimeProvider, useChannel, useConnection } from '../../../lib/react.js';
import { useMessages, usePresence, useRealtime } from '../../../lib/react.js';

/** What docs/frameworks/react.md tells those who come from `ably/react`, for the compiler. */
export function Page({
  client,
  options,
}: {
  readonly client: RealtimeClient;
  readonly options: ChannelOptions;
}) {
  return (
    <RealtimeProvider client={client}>
      <Room options={options} onMessage={() => undefined} />
    </RealtimeProvider>
  );
}

interface RoomProps {
  readonly options: ChannelOptions;
  readonly onMessage: (message: Message) => void;
}

function Room({ options, onMessage }: RoomProps) {
  const [data] = useState('here');
  const channel = useChannel('chat', options);
  const all: readonly unknown[] = [
    useRealtime<RealtimeClient>(),
    useMessages('chat').messages,
    useMessages('chat', { name: 'greeting' }),
    useMessages('chat').error,
    useMessages('chat').attached,
    usePresence('chat', data),
    usePresence('chat').members,
    useConnection().reason,
    useConnection().state,
  ];
  useListener(channel.messages$, onMessage);
  useListener(channel.changes$, ({ current }) => console.log(current));
  const send = () => channel.publish('greeting', 'hello');
  const past = () => channel.history({ limit: 50 });
  return <p onClick={() => void [send(), past()]}>{all.length}</p>;
}

function useListener<T>(stream$: Observable<T>, listener: (value: T) => void): void {
  useEffect(() => {
    const subscription = stream$.subscribe(listener);
    return () => subscription.unsubscribe();
  }, [stream$, listener]);
}
