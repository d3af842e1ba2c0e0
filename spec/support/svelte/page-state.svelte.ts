import type { Visit } from '../binding-life.js';

/** The state of the page that the specs change, and how often it was rendered. */
export class PageState {
  room = $state('a');
  typing = $state(false);
  isThere = $state(true);
  /** Another one has the room shown anew. */
  round = $state(0);
  renders = 0;
  /** Where the visitor is, and with which data; nowhere where it is undefined. */
  visit = $state.raw<Visit | undefined>();

  rendered(): void {
    this.renders += 1;
  }
}
