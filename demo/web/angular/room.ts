import { isPlatformBrowser } from '@angular/common';
import {
  afterRenderEffect,
  Component,
  computed,
  effect,
  type ElementRef,
  inject,
  PLATFORM_ID,
  signal,
  viewChild,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { audit, catchError, EMPTY, map, NEVER } from 'rxjs';
import { injectChannel, injectPresence } from 'rx-realtime/angular';
import { fold, type FoldedMessage } from 'rx-realtime/messages';
import { clientId, keepAtEnd, past, room, timeOf, typingFor, typingOf } from '../shared/chat.js';
import { frames$ } from '../shared/frames.js';

@Component({
  selector: 'app-room',
  host: { class: 'room' },
  template: `
    <ol #list class="messages" aria-label="Messages" aria-live="polite" tabindex="0">
      @for (message of messages(); track message.id ?? message.serial) {
        <li [class.pending]="message.sending?.state === 'pending'">
          <b>{{ message.clientId }}</b> {{ message.data }}
          @if (message.sending?.state === 'pending') {
            <small>Sending…</small>
          } @else if (failedIn(message); as failed) {
            <small class="error">Not sent. {{ failed.error.message }}</small>
            <button (click)="leave(); failed.retry()">Retry</button>
            <button (click)="leave(); failed.dismiss()">Discard</button>
          } @else {
            <time>{{ timeOf(message.timestamp) }}</time>
          }
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
      <p [class]="failure() ? 'error' : 'quiet'" aria-live="polite">{{ failure() ?? typists() }}</p>
    </form>
  `,
})
export class Room {
  protected readonly timeOf = timeOf;
  protected readonly clientId = clientId;

  readonly #channel = injectChannel(room);
  readonly #typing = signal(false);
  protected readonly failure = signal<string | undefined>(undefined);
  /** At most once a frame, and not where a page is rendered on a server. */
  protected readonly messages = toSignal(
    (isPlatformBrowser(inject(PLATFORM_ID)) ? this.#folded() : EMPTY).pipe(
      audit(() => frames$),
      map((messages) => [...messages.values()]),
    ),
    { initialValue: [] },
  );
  protected readonly people = injectPresence(room, () => ({ typing: this.#typing() }));
  protected readonly draft = signal('');
  readonly #state = toSignal(this.#channel.state$);
  protected readonly typists = computed(() =>
    this.#state() === 'attached' ? typingOf(this.people.members()) : undefined,
  );
  private readonly list = viewChild.required<ElementRef<HTMLElement>>('list');

  constructor() {
    afterRenderEffect(() => {
      this.messages();
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

  /** Publishes the draft. The list shows how far it has come. */
  protected send(event: Event): void {
    event.preventDefault();
    const text = this.draft();
    if (text === '') return;
    this.#write('');
    void this.#channel.publish('text', text);
  }

  /** Why a message was not sent, and what can be done about it. */
  protected failedIn({ sending }: FoldedMessage) {
    return sending?.state === 'failed' ? sending : undefined;
  }

  /** Keeps the focus in the list when a button that had it goes. */
  protected leave(): void {
    this.list().nativeElement.focus();
  }

  #folded() {
    return fold(this.#channel, { history: past.history, keep: { count: past.keep }, own: true }).pipe(
      catchError((reason: unknown) => {
        this.failure.set(String(reason));
        return NEVER;
      }),
    );
  }

  #write(text: string): void {
    this.draft.set(text);
    this.#typing.set(text !== '');
  }
}
