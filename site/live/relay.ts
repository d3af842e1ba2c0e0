import { RelayClient } from 'rx-realtime/relay';
import { inMemoryRelay } from 'rx-realtime/emulator';
import { filter, firstValueFrom } from 'rxjs';

const { relay, webSocketCtor } = inMemoryRelay();
const [sender, receiver] = [new RelayClient({ webSocketCtor }), new RelayClient({ webSocketCtor })];

const topic = receiver.channel('ab'.repeat(32));
topic.state$.subscribe((state) => console.log('topic:', state));
topic.messages$.subscribe({
  next: ({ id, message }) => console.log('received:', message, id.slice(0, 8)), // the id is the text's sha256
  error: (error: Error) => console.error('the topic has failed:', error.message),
});
await firstValueFrom(topic.state$.pipe(filter((state) => state === 'active')));

await sender.publish(topic.topic, 'hello', { ttl: 300, tag: 1108 });
for (const connection of relay.connections) connection.drop(); // three retries before an error
await sender.publish(topic.topic, 'sent through the cut', { ttl: 300, tag: 1108 });
