import { expect } from 'chai';
import { reduceChannel, reduceWaiting } from '../../../lib/ably/channel/reduce.js';
import {
  type ChannelEffect,
  type ChannelEvent,
  type ChannelRules,
  type ChannelState,
  initialized as unused,
  type LinkState,
  type Wish,
} from '../../../lib/ably/channel/state.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';

const answer = { in: 10 };
const grace = { in: 20 };
const probation = { in: 50 };
const rules: ChannelRules = {
  requestTimeout: answer.in,
  detachGrace: grace.in,
  retry: (n, chance) => n * 100 - chance,
  rest: (n, chance) => (n < 2 ? 0 : n * 1000 - chance),
  stableAfter: probation.in,
};
const error = new ErrorInfo('no', { code: 40160, statusCode: 401 });
const other = new ErrorInfo('never', { code: 40161, statusCode: 401 });
const attachedFrame = { action: Action.attached, channel: 'a' };

/** An event; with the link at that moment, where the channel itself has not heard of it yet. */
type Given = ChannelEvent & { readonly link?: LinkState };
const wanted: Given = { type: 'wanted' };
const released: Given = { type: 'released' };
const over: Given = { type: 'grace over' };
const dismissed: Given = { type: 'dismissed', held: true };
const parted: Given = { type: 'dismissed', held: false };
const reconsidered: Given = { type: 'reconsidered' };
const confirmed: Given = { type: 'confirmed' };
const reconfigured: Given = { type: 'reconfigured' };
const up: Given = { type: 'link up', resumed: true };
/** On another connection than the one before. */
const upAnew: Given = { type: 'link up', resumed: false };
const interrupted: Given = { type: 'link interrupted' };
const suspended: Given = { type: 'link suspended', error };
const closed: Given = { type: 'link closed' };
const failed: Given = { type: 'link failed', error };
const renewed: Given = { type: 'link renewed' };
const attached: Given = { type: 'attached', frame: attachedFrame };
const resumed: Given = { type: 'attached', frame: { ...attachedFrame, flags: Flag.resumed } };
const attachedWithError: Given = {
  type: 'attached',
  frame: { ...attachedFrame, error: { code: 40160, statusCode: 401, message: 'no' } },
};
const detached: Given = { type: 'detached', error, chance: 1 };
const refused: Given = { type: 'refused', error, chance: 1 };
const undecodable: Given = { type: 'undecodable', error, chance: 1 };
const unanswered: Given = { type: 'unanswered', error, chance: 1 };
const due: Given = { type: 'due' };
const offline = (event: Given): Given => ({ ...event, link: 'waiting' });

const links: Partial<Record<ChannelEvent['type'], LinkState>> = {
  'link up': 'up',
  'link interrupted': 'waiting',
  'link renewed': 'waiting',
  'link suspended': 'down',
  'link closed': 'down',
  'link failed': 'down',
};
type Step = readonly [state: ChannelState, effects: readonly ChannelEffect[]];
/** The step that the last event makes, with the state before it; the link is up before it is said to be otherwise. */
function stepOf(events: readonly Given[], start: ChannelState = unused): readonly [ChannelState, Step] {
  let [before, step, link]: [ChannelState, Step, LinkState] = [start, [start, []], 'up'];
  for (const event of events) {
    link = links[event.type] ?? link;
    before = step[0];
    step = reduceChannel(before, event, { rules, link: event.link ?? link });
  }
  return [before, step];
}
const after = (...events: readonly Given[]): ChannelState => stepOf(events)[1][0];

const wished = <W extends Wish>(wish: W) => ({ wish, grace: undefined, error: undefined });
const [held, none, byOthers, byNobody] = [
  wished('held'),
  wished('none'),
  wished('dismissed'),
  wished('parted'),
];
const idle = { ...wished('idle'), grace };
const initialized = { ...held, name: 'initialized' } as const;
const attaching = {
  ...held,
  name: 'attaching',
  request: answer,
  failures: 0,
  continues: false,
} as const;
const attachingAgain = { ...attaching, continues: true } as const;
const isAttached = { ...held, name: 'attached' } as const;
const asking = { ...isAttached, reconfiguring: { request: answer, again: false } } as const;
const detaching = { ...byNobody, name: 'detaching', request: answer, from: 'attached' } as const;
const isDetached = { ...byNobody, name: 'detached' } as const;
/** Detached, and the server is owed a DETACH; where that is sent later; and where it has been sent. */
const owing = { ...isDetached, leftover: { request: undefined, unanswered: 0 } } as const;
const owingLater = { ...isDetached, leftover: { ...owing.leftover, retry: { in: 99.5 } } } as const;
const paying = { ...isDetached, leftover: { request: answer, unanswered: 0 } } as const;
const isSuspended = {
  ...held,
  name: 'suspended',
  error,
  failures: 1,
  retry: { in: 99 },
  continues: false,
} as const;
/** Suspended, as its ATTACH was not answered: the server may have it. */
const inDoubt = { ...isSuspended, leftover: 'possible' } as const;
const paused = { ...inDoubt, failures: 0, retry: undefined } as const;
const hasFailed = { ...none, name: 'failed', error } as const;
const wasRefused = { ...hasFailed, strikes: 1 } as const;
const onProbation = { ...isAttached, strikes: 1, probation } as const;

const announced: readonly ChannelEffect[] = ['tell features', 'report change'];
const noted: readonly ChannelEffect[] = ['check modes', 'confirm later'];
const entry = {
  attaching: ['send attach', ...announced],
  attached: ['note attached', ...announced, ...noted],
  detaching: ['send detach', 'report change'],
  detached: ['forget serial', ...announced, 'report gap to listeners'],
  failed: ['forget serial', ...announced, 'drop attach lease', 'end listeners'],
} as const satisfies Partial<Record<ChannelState['name'], readonly ChannelEffect[]>>;
const withGap: readonly ChannelEffect[] = ['note attached', 'report gap', ...announced, ...noted];
const updated: readonly ChannelEffect[] = ['note attached', 'tell features', ...noted];
const told: readonly ChannelEffect[] = [
  'note attached',
  'report update',
  'report gap',
  'tell features',
  ...noted,
];

