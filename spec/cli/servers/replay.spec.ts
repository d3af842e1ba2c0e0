import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../../../lib/cli/exit.js';
import { replayPart } from '../../../lib/cli/servers/replay.js';

describe('cli: a replay', () => {
  const start = { version: 1, startedAt: 0, servers: ['ably', 'relay'] };
  const opened = (server: string): object => ({
    t: 0,
    server,
    connection: 'x',
    event: 'open',
    format: 'json',
  });
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rx-realtime-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function recordingOf(...lines: object[]): Promise<{ replay: string; text: string }> {
    const replay = join(folder, 'recording.jsonl');
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    await writeFile(replay, text);
    return { replay, text };
  }

  it('is played by both servers where both have connections in it', async () => {
    const { replay, text } = await recordingOf(start, opened('ably'), opened('relay'));
    const replayOf = replayPart({ replay, speed: '2' }, ['ably', 'relay']);
    const options = { replay: text, speed: 2 };
    expect([replayOf('ably'), replayOf('relay')]).deep.equal([options, options]);
  });

  it('is played by the one server that has connections in it, while the other serves as ever', async () => {
    for (const [server, other] of [
      ['ably', 'relay'],
      ['relay', 'ably'],
    ] as const) {
      const { replay, text } = await recordingOf(start, opened(server));
      const replayOf = replayPart({ replay }, ['ably', 'relay']);
      expect([replayOf(server), replayOf(other)]).deep.equal([{ replay: text }, {}]);
    }
  });

  it('is given to a server alone, and to both where neither has a connection in it, so that they say what is wrong', async () => {
    const { replay, text } = await recordingOf(start, opened('relay'));
    expect(replayPart({ replay }, ['ably'])('ably')).deep.equal({ replay: text });
    const broken = join(folder, 'broken');
    await writeFile(broken, 'null\nnonsense');
    const replayOf = replayPart({ replay: broken }, ['ably', 'relay']);
    expect([replayOf('ably'), replayOf('relay')].map((options) => 'replay' in options)).deep.equal([
      true,
      true,
    ]);
  });

  it('is none without a file, and a speed belongs to one', () => {
    expect(replayPart({}, ['ably'])('ably')).deep.equal({});
    expect(() => replayPart({ speed: '2' }, ['ably'])).throws(UsageError, /add --replay/);
  });
});
