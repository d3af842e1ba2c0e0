import { expect } from 'chai';
import { Subject, VirtualTimeScheduler } from 'rxjs';
import { type Asked, streamOf } from '../../console/stream.js';
import { stateOf } from '../support/admin.js';
import { fakeNetwork } from '../support/fake-socket.js';

describe('the stream of the console', () => {
  function start() {
    const network = fakeNetwork();
    const scheduler = new VirtualTimeScheduler();
    const asked$ = new Subject<Asked>();
    const told: string[] = [];
    const subscription = streamOf({
      url: 'ws://127.0.0.1:8080/console/stream',
      asked$,
      scheduler,
      WebSocketCtor: network.ctor as unknown as new (url: string) => WebSocket,
    }).subscribe(({ type }) => told.push(`${scheduler.now()} ${type}`));
    const waited = (ms: number): void => {
      scheduler.maxFrames = scheduler.now() + ms;
      scheduler.flush();
      scheduler.frame = scheduler.maxFrames;
    };
    return { network, asked$, told, subscription, waited };
  }

  it('emits what the emulator tells, and leaves out what it does not know', () => {
    const { network, told, subscription } = start();
    network.last().open();
    network.last().receive(JSON.stringify(stateOf(0)));
    network.last().receive('{"type":"news"}');
    network.last().receive('{"type":"frames","frames":[],"leftOut":0}');
    expect(told).to.deep.equal(['0 opened', '0 state', '0 frames']);
    subscription.unsubscribe();
    expect(network.last().hungUp).not.to.equal(undefined);
  });

  it('sends requests while it is connected, and none later', () => {
    const { network, asked$, subscription } = start();
    const ask = (id: number): void => asked$.next({ id, command: { do: 'storm' } });
    ask(1);
    network.last().open();
    ask(2);
    expect(network.last().sent).to.deep.equal(['{"id":2,"do":"storm"}']);
    subscription.unsubscribe();
    expect(asked$.observed).to.equal(false);
  });

  it('tries again ever more slowly, from the beginning once it was connected', () => {
    const { network, told, subscription, waited } = start();
    network.last().fail();
    waited(250);
    network.last().fail();
    waited(499);
    expect(network.dialled.length).to.equal(2);
    waited(1);
    network.last().open();
    network.last().end(1001);
    waited(250);
    expect(network.dialled.length).to.equal(4);
    network.last().receive('no JSON');
    waited(500);
    expect(network.dialled.length).to.equal(5);
    expect(told).to.deep.equal(['0 lost', '250 lost', '750 opened', '750 lost', '1000 lost']);
    subscription.unsubscribe();
  });
});
