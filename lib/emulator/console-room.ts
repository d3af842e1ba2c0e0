import { toUtf8 } from '../codec/utf8.js';
import { systemScheduler } from '../rx/clock.js';
import { createConsole } from './console/console.js';
import type { ConsoleServers } from './console/servers.js';
import type { Headers, HttpRequest, HttpResponse } from './host/server-core.js';
import type { SideRoom } from './host/side-door.js';
import type { Refusal } from './host/sockets/gate.js';
import { builtFolder, pageFile } from './host/sockets/page-files.js';

interface Dependencies {
  readonly servers: () => ConsoleServers;
  readonly maxFrameSize: number;
  readonly refusalOf: (headers: Headers) => Refusal | undefined;
  /** The folder of the page's files. Default: `dist/console` of this package. */
  readonly folder?: string;
}

/** The console behind its door: the files of its page, its stream, and the recording to download. */
export function consoleRoom({
  servers,
  maxFrameSize,
  refusalOf,
  folder = builtFolder('console', import.meta.url),
}: Dependencies): SideRoom {
  const shown = createConsole(servers, systemScheduler);
  const respond = async ({ method, path, headers }: HttpRequest): Promise<HttpResponse> => {
    const refusal = refusalOf(headers);
    if (refusal) return say(refusal.status, refusal.reason);
    if (method !== 'GET' && method !== 'HEAD')
      return say(405, 'The console answers to GET alone.', { allow: 'GET, HEAD' });
    if (path === '/console') return say(302, 'The console is at /console/.', { location: '/console/' });
    if (path === '/console/recording') return recordingIn(shown.recording());
    const name = path.slice('/console/'.length) || 'index.html';
    const file = folder === undefined ? undefined : await pageFile(folder, name);
    if (file) return { status: 200, headers: pageHeaders(file.type, headers['host'] ?? ''), body: file.body };
    return name === 'index.html' ? say(503, notBuilt) : say(404, 'The console has no such file.');
  };
  return {
    path: '/console/stream',
    maxFrameSize,
    admit: ({ headers = {} }) => {
      const refusal = refusalOf(headers);
      return refusal ? say(refusal.status, refusal.reason) : 'open';
    },
    connect: (_, transport) => shown.connect(transport),
    request: respond,
    close: shown.dispose,
  };
}

const notBuilt =
  'The files of the console are not there: run `npm run build` where the emulator runs from its sources, or install rx-realtime anew. They belong into dist/console.';

/** A policy that lets a page ask this server alone; older browsers do not take `self` for a WebSocket. */
const pageHeaders = (type: string, host: string): Record<string, string> => ({
  'content-type': type,
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ws://${host}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  ...safely,
});

const safely = {
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

const say = (status: number, text: string, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: {
    ...{ 'content-type': 'text/plain; charset=utf-8', 'content-security-policy': "default-src 'none'" },
    ...{ ...safely, ...headers },
  },
  body: toUtf8(`${text}\n`),
});

const recordingIn = (text: string | undefined): HttpResponse =>
  text === undefined
    ? say(404, 'There is no recording yet: begin one in the console, or by { "do": "record", "on": true }.')
    : {
        ...say(200, '', {
          'content-type': 'application/x-ndjson; charset=utf-8',
          'content-disposition': 'attachment; filename="rx-realtime-recording.jsonl"',
        }),
        body: toUtf8(text),
      };
