/** The state of the page that the specs change, and how often it was rendered. */
export class PageState {
  room = $state('a');
  typing = $state(false);
  isThere = $state(true);
  renders = 0;

  rendered(): void {
    this.renders += 1;
  }
}
