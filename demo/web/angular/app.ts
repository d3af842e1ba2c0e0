import { Component, computed } from '@angular/core';
import { RouterLink, RouterOutlet } from '@angular/router';
import { injectConnection } from 'rx-realtime/angular';
import { bannerOf } from '../shared/chat.js';

@Component({
  selector: 'app-root',
  imports: [RouterLink, RouterOutlet],
  template: `
    <div class="app">
      <header>
        <h1>Lobby</h1>
        <nav aria-label="Pages">
          <a routerLink="/">Room</a>
          <a routerLink="/about">About</a>
        </nav>
      </header>
      <p class="banner" role="status">{{ banner() }}</p>
      <main><router-outlet /></main>
    </div>
  `,
})
export class App {
  readonly #connection = injectConnection();
  protected readonly banner = computed(() => bannerOf(this.#connection.state(), this.#connection.retryIn()));
}
