import type { WireError } from '../../../../ably/wire/error-info.js';
import type { HttpResponse } from '../../../host/server-core.js';
import { refusal, wireErrorOf } from '../../wire/errors.js';
import { isFields } from '../../wire/fields.js';
import { publishOn } from '../channel-messages.js';
import { membersOn } from '../channel-presence.js';
import {
  type AppRequest,
  type ChannelRequest,
  inWantedFormat,
  refuseMethod,
  requestOn,
} from '../channel-request.js';
import { decodeBody } from '../request-body.js';
import { respond, versionOf } from '../response.js';

const [maxChannels, maxMessages] = [100, 1000];

/** RSC22: publishes each list of messages on each of its channels; a refusal on one does not stop the others (BPF2). */
export function batchPublish(appRequest: AppRequest): HttpResponse {
  const { request, settings } = appRequest;
  if (request.method !== 'POST') refuseMethod('POST');
  const body = decodeBody(request, settings.maxFrameSize);
  const specs = (Array.isArray(body) ? body : [body]).map(specOf);
  if (specs.length === 0) throw refusal(40000, 400, 'The batch is empty: send { channels, messages }.');
  demandFew(specs.flatMap(({ channels }) => channels));
  const batches = specs.map(({ channels, messages }) =>
    channels.map((name) => resultOn(name, appRequest, (on) => publishOn(on, messages))),
  );
  if (versionOf(request) < 3) return respondWithoutCounts(appRequest, batches.flat(), 201);
  return respond(request, { status: 201, content: batches.map(counted) });
}

/** RSC24: returns the members of each channel that the parameter `channels` names. */
export function batchPresence(appRequest: AppRequest): HttpResponse {
  const { request } = appRequest;
  if (request.method !== 'GET') refuseMethod('GET');
  const names = (request.query.get('channels') ?? '').split(request.query.get('separator') ?? ',');
  if (names.includes('')) throw refusal(40003, 400, 'The parameter `channels` names channels: "one,two".');
  demandFew(names);
  const results = names.map((name) =>
    resultOn(name, appRequest, (on) => ({
      channel: name,
      presence: membersOn(on).map((member) => inWantedFormat(request, member)),
    })),
  );
  if (versionOf(request) < 3) return respondWithoutCounts(appRequest, results, 200);
  return respond(request, { content: counted(results) });
}

/** BSP2: messages, and the channels to publish them on. */
interface BatchSpec {
  readonly channels: readonly string[];
  readonly messages: unknown;
}

function specOf(input: unknown): BatchSpec {
  if (!isFields(input)) throw refusal(40000, 400, 'A batch is made of objects: send { channels, messages }.');
  const { channels, messages } = input;
  const names: readonly unknown[] = Array.isArray(channels) ? channels : [channels];
  if (names.length === 0 || !names.every((name) => typeof name === 'string'))
    throw refusal(40000, 400, 'The `channels` of a batch are a name, or an array of at least one.');
  if (Array.isArray(messages) && messages.length > maxMessages)
    throw refusal(40000, 400, `The \`messages\` of a batch are more than ${maxMessages}: split them up.`);
  return { channels: names, messages };
}

function demandFew(channels: readonly string[]): void {
  if (new Set(channels).size > maxChannels)
    throw refusal(40000, 400, `The batch names more than ${maxChannels} channels: split it up.`);
}

/** An answer for one channel, or the error that refused it (BPF2, BGF2). */
type Result = object | { readonly channel: string; readonly error: WireError };

function resultOn(
  channel: string,
  appRequest: AppRequest,
  perform: (channelRequest: ChannelRequest) => object,
): Result {
  try {
    return perform(requestOn(channel, appRequest));
  } catch (thrown) {
    return { channel, error: wireErrorOf(thrown) };
  }
}

const hasFailed = (result: Result): boolean => 'error' in result;

/** BAR2: the results, and how many of each kind they are. */
function counted(results: readonly Result[]): object {
  const failureCount = results.filter(hasFailed).length;
  return { successCount: results.length - failureCount, failureCount, results };
}

/** Answers as versions of the API before 3 do: 40020 when some have failed. */
function respondWithoutCounts(
  { request }: AppRequest,
  results: readonly Result[],
  status: number,
): HttpResponse {
  if (!results.some(hasFailed)) return respond(request, { status, content: results });
  const error = wireErrorOf(
    refusal(40020, 400, 'The batch was not done on all channels: see `batchResponse`.'),
  );
  return respond(request, { status: 400, content: { error, batchResponse: results } });
}
