import type { Answer } from '../../lib/ably/rest/request.js';

/** What a server answered, without headers. */
export const answered = (content: unknown, links: Answer['links'] = {}): Answer => ({
  ...{ content, links, status: 200 },
  headers: new Headers(),
});
