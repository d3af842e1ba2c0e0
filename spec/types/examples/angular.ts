import { Component, input, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { injectChannel, injectConnection, injectMessages } from '../../../lib/angular.js';
import { injectPresence, provideRealtime } from '../../../lib/angular.js';
import { RealtimeClient } from '../../../lib/index.js';

@Component({
  selector: 'app-chat',
  template: `
    @if (connection.retryIn(); as wait) {
      <p role="status">Offline. Trying again in {{ wait / 1000 }} s.</p>
    }
    @for (message of chat.messages(); track message.serial) {
      <p>{{ message.data }}</p>
    }
    <p>{{ present.members().length }} here</p>
    <input #line (input)="typing.set(line.value !== '')" />
    <button (click)="send(line.value)">Send</button>
  `,
})
export class Chat {
  readonly room = input.required<string>();
  readonly chat = injectMessages(this.room, { history: 50 });
  readonly typing = signal(false);
  readonly present = injectPresence(this.room, () => ({ typing: this.typing() }));
  readonly connection = injectConnection();
  readonly channel = injectChannel(this.room);

  send(text: string): Promise<unknown> {
    return this.channel().publish('text', text);
  }
}

@Component({ selector: 'app-root', imports: [Chat], template: '<app-chat room="lobby" />' })
export class App {}

await bootstrapApplication(App, { providers: [provideRealtime(RealtimeClient, { authUrl: '/token' })] });
