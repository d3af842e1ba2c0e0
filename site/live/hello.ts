import { RealtimeClient } from 'rx-realtime';
import { inMemory } from 'rx-realtime/emulator';
import { firstValueFrom } from 'rxjs';

const server = inMemory(); // a service in this page: no account, no network
const { key, webSocketCtor, fetch } = server;
const client = new RealtimeClient({ key, webSocketCtor, fetch });
client.connectionState$.subscribe((state) => console.log('connection:', state));

const chat = client.channel('chat');
chat.messages('greeting').subscribe({
  next: ({ data }) => console.log('received:', data),
  error: (error: Error) => console.error('the channel has failed:', error.message),
}); // the first subscriber connects and attaches

await firstValueFrom(chat.whenState('attached'));
await chat.publish('greeting', { text: 'hello' }); // resolves once the server has it

server.emulator.connections[0]?.drop(); // the network goes away
await chat.publish('greeting', { text: 'sent through the cut' });
console.log('members:', server.emulator.connections.length, 'connection at the server');