/** Attaching, once the DETACH that was owed has been answered. */
const payingFirst = { ...attaching, request: undefined, leftover: paying.leftover } as const;
/** Given up without a connection; and then told to the server on the next transport. */
const givenUp = [wanted, attached, interrupted, parted];
const givenUpOnce = [...givenUp, up];
const refusedTwice = [wanted, refused, wanted, refused];

type Row = readonly [
  title: string,
  events: readonly Given[],
  state: ChannelState,
  effects?: readonly ChannelEffect[],
];

/** The last event is the step that is looked at, in the state after the others. */
const rows: Readonly<Record<ChannelState['name'], readonly Row[]>> = {
  initialized: [
    ['RTL4c: attaches when it is wanted', [wanted], attaching, entry.attaching],
    [
      'RTL4i: waits for a connection to ask on',
      [interrupted, wanted],
      { ...attaching, request: undefined },
      announced,
    ],
    ['RTL4b: keeps the wish where there will be no connection', [closed, wanted], initialized],
    ['RTL3d: and attaches when there is one', [closed, wanted, renewed, up], attaching, entry.attaching],
    [
      'RTL3d: also during the grace, which goes on',
      [closed, wanted, released, up],
      { ...attaching, ...idle },
      entry.attaching,
    ],
    ['starts the grace with the last lease', [closed, wanted, released], { ...initialized, ...idle }],
    ['keeps it for the next lease', [closed, wanted, released, wanted], initialized],
    ['forgets the wish with the grace', [closed, wanted, released, over], { ...initialized, ...none }],
    ['RTL5a: is left by `detach()`', [closed, wanted, parted], { ...initialized, ...byNobody }],
    ['RTL5a: also while others hold it', [closed, wanted, dismissed], { ...initialized, ...byOthers }],
    ['RTL5a: until they have gone', [closed, wanted, dismissed, released], { ...initialized, ...byNobody }],
    ['RTN11d: forgets its serial when the connection starts anew', [renewed], unused, ['forget serial']],
    ['RTL14: fails where the server refuses it', [refused], wasRefused, entry.failed],
    [
      'RTL5k: is left where the server attaches it, which a released one had asked for',
      [attached],
      { ...detaching, ...none },
      ['note attached', ...entry.detaching, ...noted],
    ],
    [
      'RTN11d: keeps in mind that messages were missed before',
      [wanted, attached, suspended, closed, renewed, closed, renewed],
      { ...initialized, continues: true },
      ['forget serial'],
    ],
    [
      'RTN11d, RTL2f: so that the next attach tells of the gap',
      [wanted, attached, suspended, closed, renewed, up],
      attachingAgain,
      entry.attaching,
    ],
  ],

  attaching: [
    [
      'RTL13a, RTL16a: attaches when the DETACH that went ahead has been answered, whatever was answered to the ATTACH before it',
      [wanted, attached, reconfigured, detached, resumed, detached],
      { ...attachingAgain, strikes: 1 },
      ['send attach'],
    ],
    ['starts the grace with the last lease', [wanted, released], { ...attaching, ...idle }],
    ['RTL4h: ends the grace with the next one', [wanted, released, wanted], attaching],
    [
      'RTL5i: waits for the answer where the grace is over',
      [wanted, released, over],
      { ...attaching, ...none },
    ],
    ['RTL5i: waits for the answer before it is detached', [wanted, parted], { ...attaching, ...byNobody }],
    ['RTL5i: also where others hold it', [wanted, dismissed], { ...attaching, ...byOthers }],
    ['RTL5i: takes note that these have gone', [wanted, dismissed, released], { ...attaching, ...byNobody }],
    ['RTL4h: is wanted again by the next lease', [wanted, parted, wanted], attaching],
    [
      'RTL5i, RTL5l: is detached at once where nothing has been asked yet',
      [interrupted, wanted, parted],
      isDetached,
      entry.detached,
    ],
    [
      'RTL5i, RTL5l: likewise where the grace is over',
      [interrupted, wanted, released, over],
      { ...isDetached, ...none },
      entry.detached,
    ],
    [
      'RTL5i, RTL5l: also where there is no connection to answer on',
      [wanted, offline(parted)],
      owing,
      entry.detached,
    ],
    [
      'RTL16a: takes note that the options have changed since',
      [wanted, reconfigured],
      { ...attaching, outdated: 'options' },
    ],
    [
      'RTL16a: an interrupted request asks for the latest ones',
      [wanted, reconfigured, interrupted, up],
      attaching,
      ['send attach'],
    ],
    ['RTN19b: asks when there is a connection', [interrupted, wanted, up], attaching, ['send attach']],
    [
      'RTL3e: forgets the request with the connection',
      [wanted, interrupted],
      { ...attaching, request: undefined, leftover: 'possible' },
    ],
    ['RTL3c: is suspended with the connection', [wanted, suspended], paused, announced],
    [
      'RTL3c: with what lies behind it',
      [wanted, attached, up, suspended],
      { ...paused, continues: true },
      announced,
    ],
    [
      'RTL3c: is detached with it where it is not wanted',
      [wanted, parted, suspended],
      { ...owing, error },
      entry.detached,
    ],
    ['RTL3b: is detached with the connection', [wanted, closed], { ...isDetached, ...held }, entry.detached],
    ['RTL3a: fails with the connection', [wanted, failed], hasFailed, entry.failed],
    ['RTL4c: is attached by the answer', [wanted, attached], isAttached, entry.attached],
    [
      'RTL4c: is on probation where it was refused before',
      [wanted, refused, wanted, attached],
      onProbation,
      entry.attached,
    ],
    ['RTL4c: with its error', [wanted, attachedWithError], { ...isAttached, error }, entry.attached],
    ['keeps the grace', [wanted, released, attached], { ...isAttached, ...idle }, entry.attached],
    [
      'RTL2f: reports a gap where it was attached before',
      [wanted, attached, up, attached],
      isAttached,
      withGap,
    ],
    ['RTL2f: and none where it is resumed', [wanted, attached, up, resumed], isAttached, entry.attached],
    [
      'RTL5i: leaves with the answer',
      [wanted, parted, attached],
      { ...isAttached, ...byNobody },
      ['note attached', 'reconsider', ...announced, ...noted],
    ],
    [
      'RTL5i, RTL2f: with the gap',
      [wanted, attached, up, parted, attached],
      { ...isAttached, ...byNobody },
      ['note attached', 'report gap', 'reconsider', ...announced, ...noted],
    ],
    [
      'RTL16a: asks for other options once the first have been answered; a gap is told',
      [wanted, attached, up, reconfigured, attached],
      asking,
      ['note attached', 'send attach', 'report gap', ...announced, ...noted],
    ],
    [
      'RTL16a: without a gap where there is none',
      [wanted, attached, up, reconfigured, resumed],
      asking,
      ['note attached', 'send attach', ...announced, ...noted],
    ],
    [
      'RTL16a: nor where nothing lies behind it',
      [wanted, reconfigured, attached],
      asking,
      ['note attached', 'send attach', ...announced, ...noted],
    ],
    [
      'RTL16a, RTL5i: asks for nothing where it is no longer wanted',
      [wanted, reconfigured, parted, attached],
      { ...isAttached, ...byNobody },
      ['note attached', 'reconsider', ...announced, ...noted],
    ],
    [
      'RTL16a: options that are changed before anything was asked are part of what is asked',
      [interrupted, wanted, reconfigured, up, attached],
      isAttached,
      entry.attached,
    ],
    [
      'RTL18c: attaches once more where a delta was broken meanwhile, and takes no note of the answer',
      [wanted, attached, reconfigured, undecodable, attached],
      attachingAgain,
      ['send attach'],
    ],
    [
      'RTL18c, RTL5i: but not where it is no longer wanted',
      [wanted, attached, reconfigured, undecodable, parted, resumed],
      { ...isAttached, ...byNobody },
      ['note attached', 'reconsider', ...announced, ...noted],
    ],
    ['RTL13b: is suspended where the server detaches it', [wanted, detached], isSuspended, announced],
    [
      'RTL13b, RTL5i: is detached where it is no longer wanted',
      [wanted, parted, detached],
      { ...isDetached, error, strikes: 1 },
      entry.detached,
    ],
    ['RTL14: fails where the server refuses it', [wanted, refused], wasRefused, entry.failed],
    ['RTL4f, RTB1: is suspended without an answer', [wanted, unanswered], inDoubt, announced],
    [
      'RTL4f, RTB1: counts failures in a row',
      [wanted, unanswered, due, unanswered],
      { ...inDoubt, failures: 2, retry: { in: 199 } },
      announced,
    ],
    [
      'RTL4f: keeps what lies behind it',
      [wanted, attached, up, unanswered],
      { ...inDoubt, continues: true },
      announced,
    ],
    [
      'RTL4f, RTL18c: keeps in mind that a delta was broken',
      [wanted, attached, reconfigured, undecodable, unanswered],
      { ...inDoubt, continues: true, outdated: 'delta' },
      announced,
    ],
    [
      'RTL4f, RTL16a: forgets that the options have changed: the next attach asks for them',
      [wanted, reconfigured, unanswered],
      inDoubt,
      announced,
    ],
    [
      'RTL5i, RTL4f: is detached where it is no longer wanted, and was not attached before',
      [wanted, parted, unanswered],
      { ...owingLater, error },
      entry.detached,
    ],
    [
      'RTL5i, RTL4f: is detached to be sure where it was',
      [wanted, attached, up, parted, unanswered],
      { ...detaching, from: 'unknown' },
      entry.detaching,
    ],
    [
      'RTL5i, RTL5l: is detached with the connection where it is no longer wanted; the server may have heard the request',
      [wanted, parted, interrupted],
      owing,
      entry.detached,
    ],
    [
      'RTL5l: pays what is owed before it asks, on the same connection',
      [wanted, attached, interrupted, parted, wanted, up],
      payingFirst,
      ['send detach'],
    ],
    [
      'RTL5l: owes nothing on another one',
      [wanted, attached, interrupted, parted, wanted, upAnew],
      attaching,
      ['send attach'],
    ],
    ['RTL4h: asks when that is answered', [...givenUpOnce, wanted, detached], attaching, ['send attach']],
    ['RTL4h: or is not, for too long', [...givenUpOnce, wanted, unanswered], attaching, ['send attach']],
    [
      'RTL3e: pays once more on the next transport',
      [...givenUpOnce, wanted, interrupted],
      { ...payingFirst, leftover: owing.leftover },
    ],
    [
      'RTL5i: is given up once more, with one DETACH',
      [...givenUpOnce, wanted, parted],
      paying,
      entry.detached,
    ],
    [
      'RTL4g: asks when the rest after a refusal is over',
      [...refusedTwice, wanted, due],
      { ...attaching, strikes: 2 },
      ['send attach'],
    ],
    [
      'RTL18c, RTL5j: pays the server a DETACH where it rests after a broken delta and is given up',
      [wanted, attached, undecodable, attached, undecodable, parted],
      {
        ...isDetached,
        error: undefined,
        ...{ strikes: 2, retry: { in: 1999 } },
        wish: 'parted',
        leftover: { request: answer, unanswered: 0 },
      },
      ['send detach', ...entry.detached],
    ],
    [
      'RTL3e: has no rest without a connection',
      [...refusedTwice, wanted, interrupted],
      { ...attaching, request: undefined, strikes: 2 },
    ],
    [
      'RTL5i: owes nothing where it was resting, and rests once more before it is asked for again',
      [...refusedTwice, wanted, parted],
      { ...isDetached, strikes: 2, retry: { in: 1999 } },
      entry.detached,
    ],
    [
      'RTL14: fails once more, and has to rest for longer',
      [...refusedTwice, wanted, due, refused],
      { ...hasFailed, strikes: 3, retry: { in: 2999 } },
      entry.failed,
    ],
  ],

  attached: [
    ['starts the grace with the last lease', [wanted, attached, released], { ...isAttached, ...idle }],
    ['RTL4a: ends the grace with the next one', [wanted, attached, released, wanted], isAttached],
    [
      'RTL5d: is detached where the grace is over',
      [wanted, attached, released, over],
      { ...detaching, ...none },
      entry.detaching,
    ],
    ['RTL5d: is detached by `detach()`', [wanted, attached, parted], detaching, entry.detaching],
    [
      'RTL5d: also where others hold it',
      [wanted, attached, dismissed],
      { ...detaching, ...byOthers },
      entry.detaching,
    ],
    [
      'RTL5l: at once where there is no connection',
      [wanted, attached, interrupted, parted],
      owing,
      entry.detached,
    ],
    [
      'RTL5l: likewise where the grace is over',
      [wanted, attached, interrupted, released, over],
      { ...owing, ...none },
      entry.detached,
    ],
    [
      'RTL16a: waits for the answer where other options are asked for',
      [wanted, attached, reconfigured, parted],
      { ...asking, ...byNobody },
    ],
    [
      'RTL16a: likewise where the grace is over',
      [wanted, attached, reconfigured, released, over],
      { ...asking, ...none },
    ],
    [
      'RTL16a, RTL5l: as long as one may come',
      [wanted, attached, reconfigured, offline(parted)],
      owing,
      entry.detached,
    ],
    [
      'RTL5i: is detached when wish and state are compared',
      [wanted, parted, attached, reconsidered],
      detaching,
      entry.detaching,
    ],
    [
      'RTL5i, RTL5l: at once where there is no connection',
      [wanted, parted, attached, offline(reconsidered)],
      owing,
      entry.detached,
    ],
    [
      'RTL4a, RTL5f: attaches for the next one where nobody knows whether it is attached',
      [wanted, attached, parted, interrupted, up, unanswered, wanted],
      attachingAgain,
      entry.attaching,
    ],
    [
      'RTL5f: also after another try',
      [wanted, attached, parted, interrupted, up, unanswered, over, unanswered, wanted],
      attachingAgain,
      entry.attaching,
    ],
    ['RTL16a: confirms an ATTACHED', [wanted, attached, confirmed], isAttached, ['confirm']],
    ['RTL16a: asks for other options', [wanted, attached, reconfigured], asking, ['send attach']],
    [
      'RTL16a: has one request at a time',
      [wanted, attached, reconfigured, reconfigured],
      { ...asking, reconfiguring: { request: answer, again: true } },
    ],
    [
      'RTL16a: and makes the next one when that has been answered',
      [wanted, attached, reconfigured, reconfigured, resumed],
      asking,
      ['note attached', 'send attach', 'tell features', ...noted],
    ],
    [
      'RTL16a: or has not been, for too long',
      [wanted, attached, reconfigured, reconfigured, unanswered],
      asking,
      ['send attach', 'reject options'],
    ],
    [
      'RTL16a: rejects them where they are not granted in time',
      [wanted, attached, reconfigured, unanswered],
      isAttached,
      ['reject options'],
    ],
    [
      'RTL16a, RTL5i: leaves then where it is no longer wanted',
      [wanted, attached, reconfigured, reconfigured, parted, unanswered],
      { ...isAttached, ...byNobody },
      ['reconsider', 'reject options'],
    ],
    [
      'RTL16a, RTL5i: and with the answer',
      [wanted, attached, reconfigured, reconfigured, parted, resumed],
      { ...isAttached, ...byNobody },
      ['note attached', 'reconsider', 'tell features', ...noted],
    ],
    [
      'RTL16a: is as it was when they are granted',
      [wanted, attached, reconfigured, resumed],
      isAttached,
      updated,
    ],
    ['RTL3d: attaches again on each connection', [wanted, attached, up], attachingAgain, entry.attaching],
    [
      'RTL3e, RTL16a: gives a request up with its connection',
      [wanted, attached, reconfigured, interrupted],
      isAttached,
    ],
    [
      'RTL5l, RTL16a: is detached with it where it is no longer wanted',
      [wanted, attached, reconfigured, parted, interrupted],
      owing,
      entry.detached,
    ],
    [
      'RTL3c: is suspended with the connection',
      [wanted, attached, suspended],
      { ...paused, continues: true },
      announced,
    ],
    [
      'RTL3c: during the grace as well',
      [wanted, attached, released, suspended],
      { ...paused, ...idle, error, continues: true },
      announced,
    ],
    [
      'RTL3c: is detached with it where it is no longer wanted',
      [wanted, attached, reconfigured, parted, suspended],
      { ...owing, error },
      entry.detached,
    ],
    [
      'RTL3b: is detached with the connection',
      [wanted, attached, closed],
      { ...isDetached, ...held },
      entry.detached,
    ],
    ['RTL3a: fails with the connection', [wanted, attached, failed], hasFailed, entry.failed],
    [
      'RTL3a, RTL14: is not kept for a while then',
      [wanted, attached, released, failed],
      hasFailed,
      entry.failed,
    ],
    ['RTL12: takes note of an ATTACHED that goes on', [wanted, attached, resumed], isAttached, updated],
    ['RTL12: tells of one that does not', [wanted, attached, attached], isAttached, told],
    ['RTL12: with its error', [wanted, attached, attachedWithError], { ...isAttached, error }, told],
    ['RTL12: forgets an error that is over', [wanted, attachedWithError, attached], isAttached, told],
    [
      'RTL13a: attaches again where the server detaches it',
      [wanted, attached, detached],
      { ...attachingAgain, error, strikes: 1 },
      entry.attaching,
    ],
    [
      'RTL13a, RTL16a: has a DETACH go ahead where an ATTACH for other options is under way',
      [wanted, attached, reconfigured, detached],
      {
        ...{ ...attachingAgain, request: undefined, error, strikes: 1 },
        leftover: { request: answer, unanswered: 0 },
      },
      ['send detach', ...announced],
    ],
    [
      'RTL13a: stays detached where it is no longer wanted',
      [wanted, attached, reconfigured, parted, detached],
      { ...isDetached, error },
      entry.detached,
    ],
    [
      'RTL18c: attaches again where a delta was broken',
      [wanted, attached, undecodable],
      { ...attachingAgain, error, strikes: 1 },
      entry.attaching,
    ],
    [
      'RTL18c, RTB1: after a rest where the next delta is broken as well, soon after the one before',
      [wanted, attached, undecodable, attached, undecodable],
      {
        ...{ ...attachingAgain, request: undefined, error, strikes: 2, retry: { in: 1999 } },
        leftover: 'possible', // the server still has it
      },
      announced,
    ],
    [
      'RTL18c: after the answer to the ATTACH that is under way',
      [wanted, attached, reconfigured, undecodable],
      { ...attachingAgain, error, outdated: 'delta' },
      announced,
    ],
    ['RTL14: fails where the server refuses it', [wanted, attached, refused], wasRefused, entry.failed],
    [
      'forgets after a while that it was refused before',
      [wanted, refused, wanted, attached, due],
      isAttached,
    ],
    [
      'RTL16a: asks for other options during the probation too',
      [wanted, refused, wanted, attached, reconfigured],
      { ...onProbation, ...{ reconfiguring: asking.reconfiguring } },
      ['send attach'],
    ],
    [
      'RTL16a: which goes on then',
      [wanted, refused, wanted, attached, reconfigured, resumed],
      onProbation,
      updated,
    ],
    [
      'RTL14: fails, and has to rest, where it is refused during the probation',
      [wanted, refused, wanted, attached, refused],
      { ...hasFailed, strikes: 2, retry: { in: 1999 } },
      entry.failed,
    ],
    [
      'RTL13a: rests before it attaches again where the server detaches it during the probation',
      [wanted, attached, detached, attached, detached],
      { ...attachingAgain, request: undefined, error, strikes: 2, retry: { in: 1999 } },
      announced,
    ],
    [
      'RTL13a: and not after that',
      [wanted, attached, detached, attached, due, detached],
      { ...attachingAgain, error, strikes: 1 },
      entry.attaching,
    ],
  ],

  detaching: [
    ['RTL4h: takes note of a new lease', [wanted, attached, parted, wanted], { ...detaching, ...held }],
    ['and that it has gone', [wanted, attached, parted, wanted, released], { ...detaching, ...idle }],
    [
      'RTL5i: and that its grace is over',
      [wanted, attached, parted, wanted, released, over],
      { ...detaching, ...none },
    ],
    [
      'RTL5i: is detached once more',
      [wanted, attached, parted, wanted, dismissed],
      { ...detaching, ...byOthers },
    ],
    ['RTL5i: takes note that the others have gone', [wanted, attached, dismissed, released], detaching],
    [
      'RTL3e: forgets the request with the connection',
      [wanted, attached, parted, interrupted],
      { ...detaching, request: undefined },
    ],
    [
      'RTN19b: asks again on the next one, where it may not be attached',
      [wanted, attached, parted, interrupted, up],
      { ...detaching, from: 'unknown' },
      ['send detach'],
    ],
    ...([closed, failed] as const).map((event): Row => [
      `RTL3: is detached by "${event.type}"`,
      [wanted, attached, parted, event],
      isDetached,
      entry.detached,
    ]),
    [
      'RTL3c: and by a connection that is suspended, which may be resumed all the same',
      [wanted, attached, parted, suspended],
      owing,
      entry.detached,
    ],
    [
      'RTL3a, RTL4h: a new lease is not forgotten then',
      [wanted, attached, parted, wanted, failed],
      { ...isDetached, ...held },
      entry.detached,
    ],
    ['RTL16a: confirms an ATTACHED', [wanted, attached, parted, confirmed], detaching, ['confirm']],
    [
      'RTL5k: asks again where the server attaches it',
      [wanted, attached, parted, interrupted, up, attached],
      detaching,
      ['note attached', 'send detach', ...noted],
    ],
    [
      'RTL5d: is detached by the answer',
      [wanted, attached, parted, detached],
      { ...isDetached, error },
      entry.detached,
    ],
    [
      'RTL4h: compares wish and state then, where it is wanted again',
      [wanted, attached, parted, wanted, detached],
      { ...isDetached, ...held, error },
      ['reconsider', ...entry.detached],
    ],
    [
      'RTL4h: forgets a wish that is over again',
      [wanted, attached, parted, wanted, released, detached],
      { ...isDetached, ...none, error },
      entry.detached,
    ],
    [
      'RTL14: fails where the server refuses it',
      [wanted, attached, parted, refused],
      wasRefused,
      entry.failed,
    ],
    [
      'RTL5f: is attached still without an answer, and tries again later',
      [wanted, attached, parted, unanswered],
      { ...isAttached, ...byNobody, error, unanswered: 1, grace: { in: 99 } },
      ['report gap', ...announced],
    ],
    [
      'RTL5f, RTB1: counts the answers that did not come',
      [wanted, attached, parted, unanswered, over, unanswered],
      { ...isAttached, ...byNobody, error, unanswered: 2, grace: { in: 199 } },
      ['report gap', ...announced],
    ],
    [
      'RTL5f: goes on for those who hold it',
      [wanted, attached, dismissed, unanswered],
      { ...isAttached, error },
      ['report gap', ...announced],
    ],
    [
      'RTL5f: and for a new lease',
      [wanted, attached, parted, wanted, unanswered],
      { ...isAttached, error },
      ['report gap', ...announced],
    ],
    [
      'RTL5f: also during its grace',
      [wanted, attached, parted, wanted, released, unanswered],
      { ...isAttached, ...idle, error },
      ['report gap', ...announced],
    ],
    [
      'RTL5f, RTL17: attaches anew where it may not be attached',
      [wanted, attached, parted, interrupted, up, wanted, unanswered],
      { ...attachingAgain, error },
      entry.attaching,
    ],
  ],

  detached: [
    [
      'RTL13b, RTL5j: rests for who gives it up after each refusal and wants it again',
      [wanted, detached, parted, wanted, detached, parted, wanted],
      { ...attaching, request: undefined, strikes: 2, retry: { in: 1999.5 } },
      announced,
    ],
    [
      'RTL4c: attaches anew when it is wanted',
      [wanted, attached, parted, detached, wanted],
      attaching,
      entry.attaching,
    ],
    [
      'RTL4i: waits for a connection to ask on',
      [wanted, attached, parted, interrupted, detached, wanted],
      { ...attaching, request: undefined },
      announced,
    ],
    [
      'RTL4b: keeps the wish where there will be no connection',
      [wanted, attached, parted, closed, wanted],
      { ...isDetached, ...held },
    ],
    ['RTL3d: attaches what is wanted on each connection', [wanted, closed, up], attaching, entry.attaching],
    ['starts the grace with the last lease', [wanted, closed, released], { ...isDetached, ...idle }],
    ['forgets the wish with the grace', [wanted, closed, released, over], { ...isDetached, ...none }],
    ['RTL5a: stays so', [wanted, closed, parted], isDetached],
    ['RTL5a: also while others hold it', [wanted, closed, dismissed], { ...isDetached, ...byOthers }],
    [
      'RTN11d: is as never used where the connection starts anew',
      [wanted, closed, renewed],
      initialized,
      ['forget serial', ...announced],
    ],
    [
      'RTL4h: attaches where wish and state do not fit',
      [wanted, attached, parted, wanted, detached, reconsidered],
      attaching,
      entry.attaching,
    ],
    ['RTL5l: tells the server on the same connection', givenUpOnce, paying, ['send detach']],
    ['RTL5l: has nothing to tell on another one', [...givenUp, upAnew], isDetached],
    ...([closed, failed] as const).map((event): Row => [
      `RTL5l: nor where the session is over, by "${event.type}"`,
      [...givenUp, event],
      isDetached,
    ]),
    ['RTL5l: owes nothing after "detached"', [...givenUpOnce, detached], isDetached],
    [
      'RTL14: fails where the server refuses it',
      [wanted, attached, parted, detached, refused],
      wasRefused,
      entry.failed,
    ],
    [
      'RTL14: fails likewise where the server is owed a DETACH, and owes nothing then',
      [...givenUpOnce, refused],
      wasRefused,
      entry.failed,
    ],
    ['RTL5l: tells it once more on the next transport', [...givenUpOnce, interrupted], owing],
    [
      'RTL5f, RTB1: waits where there is no answer, longer and longer',
      [...givenUpOnce, unanswered, due, unanswered],
      { ...isDetached, leftover: { request: undefined, unanswered: 2, retry: { in: 199 } } },
    ],
    [
      'RTL5f: and tells it again',
      [...givenUpOnce, unanswered, due],
      { ...paying, leftover: { request: answer, unanswered: 1 } },
      ['send detach'],
    ],
    ['RTL3e: does not wait without a connection', [...givenUpOnce, unanswered, interrupted], owing],
    [
      'RTL5k: tells it in public where the server attaches it',
      [...givenUpOnce, attached],
      detaching,
      ['note attached', ...entry.detaching, ...noted],
    ],
    ['RTL4h: a new lease waits for the answer', [...givenUpOnce, wanted], payingFirst, announced],
    [
      'RTL4h: but not where none is to be had',
      [...givenUpOnce, unanswered, wanted],
      attaching,
      entry.attaching,
    ],
    [
      'RTL4i: and for a connection',
      [...givenUp, wanted],
      { ...payingFirst, leftover: owing.leftover },
      announced,
    ],
    [
      'RTL4b, RTL3d: tells it first, where a lease came while there was none to come',
      [...givenUp, { ...wanted, link: 'down' }, up],
      payingFirst,
      ['send detach', ...announced],
    ],
    [
      'RTL5k: asks again where the server attaches it',
      [wanted, attached, parted, detached, attached],
      detaching,
      ['note attached', ...entry.detaching, ...noted],
    ],
    [
      'RTL5k, RTL2d: with its error',
      [wanted, attached, parted, detached, attachedWithError],
      { ...detaching, error },
      ['note attached', ...entry.detaching, ...noted],
    ],
  ],

  suspended: [
    [
      'RTL4c: attaches at once for a new lease; failures still count',
      [wanted, detached, wanted],
      { ...attaching, failures: 1 },
      entry.attaching,
    ],
    [
      'RTL4i: waits for a connection to ask on',
      [wanted, attached, up, unanswered, interrupted, wanted],
      { ...attachingAgain, request: undefined, leftover: 'possible' },
      announced,
    ],
    [
      'RTL4b: keeps the wish where there will be no connection',
      [wanted, suspended, released, wanted],
      paused,
    ],
    [
      'starts the grace with the last lease',
      [wanted, detached, released],
      { ...isSuspended, ...idle, error },
    ],
    [
      'RTL5j: is detached where the grace is over',
      [wanted, detached, released, over],
      { ...isDetached, ...none, strikes: 1 },
      entry.detached,
    ],
    [
      'RTL5j: is detached by `detach()`',
      [wanted, detached, parted],
      { ...isDetached, strikes: 1 },
      entry.detached,
    ],
    [
      'RTL5j: also where others hold it',
      [wanted, detached, dismissed],
      { ...isDetached, ...byOthers, strikes: 1 },
      entry.detached,
    ],
    [
      'RTL5j, RTL5d: sends nothing then, and tells the server later, where it may be attached there',
      [wanted, unanswered, parted],
      { ...owingLater, strikes: 1 },
      entry.detached,
    ],
    [
      'RTL5j: likewise where the grace is over',
      [wanted, unanswered, released, over],
      { ...owingLater, ...none, strikes: 1 },
      entry.detached,
    ],
    [
      'RTL5j, RTL5l: or on the next transport',
      [wanted, unanswered, interrupted, parted],
      { ...owing, strikes: 1 },
      entry.detached,
    ],
    [
      'RTL13b: a new lease waits for the retry where the server has detached it twice',
      [wanted, detached, due, detached, wanted],
      { ...attaching, request: undefined, failures: 2, retry: { in: 199 } },
      announced,
    ],
    [
      'RTL4c: but not where it has not answered',
      [wanted, unanswered, due, unanswered, wanted],
      { ...attaching, failures: 2 },
      entry.attaching,
    ],
    [
      'RTL3a: does not try again on a connection that has failed',
      [wanted, detached, failed],
      { ...isSuspended, retry: undefined },
    ],
    ['RTL3d: attaches again on each connection', [wanted, suspended, up], attaching, entry.attaching],
    [
      'RTL13c: does not try again without a connection',
      [wanted, detached, interrupted],
      { ...isSuspended, retry: undefined },
    ],
    ['RTL13c: nor on a closed one', [wanted, detached, closed], { ...isSuspended, retry: undefined }],
    [
      'RTN11d: begins anew with a connection that starts anew',
      [wanted, attached, suspended, failed, renewed],
      { ...initialized, continues: true },
      ['forget serial', ...announced],
    ],
    ['is attached by an answer that comes late', [wanted, unanswered, attached], isAttached, entry.attached],
    [
      'RTL2f: with a gap where it was attached before',
      [wanted, attached, up, unanswered, attached],
      isAttached,
      withGap,
    ],
    [
      'RTL18c: attaches once more where a delta was broken before',
      [wanted, attached, reconfigured, undecodable, unanswered, attached],
      { ...attachingAgain, failures: 1 },
      entry.attaching,
    ],
    [
      'RTL13a: attaches where the server detaches it',
      [wanted, unanswered, detached],
      { ...attaching, failures: 1, error },
      entry.attaching,
    ],
    [
      'RTL13b: tries again when it is due',
      [wanted, detached, due],
      { ...attaching, failures: 1 },
      entry.attaching,
    ],
    ['RTL14: fails where the server refuses it', [wanted, detached, refused], wasRefused, entry.failed],
  ],

  failed: [
    [
      'RTL4g: attaches when it is wanted',
      [wanted, refused, wanted],
      { ...attaching, strikes: 1 },
      entry.attaching,
    ],
    [
      'RTL4g: rests first, from the second refusal on',
      [...refusedTwice, wanted],
      { ...attaching, request: undefined, strikes: 2, retry: { in: 1999 } },
      announced,
    ],
    [
      'RTL4g: but not where the rest is over',
      [...refusedTwice, due, wanted],
      { ...attaching, strikes: 2 },
      entry.attaching,
    ],
    [
      'RTL5k: is left where the server attaches it all the same',
      [wanted, refused, attached],
      wasRefused,
      ['send detach'],
    ],
    [
      'RTL14: takes note of a further error',
      [wanted, failed, { ...refused, error: other }],
      { ...hasFailed, error: other },
    ],
    ...([interrupted, closed, failed, due] as const).map((event): Row => [
      `ends the rest with "${event.type}"`,
      [...refusedTwice, event],
      { ...hasFailed, strikes: 2, retry: undefined },
    ]),
    [
      'RTL4i: waits for a connection to ask on',
      [wanted, refused, interrupted, wanted],
      { ...attaching, request: undefined, strikes: 1 },
      announced,
    ],
    [
      'RTL4b: keeps the wish where there will be no connection',
      [wanted, failed, wanted],
      { ...hasFailed, wish: 'held' },
    ],
    ['RTL3d: until there is one', [wanted, failed, wanted, up], attaching, entry.attaching],
    [
      'starts the grace with the last lease',
      [wanted, failed, wanted, released],
      { ...hasFailed, wish: 'idle', grace },
    ],
    ['forgets the wish with the grace', [wanted, failed, wanted, released, over], hasFailed],
    ['RTL5b: can be left', [wanted, failed, wanted, parted], { ...hasFailed, wish: 'parted' }],
    [
      'RTN11d: is as never used where the connection starts anew',
      [wanted, failed, renewed],
      unused,
      ['forget serial', ...announced],
    ],
  ],
};

