import type { HttpResponse } from '../../../host/server-core.js';
import { demand } from '../../auth/capability.js';
import { refusal } from '../../wire/errors.js';
import { type AppRequest, refuseMethod } from '../channel-request.js';
import { rangeOf } from '../history-page.js';
import { pageOf } from '../page.js';
import { respond } from '../response.js';

const units = ['minute', 'hour', 'day', 'month'];

/** RSC6: returns an empty page, because the emulator keeps no statistics, and checks the parameters. */
export function stats({ request, caller }: AppRequest): HttpResponse {
  if (request.method !== 'GET') refuseMethod('GET');
  demand(caller.capability, '*', 'stats');
  const { query } = request;
  if (!units.includes(query.get('unit') ?? 'minute'))
    throw refusal(40003, 400, `The parameter \`unit\` is ${units.join(', ')}.`);
  rangeOf(query);
  const { items, link } = pageOf({ query, name: 'stats', direction: 'backwards', items: [], keyOf: String });
  return respond(request, { content: items, headers: { link } });
}
