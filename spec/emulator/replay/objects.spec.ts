import { expect } from 'chai';
import { VirtualTimeScheduler } from 'rxjs';
import { Action } from '../../../lib/ably/wire/actions.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import { codecs } from '../../../lib/emulator/ably/wire/formats.js';
import { createEmulator, inMemory, type RecordedLine, recordingOf } from '../../../lib/emulator/index.js';
import { connectTo, steps } from '../fake-client.js';

const flags = Flag.objectSubscribe | Flag.objectPublish;
const set = { action: 1, objectId: 'root', mapSet: { key: 'a', value: { number: 1 } } };

describe('emulator: objects in a recording, and in its replay', () => {
  /** A session with a sync that carries bytes, and with an operation of the client. */
  const recorded = (format: string): readonly RecordedLine[] => {
    const lines: RecordedLine[] = [];
    const emulator = createEmulator({ random: steps(), scheduler: new VirtualTimeScheduler() });
    recordingOf(emulator).subscribe((line) => lines.push(line));
    emulator.objects('room').set('b', new Uint8Array([1, 2]));
    const client = connectTo(emulator, { format });
    client.attach('room', { flags });
    client.send({ action: Action.object, channel: 'room', msgSerial: 0, state: [{ operation: set }] });
    const heard = [...lines]; // without its end
    emulator.dispose();
    return heard;
  };

  it('is JSON alone', () => {
    for (const format of ['json', 'msgpack']) {
      const text = JSON.stringify(recorded(format));
      expect(text).include('"bytes":"AQI="').and.include('"mapSet":{"key":"a","value":{"number":1}}');
    }
  });

  for (const format of ['json', 'msgpack'] as const)
    it(`gives sync, operations and ACK to a client in ${format}, under its own connection`, async () => {
      const memory = inMemory({ replay: recorded(format === 'json' ? 'msgpack' : 'json') });
      const socket = new memory.webSocketCtor(`ws://emulator/?key=${memory.key}&v=6&format=${format}`);
      const frames: ProtocolMessage[] = [];
      socket.binaryType = 'arraybuffer';
      const send = (frame: object): void => socket.send(codecs[format].encode(frame) as string);
      await new Promise<void>((resolve) => {
        socket.onmessage = ({ data }) => {
          const frame = codecs[format].decode(
            typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer),
          ) as ProtocolMessage;
          frames.push(frame);
          if (frame.action === Action.connected) send({ action: Action.attach, channel: 'room', flags });
          if (frame.action === Action.objectSync)
            send({ action: Action.object, channel: 'room', msgSerial: 0, state: [{ operation: set }] });
          if (frame.action === Action.ack) resolve();
        };
      });
      const [connected, , sync, operation] = frames;
      expect(frames.map(({ action }) => action)).deep.equal([
        ...[Action.connected, Action.attached, Action.objectSync, Action.object, Action.ack],
      ]);
      expect(sync?.state?.[0]?.object?.map?.entries?.['b']?.data).deep.equal({
        bytes: format === 'json' ? 'AQI=' : new Uint8Array([1, 2]),
      });
      expect(operation?.connectionId).equal(connected?.connectionId);
      socket.close();
      memory.close();
    });
});