/** Events that mean nothing in a state; it is the same object then, and there is nothing to do. */
const ignored: readonly (readonly [title: string, state: ChannelState, ...events: readonly Given[]])[] = [
  [
    'a channel that was never used',
    unused,
    ...[released, over, reconsidered, confirmed, reconfigured, up, interrupted, suspended, closed, failed],
    ...[detached, undecodable, unanswered, due],
  ],
  ['one that is attaching', after(wanted), wanted, reconsidered, confirmed, up, renewed, undecodable, due],
  ['RTL16a: one that has options to ask for already', after(wanted, reconfigured), reconfigured],
  ['RTL16a: one that has not asked for anything yet', after(interrupted, wanted), reconfigured],
  ['one that is attached', after(wanted, attached), wanted, reconsidered, interrupted, renewed, due],
  ['RTL16a, RTL3d: one without a connection', after(wanted, attached), offline(reconfigured)],
  ['RTL16a, RTL3d: one with a closed connection', after(wanted, attached), { ...reconfigured, link: 'down' }],
  ['one that is no longer wanted', after(wanted, parted), released, over],
  [
    'one that is detaching',
    after(wanted, attached, parted),
    ...[released, over, reconsidered, reconfigured, up, renewed, undecodable, due],
  ],
  [
    'one that is detached',
    after(wanted, attached, parted, detached),
    ...[released, over, reconsidered, confirmed, reconfigured, up, interrupted, suspended, closed, failed],
    ...[detached, undecodable, unanswered, due],
  ],
  ['one that pays what it owes before it attaches', after(...givenUpOnce, wanted), attached, up, due],
  ['one that rests before it attaches', after(...refusedTwice, wanted), detached, unanswered, wanted],
  ['RTL13a: one that the server has detached twice', after(wanted, detached, due, detached), detached],
  [
    'one that is suspended',
    after(wanted, suspended),
    ...[
      reconsidered,
      confirmed,
      reconfigured,
      interrupted,
      suspended,
      closed,
      failed,
      undecodable,
      unanswered,
    ],
  ],
  [
    'one that has failed',
    after(wanted, refused),
    ...[released, over, reconsidered, confirmed, reconfigured, up, interrupted, suspended, closed, failed],
    ...[detached, undecodable, unanswered, due],
  ],
];

