import {
  afterRenderEffect,
  Component,
  computed,
  effect,
  type ElementRef,
  signal,
  viewChild,
} from '@angular/core';
import { injectChannel, injectMessages, injectPresence } from 'rx-realtime/angular';
import { clientId, keepAtEnd, past, room, timeOf, typingFor, typingOf } from '../shared/chat.js';

@Component({
  selector: 'app-room',
  host: { class: 'room' },
  template: `
    <ol #list class="messages" aria-label="Messages" aria-live="polite" tabindex="0">
      @for (message of chat.messages(); track message.serial) {
        <li>
          <b>{{ message.clientId }}</b> {{ message.data }} <time>{{ timeOf(message.timestamp) }}</time>
        </li>
      }
    </ol>
    <section class="people" aria-labelledby="people">
      <h2 id="people">{{ people.members().length }} here</h2>
      <ul>
        @for (member of people.members(); track member.memberKey) {
          <li>{{ member.clientId === clientId ? member.clientId + ' (you)' : member.clientId }}</li>
        }
      </ul>
    </section>
    <form class="send" (submit)="send($event)">
      <label for="draft">Your message</label>
      <input id="draft" autocomplete="off" [value]="draft()" (input)="noteKey($event)" />
      <button>Send</button>
      <p [class]="failure() ? 'error' : 'quiet'" aria-live="polite">{{ failure() ?? note() }}</p>
    </form>
  `,
})
export class Room {
  protected readonly timeOf = timeOf;
  protected readonly clientId = clientId;

  readonly #channel = injectChannel(room);
  readonly #typing = signal(false);
  protected readonly chat = injectMessages(room, past);
  protected readonly people = injectPresence(room, () => ({ typing: this.#typing() }));
  protected readonly draft = signal('');
  protected readonly failure = signal<string | undefined>(undefined);
  protected readonly note = computed(
    () => this.chat.error()?.message ?? (this.chat.attached() ? typingOf(this.people.members()) : undefined),
  );
  private readonly list = viewChild.required<ElementRef<Element>>('list');

  constructor() {
    afterRenderEffect(() => {
      this.chat.messages();
      keepAtEnd(this.list().nativeElement);
    });
    effect((onCleanup) => {
      if (this.draft() === '') return;
      const timer = setTimeout(() => this.#typing.set(false), typingFor);
      onCleanup(() => clearTimeout(timer));
    });
  }

  protected noteKey(event: Event): void {
    this.#write((event.target as HTMLInputElement).value);
  }

  protected async send(event: Event): Promise<void> {
    event.preventDefault();
    const text = this.draft();
    if (text === '') return;
    this.#write('');
    this.failure.set(undefined);
    try {
      await this.#channel.publish('text', text);
    } catch (reason) {
      this.failure.set(String(reason));
      this.draft.update((newer) => newer || text);
    }
  }

  #write(text: string): void {
    this.draft.set(text);
    this.#typing.set(text !== '');
  }
}
