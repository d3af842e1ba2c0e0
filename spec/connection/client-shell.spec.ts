import { expect } from 'chai';
import { Observable, Subject } from 'rxjs';
import { errorIn } from '../../lib/connection/changes.js';
import { ClientShell } from '../../lib/connection/client-shell.js';
import { ConnectionView } from '../../lib/connection/connection-view.js';
import type { ConnectionState } from '../../lib/connection/state.js';

const error = new Error('lost');
const attempt = { host: 'main', resume: undefined };
const initialized: ConnectionState = { name: 'initialized' };
const connecting: ConnectionState = { name: 'connecting', attempt, outage: undefined, remainingHosts: [] };
const failed: ConnectionState = { name: 'failed', error };

/** A shell, and all that it tells, in order. */
function build() {
  const seen: unknown[] = [];
  const wire = new Subject<ConnectionState>();
  const shell: ClientShell<unknown, Error> = new ClientShell<unknown, Error>({
    name: 'The connection',
    log: (level, event) => seen.push(['log', level, event]),
    reasonOf: errorIn,
    entering: (before, state) => seen.push(['entering', before.name, state.name, shell.state.value.name]),
    entered: (before, state) => seen.push(['entered', before.name, state.name, shell.state.value.name]),
    announced: () => seen.push('announced'),
  });
  shell.follow(wire);
  const tell = (name: string) => ({
    next: (value: unknown) => seen.push([name, value]),
    complete: () => seen.push(`${name} |`),
  });
  const view = new ConnectionView(shell);
  shell.changes$.subscribe({
    next: ({ current }) => seen.push(['change', current, shell.state.value.name]),
    complete: () => seen.push('change |'),
  });
  shell.errors$.subscribe(tell('error'));
  view.state$.subscribe(tell('state'));
  seen.length = 0;
  return { shell, seen, wire, view };
}