describe('reduceChannel', () => {
  for (const [name, steps] of Object.entries(rows))
    describe(name, () => {
      for (const [title, events, state, effects = []] of steps)
        it(title, () => {
          const [before, step] = stepOf(events);
          expect(before.name).to.equal(name);
          expect(step).to.deep.equal([state, effects]);
        });
    });

  describe('ignores', () => {
    for (const [title, state, ...events] of ignored)
      for (const event of events)
        it(`${title}: "${event.type}"`, () => {
          const [next, effects] = reduceChannel(state, event, { rules, link: event.link ?? 'up' });
          expect([next === state, effects]).to.deep.equal([true, []]);
        });
  });

  it('RTN16j: what another process was attached to may have a gap', () => {
    const restored: ChannelState = { ...unused, continues: true };
    expect(stepOf([wanted], restored)[1]).to.deep.equal([attachingAgain, entry.attaching]);
    expect(stepOf([interrupted, wanted], restored)[1]).to.deep.equal([
      { ...attachingAgain, request: undefined },
      announced,
    ]);
    expect(stepOf([wanted, attached], restored)[1]).to.deep.equal([isAttached, withGap]);
  });

  it('is never detached by itself with `detachGrace: false`', () => {
    const context = { rules: { ...rules, detachGrace: false }, link: 'up' } as const;
    expect(reduceChannel(after(wanted, attached), released, context)).to.deep.equal([
      { ...isAttached, wish: 'idle' },
      [],
    ]);
  });

  it('RTL5f: an update does not bring forward what waits to be detached once more', () => {
    const waiting = { ...isAttached, ...byNobody, error, unanswered: 1, grace: { in: 99 } };
    const [before, step] = stepOf([wanted, attached, parted, unanswered, resumed]);
    expect([before, step]).to.deep.equal([waiting, [waiting, updated]]);
  });

  it('RTL3d, RTL5f: what waits to be detached is attached again with its connection', () => {
    expect(stepOf([wanted, attached, parted, unanswered, up])[1]).to.deep.equal([
      { ...attachingAgain, ...byNobody, grace: { in: 99 } },
      entry.attaching,
    ]);
  });

  it('RTS4a, RTB1: asks for nothing while the released one of its name is in the way, and waits out its rest after that', () => {
    const context = { rules, link: 'up' } as const;
    const before: ChannelEvent = { type: 'refused before', strikes: 2, chance: 0 };
    const [refusedBefore] = reduceWaiting(unused, before, context);
    expect(refusedBefore).to.deep.equal({ ...unused, strikes: 2, retry: { in: 2000 } });
    const [resting] = reduceWaiting(refusedBefore, wanted, context);
    expect(resting).to.deep.include({ name: 'attaching', request: undefined, retry: { in: 2000 } });
    expect(reduceChannel(refusedBefore, due, context)[0]).to.deep.equal({
      ...refusedBefore,
      retry: undefined,
    });
    const turn: ChannelEvent = { type: 'link up', resumed: true, isTurn: true };
    expect(reduceChannel(resting, turn, context)).to.deep.equal([resting, []]);
    const [rested, effects] = reduceWaiting(resting, due, context);
    expect([rested, effects]).to.deep.equal([{ ...resting, retry: undefined }, []]);
    const [attaching, sent] = reduceChannel(rested, turn, context);
    expect(attaching).to.deep.include({ name: 'attaching', request: answer, strikes: 2 });
    expect(sent).to.deep.equal(['send attach']);
  });
});
