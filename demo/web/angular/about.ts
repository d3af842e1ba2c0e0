import { Component } from '@angular/core';

@Component({
  selector: 'app-about',
  template: `
    <p>
      One room, made with Angular and rx-realtime. Go back within two and a half seconds, and it is attached
      still.
    </p>
  `,
})
export class About {}
