import { expect } from 'chai';
import { build, type Plugin } from 'esbuild';
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import type * as auth from '../../../lib/ably/auth/errors.js';
import type * as outbox from '../../../lib/ably/outbox/loss-errors.js';
import type * as transport from '../../../lib/ably/transport/interpret.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import type * as wire from '../../../lib/ably/wire/error-info.js';
import type * as emulator from '../../../lib/emulator/ably/wire/errors.js';
import { errorModule, withOwnPages } from '../../../scripts/build-plugins.js';
import { codePagesOf, type Manifest } from '../../../scripts/release/manifest.js';

type Errors = typeof wire & typeof auth & typeof outbox & typeof transport & typeof emulator;

const rooms = [
  ...['ably/wire/error-info', 'ably/auth/errors', 'ably/outbox/loss-errors', 'ably/transport/interpret'],
  'emulator/ably/wire/errors',
];

/** The modules that make errors, as the build of a package with this manifest has them. */
async function errorsOf(manifest: Manifest): Promise<Errors> {
  const ownPages: Plugin = {
    name: 'own pages',
    setup: ({ onLoad }) =>
      onLoad({ filter: errorModule }, ({ path }) => ({
        contents: withOwnPages(readFileSync(path, 'utf8'), codePagesOf(manifest)),
        loader: 'ts',
      })),
  };
  const { outputFiles } = await build({
    stdin: { contents: rooms.map((room) => `export * from './lib/${room}.js';`).join('\n'), resolveDir: '.' },
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    plugins: [ownPages],
  });
  const module = { exports: {} };
  runInNewContext(outputFiles[0]!.text, { module });
  return module.exports as Errors;
}

const placeholder = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const filled = JSON.parse(
  JSON.stringify({ ...placeholder, version: '1.2.3' }).replaceAll('OWNER', 'someone'),
) as Manifest;
const ours = 'https://github.com/someone/rx-realtime/blob/v1.2.3/docs/troubleshooting.md#code-';
const ablys = 'https://help.ably.io/error/';
const theirs = 'https://example.com/their-page';

const errorIn = (outcome: object | undefined): { readonly href?: string } =>
  (outcome as { readonly error: { readonly href?: string } }).error;

/** Each way to an error that is not plainly made by `new ErrorInfo`, or not plainly one of the server. */
const cases: readonly (readonly [
  title: string,
  make: (errors: Errors) => { readonly href?: string },
  code: number,
  page: string,
])[] = [
  ['one of the library', ({ ErrorInfo }) => new ErrorInfo('Wrong.', { code: 40012 }), 40012, ours],
  ['anything that was thrown', ({ ErrorInfo }) => ErrorInfo.of(new Error('odd')), 50000, ours],
  ['one of the server', ({ ErrorInfo }) => ErrorInfo.from({ code: 40012 }), 40012, ablys],
  ['one of the server without a code', ({ ErrorInfo }) => ErrorInfo.from({}), 50000, ablys],
  [
    'an ERROR without an error',
    ({ interpret }) => errorIn(interpret({ action: Action.error }, 1)),
    80003,
    ours,
  ],
  [
    'an ERROR with one',
    ({ interpret }) => errorIn(interpret({ action: Action.error, error: { code: 80003 } }, 1)),
    80003,
    ablys,
  ],
  ['an ATTACH that was too large', ({ attachTooLarge }) => attachTooLarge('chat', 9), 40009, ours],
  [
    'the same, as the channel fails by it',
    ({ attachTooLarge, ErrorInfo }) => ErrorInfo.from(attachTooLarge('chat', 9)),
    40009,
    ours,
  ],
  [
    'a loss for which the server gave the reason',
    ({ unconfirmed, ErrorInfo }) => unconfirmed(ErrorInfo.from({ code: 80003 })),
    80003,
    ablys,
  ],
  [
    'a loss for which the library gives the reason',
    ({ unconfirmed, ErrorInfo }) => unconfirmed(new ErrorInfo('Lost.', { code: 80003 })),
    80003,
    ours,
  ],
  ['a callback that threw', ({ failedToObtain }) => failedToObtain(new Error('odd')), 40170, ours],
  [
    'a callback that threw an HTTP error without a code',
    ({ failedToObtain }) => failedToObtain({ statusCode: 403 }),
    40170,
    ours,
  ],
  [
    "a callback that threw an error with another library's code",
    ({ failedToObtain }) => failedToObtain({ statusCode: 401, code: 40160 }),
    40160,
    ablys,
  ],
  [
    'a TokenRequest whose time the server refused',
    ({ untimely, ErrorInfo }) => untimely(ErrorInfo.from({ code: 40104 }), true),
    40104,
    ablys,
  ],
  ['a refusal of the emulator', ({ refusal }) => refusal(40160, 401, 'No.'), 40160, ablys],
];

describe("errors' href, as it is built", () => {
  let withRepository: Errors;
  let without: Errors;
  before(async () => {
    [withRepository, without] = await Promise.all([errorsOf(filled), errorsOf(placeholder)]);
  });

  for (const [title, make, code, page] of cases)
    it(`TI5: of ${title} leads to the page of its code`, () => {
      expect(make(withRepository).href, 'with a repository').to.equal(`${page}${code}`);
      expect(make(without).href, 'with a placeholder').to.equal(`${ablys}${code}`);
    });

  it('TI4: of an error of the server is the one that the server gave, also where others come of it', () => {
    const { ErrorInfo, unconfirmed, untimely } = withRepository;
    const error = ErrorInfo.from({ code: 40104, href: theirs, cause: { code: 1, href: `${theirs}/1` } });
    expect(error.href).to.equal(theirs);
    expect(error.cause).to.have.property('href', `${theirs}/1`);
    expect([unconfirmed(error).href, untimely(error, false).href]).to.deep.equal([theirs, theirs]);
  });
});

describe('the build', () => {
  it('refuses a module of errors in which it does not find the pages', () => {
    expect(withOwnPages('', undefined)).to.equal('');
    expect(() => withOwnPages('const pages = 1;', ours)).to.throw('has no "ownPages = ablyPages"');
  });
});