describe('ClientShell', () => {
  it('RTL3d1: tells a step from below to above: the floors below, the state, the log, users', () => {
    const { seen, wire } = build();
    wire.next(connecting);
    expect(seen).to.deep.equal([
      ['entering', 'initialized', 'connecting', 'initialized'],
      ['state', 'connecting'],
      ['entered', 'initialized', 'connecting', 'connecting'],
      ['log', 'info', { message: 'The connection is connecting.', about: 'connecting' }],
      ['change', 'connecting', 'connecting'],
      'announced',
    ]);
  });

  it('tells a watcher of a state before those that subscribed to it later, until it is disposed of', async () => {
    const shell = new ClientShell<unknown, Error>({ name: '', log: () => undefined, reasonOf: errorIn });
    const seen: string[] = [];
    shell.watch(({ name }) => seen.push(`watcher: ${name}`));
    shell.state.subscribe(({ name }) => seen.push(`user: ${name}`));
    const wire = new Subject<ConnectionState>();
    shell.follow(wire);
    wire.next(connecting);
    await shell.dispose(() => undefined);
    wire.next(failed);
    expect(seen).to.deep.equal([
      ...['watcher: initialized', 'user: initialized'],
      ...['watcher: connecting', 'user: connecting'],
      ...['watcher: closed', 'user: closed'],
    ]);
  });

  it('logs the reason of a change', () => {
    const { seen, wire } = build();
    wire.next(failed);
    expect(seen).to.deep.include([
      'log',
      'error',
      { message: 'The connection is failed.', about: 'failed', error },
    ]);
  });

  it('tells only the floors below where nothing changes for users', () => {
    const { seen, wire } = build();
    wire.next(connecting);
    seen.length = 0;
    wire.next({ ...connecting, attempt: { ...attempt } });
    expect(seen).to.deep.equal([
      ['entering', 'connecting', 'connecting', 'connecting'],
      ['entered', 'connecting', 'connecting', 'connecting'],
      'announced',
    ]);
  });

  it('tells nothing where the state is the very same', () => {
    const { seen, wire } = build();
    wire.next(connecting);
    seen.length = 0;
    wire.next(connecting);
    expect(seen).to.deep.equal([]);
  });

  it('does without callbacks', () => {
    const shell = new ClientShell<unknown, Error>({
      name: 'The connection',
      log: () => undefined,
      reasonOf: errorIn,
    });
    shell.follow(new Observable((subscriber) => subscriber.next(connecting)));
    expect(shell.state.value).to.equal(connecting);
  });

  it('report: emits an error, and logs it where there is a message', () => {
    const { shell, seen } = build();
    const { report } = shell;
    report(error);
    report(error, 'A frame could not be read.');
    expect(seen).to.deep.equal([
      ['error', error],
      ['log', 'error', { message: 'A frame could not be read.', error }],
      ['error', error],
    ]);
  });

  it('run: subscribes in order, until dispose', async () => {
    const { shell } = build();
    const seen: string[] = [];
    const stream = (name: string) =>
      new Observable<never>(() => {
        seen.push(name);
        return () => seen.push(`${name} left`);
      });
    shell.run(stream('a'), stream('b'));
    expect(seen).to.deep.equal(['a', 'b']);
    await shell.dispose(() => seen.push('first'));
    expect(seen).to.deep.equal(['a', 'b', 'first', 'a left', 'b left']);
  });

  it('dispose: closes the connection between the callbacks, and completes every stream last', async () => {
    const { shell, seen, wire } = build();
    expect(shell.disposed).to.equal(false);
    await shell.dispose(
      () => {
        seen.push(['first', shell.state.value.name, shell.disposed]);
        shell.report(error);
      },
      () => {
        seen.push(['last', shell.state.value.name, shell.disposed, wire.observed]);
        shell.report(error);
      },
    );
    expect(seen.filter((told) => !String(told).startsWith('enter') && told !== 'announced')).to.deep.equal([
      ['first', 'initialized', false],
      ['error', error],
      ['state', 'closed'],
      ['log', 'info', { message: 'The connection is closed.', about: 'closed' }],
      ['change', 'closed', 'closed'],
      ['last', 'closed', true, false],
      ['error', error],
      'state |',
      'change |',
      'error |',
    ]);
    expect(shell.disposed).to.equal(true);
  });

  it('dispose: stays closed, whatever is ordered by those who hear of that', async () => {
    const { shell, seen, wire } = build();
    shell.state.subscribe(({ name }) => {
      if (name === 'closed' && wire.observed) wire.next(connecting);
    });
    await shell.dispose(() => undefined);
    expect(shell.state.value.name).to.equal('closed');
    expect(seen).to.not.deep.include(['state', 'connecting']);
  });

  it('dispose: leaves a failed connection failed', async () => {
    const { shell, seen, wire } = build();
    wire.next(failed);
    await shell.dispose(() => undefined);
    expect(shell.state.value).to.equal(failed);
    expect(seen).to.not.deep.include(['state', 'closed']);
  });

  it('dispose: does nothing the second time', async () => {
    const { shell, seen } = build();
    await shell.dispose(() => undefined);
    seen.length = 0;
    await shell.dispose(
      () => seen.push('first'),
      () => seen.push('last'),
    );
    expect(seen).to.deep.equal([]);
  });
});

describe('ConnectionView', () => {
  it('RTN4d, RTN25: shows the current state and its reason', () => {
    const { view, wire } = build();
    expect([view.state, view.errorReason]).to.deep.equal(['initialized', undefined]);
    wire.next(failed);
    expect([view.state, view.errorReason]).to.deep.equal(['failed', error]);
  });

  it('RTN26: whenState emits once, at once where the connection is in the state', () => {
    const { view, wire } = build();
    const seen: string[] = [];
    for (const state of ['initialized', 'connecting'] as const)
      view.whenState(state).subscribe({
        next: (name) => seen.push(name),
        complete: () => seen.push('|'),
      });
    expect(seen).to.deep.equal(['initialized', '|']);
    wire.next(connecting);
    wire.next(initialized);
    wire.next(connecting);
    expect(seen).to.deep.equal(['initialized', '|', 'connecting', '|']);
  });

  it('RTN4: state$ is distinct, and never a way to the Subject', () => {
    const { view, wire } = build();
    const seen: string[] = [];
    view.state$.subscribe((name) => seen.push(name));
    wire.next(connecting);
    wire.next({ ...connecting, attempt: { ...attempt } });
    expect(seen).to.deep.equal(['initialized', 'connecting']);
    for (const stream$ of [view.state$, view.changes$]) expect(stream$).to.not.be.instanceOf(Subject);
  });
});
