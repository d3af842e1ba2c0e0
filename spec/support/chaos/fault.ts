import fc from 'fast-check';

/** What a network can do to a client; times in milliseconds. All of it ends by itself. */
export type Fault =
  /** The sockets at hand end without a word, when so many more bytes have passed, in either direction. */
  | { readonly type: 'cut'; readonly after: number }
  /** All is so much later, in order. */
  | { readonly type: 'delay'; readonly by: number; readonly lasting: number }
  /** Half-open: nothing passes, nothing ends; then what was held passes after all. */
  | { readonly type: 'hush'; readonly lasting: number }
  /** Nobody gets in; who is in stays. */
  | { readonly type: 'refuse'; readonly lasting: number }
  /** Whoever gets in is cut off after so many bytes. */
  | { readonly type: 'accept and drop'; readonly after: number; readonly lasting: number }
  /** The next frame to the client ends early, and the socket with it. */
  | { readonly type: 'truncate' }
  /** A frame that the server never sent. */
  | { readonly type: 'garbage'; readonly data: string | Uint8Array }
  /** A closing handshake with this code. */
  | { readonly type: 'close'; readonly code: number };

/** How the server's own memory fails: the session is lost, and the client's next resume with it. */
export type Afflicted = Fault | { readonly type: 'forget' };

/** One fault of one client's network. */
export interface Affliction {
  readonly at: number;
  readonly of: number;
  readonly fault: Afflicted;
}

const channel = '"channel":"a"';

/** None of it is a lie that a client could believe: it is no frame at all, or one that says nothing. */
export const garbage: readonly (string | Uint8Array)[] = [
  '',
  'nonsense',
  '{"action":',
  'null',
  '[]',
  '7',
  '{}',
  '{"action":77}',
  '{"action":"15"}',
  '{"action":0,"id":"nobody asked"}',
  '{"action":1,"msgSerial":-1,"count":1}',
  '{"action":1,"msgSerial":"x","count":"y","res":7}',
  '{"action":2,"msgSerial":-5,"count":2,"error":7}',
  '{"action":11,"channel":"elsewhere"}',
  '{"action":13}',
  '{"action":15,"channel":"elsewhere","messages":[{"data":"lost"}]}',
  `{"action":15,${channel}}`,
  `{"action":15,${channel},"messages":[]}`,
  `{"action":15,${channel},"messages":[null]}`,
  `{"action":15,${channel},"messages":7}`,
  `{"action":15,${channel},"messages":[{"data":1,"encoding":7}]}`,
  '\u0000\uffff',
  new Uint8Array([0xc1]),
  new Uint8Array([0xdf, 0xff, 0xff, 0xff, 0xff]),
  new Uint8Array(0),
];

/** The menu; `most` is how long a fault may last. */
export const faults = (most: number): fc.Arbitrary<Fault> => {
  const lasting = fc.integer({ min: 0, max: most });
  return fc.oneof(
    fc.record({ type: fc.constant('cut' as const), after: fc.nat(3000) }),
    fc.record({ type: fc.constant('delay' as const), by: fc.nat(Math.ceil(most / 8)), lasting }),
    fc.record({ type: fc.constant('hush' as const), lasting }),
    fc.record({ type: fc.constant('refuse' as const), lasting }),
    fc.record({ type: fc.constant('accept and drop' as const), after: fc.nat(1500), lasting }),
    fc.record({ type: fc.constant('truncate' as const) }),
    fc.record({ type: fc.constant('garbage' as const), data: fc.constantFrom(...garbage) }),
    fc.record({
      type: fc.constant('close' as const),
      code: fc.constantFrom(
        1000,
        1001,
        1002,
        1003,
        1007,
        1008,
        1009,
        1011,
        1012,
        1013,
        3000,
        4000,
        4001,
        4999,
      ),
    }),
  );
};
