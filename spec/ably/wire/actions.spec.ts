import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';

describe('Action', () => {
  it('TR2: numbers what frames are for, from zero', () => {
    expect(Object.entries(Action).sort(([, a], [, b]) => a - b)).to.deep.equal(
      [
        ...['heartbeat', 'ack', 'nack', 'connect', 'connected', 'disconnect', 'disconnected', 'close'],
        ...['closed', 'error', 'attach', 'attached', 'detach', 'detached', 'presence', 'message', 'sync'],
        ...['auth', 'activate', 'object', 'objectSync', 'annotation'],
      ].map((name, number) => [name, number]),
    );
  });
});
