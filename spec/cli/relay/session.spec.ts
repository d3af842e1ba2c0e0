import { expect } from 'chai';
import { UsageError } from '../../../lib/cli/exit.js';
import { relayOf } from '../../../lib/cli/relay/session.js';

const given = { json: false, verbose: false };
const env = { WALLETCONNECT_PROJECT_ID: 'of the environment' };

describe('cli: which relay is asked', () => {
  const cases: readonly [string, ...Parameters<typeof relayOf>, ReturnType<typeof relayOf>][] = [
    ['the service, for a project', { ...given, project: 'p' }, env, { projectId: 'p' }],
    ['the service, for the project of the environment', given, env, { projectId: 'of the environment' }],
    ['another one', { ...given, url: 'ws://a' }, {}, { relayUrl: 'ws://a' }],
    [
      'another one, for a project',
      { ...given, url: 'ws://a', project: 'p' },
      env,
      { relayUrl: 'ws://a', projectId: 'p' },
    ],
    [
      'another one, for that of the environment',
      { ...given, url: 'ws://a' },
      env,
      { relayUrl: 'ws://a', projectId: 'of the environment' },
    ],
    [
      'the one of this machine, for none',
      { ...given, emulator: '8090' },
      env,
      { relayUrl: 'ws://127.0.0.1:8090' },
    ],
    [
      'the one of this machine, for a project',
      { ...given, emulator: '1', project: 'p' },
      {},
      { relayUrl: 'ws://127.0.0.1:1', projectId: 'p' },
    ],
  ];
  for (const [title, values, environment, expected] of cases)
    it(title, () => {
      expect(relayOf(values, environment)).deep.equal(expected);
    });

  it('none where neither is said, nor where the project of the environment is empty', () => {
    for (const environment of [{}, { WALLETCONNECT_PROJECT_ID: '' }])
      expect(() => relayOf(given, environment)).throws(UsageError, 'There is no relay');
  });

  it('none where two are said', () => {
    expect(() => relayOf({ ...given, url: 'ws://a', emulator: '1' }, {})).throws(UsageError, 'Both');
  });
});
