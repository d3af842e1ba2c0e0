import { expect } from 'chai';
import { type RelayError, RequestError } from '../../../lib/relay/index.js';
import { fateOf, played, topicOf } from '../../support/relay-world.js';

const [pairingTopic, sessionTopic] = [topicOf(1), topicOf(2)];
const proposal = { pairingTopic, sessionProposal: 'sealed', ttl: 300 };

describe('request', () => {
  it(
    'sends any method with its parameters, and resolves with the answer',
    played((world) => {
      const [dapp, wallet] = [world.clientOf(), world.clientOf()];
      const heard: string[] = [];
      wallet.channel(pairingTopic).messages$.subscribe(({ message }) => heard.push(message));
      const fates = [
        fateOf(dapp.request('wc_proposeSession', proposal)),
        fateOf(
          dapp.request(
            'irn_batchFetchMessages',
            { topics: [sessionTopic] },
            { retries: 0, signal: undefined },
          ),
        ),
      ];
      return () => {
        expect(fates).to.deep.equal([{ value: true }, { value: { messages: [], hasMore: false } }]);
        expect(heard).to.deep.equal(['sealed']);
        const [{ text } = { text: '' }] = world.heard('wc_proposeSession');
        expect((JSON.parse(text) as { params: object }).params).to.deep.equal(proposal);
      };
    }),
  );

  it(
    'refused: sends it once and three times more, under one id, and names the method',
    played((world) => {
      const client = world.clientOf();
      const errors: RelayError[] = [];
      client.errors$.subscribe((told) => errors.push(told));
      const error = { code: -32000, message: 'Mailbox is full', data: 'MailboxLimitExceeded' };
      world.relay.faults.refuse(error, { method: 'wc_proposeSession', count: Infinity });
      const fate = fateOf(client.request('wc_proposeSession', proposal));
      return () => {
        expect(fate.error)
          .to.be.instanceOf(RequestError)
          .and.include({
            ...{ name: 'RequestError', method: 'wc_proposeSession', attempts: 4, reason: 'rejected' },
            ...{ code: -32000, data: 'MailboxLimitExceeded', uncertain: false },
          });
        expect(String(fate.error)).to.match(
          /The request "wc_proposeSession" was not carried out after 4 attempts in \d+ ms: the relay refused it\. Correct it, or try it again later \(Mailbox is full\)\.$/,
        );
        const sent = world.heard('wc_proposeSession').map(({ text }) => text);
        expect([sent.length, new Set(sent).size]).to.deep.equal([4, 1]);
        expect(errors).to.deep.equal([fate.error]);
      };
    }),
  );

  it(
    'lost with its connection: sends again at once on the next',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.ignore({ method: 'wc_proposeSession' });
      const fate = fateOf(client.request('wc_proposeSession', proposal));
      world.at(100, () => world.relay.connections[0]?.drop());
      return () => {
        expect(fate).to.deep.equal({ value: true });
        expect(world.heard('wc_proposeSession')).to.have.length(2);
      };
    }),
  );

  for (const [what, retries, sends] of [
    ['with `retries: 0` sends once', 0, 1],
    ['with `retries: 1` sends twice', 1, 2],
  ] as const)
    it(
      `${what}, and says that the relay may have done it`,
      played((world) => {
        const client = world.clientOf();
        world.relay.faults.ignore({ method: 'wc_proposeSession', count: Infinity });
        const fate = fateOf(client.request('wc_proposeSession', proposal, { retries }));
        return () => {
          expect(fate.error).to.include({ attempts: sends, reason: 'timeout', uncertain: true });
          expect(String(fate.error))
            .to.contain('The relay has not confirmed the request "wc_proposeSession"')
            .and.contain('It may have done it all the same');
          expect(world.heard('wc_proposeSession')).to.have.length(sends);
        };
      }),
    );

  it(
    'with `retries: 0`, lost with its connection: does not send again',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.ignore({ method: 'wc_proposeSession' });
      const fate = fateOf(client.request('wc_proposeSession', proposal, { retries: 0 }));
      world.at(100, () => world.relay.connections[0]?.drop());
      return () => {
        expect(fate.error).to.include({ attempts: 1, uncertain: true });
        expect(world.heard('wc_proposeSession')).to.have.length(1);
      };
    }),
  );

  it(
    'with `retries: 0` and no connection: waits for one until its deadline',
    played((world) => {
      world.relay.refuse();
      const client = world.clientOf();
      const fate = fateOf(client.request('wc_proposeSession', proposal, { retries: 0 }));
      world.at(10_000, () => world.relay.refuse(false));
      return () => {
        expect(fate).to.deep.equal({ value: true });
      };
    }),
  );

  it(
    'withdraws what the relay cannot have done, and rejects with the reason of the signal',
    played((world) => {
      world.relay.refuse();
      const client = world.clientOf();
      const [abort, before] = [new AbortController(), new AbortController()];
      before.abort('too late');
      const fates = [abort, before].map(({ signal }) =>
        fateOf(client.request('wc_proposeSession', proposal, { signal })),
      );
      world.at(1000, () => {
        abort.abort('not any more');
      });
      world.at(2000, () => world.relay.refuse(false));
      return () => {
        expect(fates).to.deep.equal([{ error: 'not any more' }, { error: 'too late' }]);
        expect(world.heard('wc_proposeSession')).to.have.length(0);
      };
    }),
  );

  it(
    'refuses what cannot be written, and tells options that it has not',
    played((world) => {
      const told: string[] = [];
      const client = world.clientOf({
        log: (level, { message }) => level === 'warn' && told.push(message),
        seed: '11'.repeat(32),
        queue: { maxBytes: 100 },
      });
      const wrong = [
        [client.request('', {}), /A method has to be a name such as/],
        [client.request('a","params":{', {}), /A method has to be a name such as/],
        [client.request(7 as never, {}), /A method has to be a name such as/],
        [client.request('x', [1]), /parameters of "x" have to be an object; they were an array/],
        [client.request('x', undefined as never), /have to be an object; they were of type undefined/],
        [client.request('x', { at: [1n] }), /what is at "params\.at\.0", a BigInt: write it as a string/],
        [client.request('x', {}, { retries: -1 }), /"retries" has to be a whole number from 0 to 100/],
        [client.request('x', {}, { retries: 1.5 }), /"retries" has to be a whole number from 0 to 100/],
        [client.request('x', { text: 'é'.repeat(50) }), /queue\.maxBytes/],
      ] as const;
      const fates = wrong.map(([promise, text]) => [fateOf(promise), text] as const);
      void client.request('x', {}, { retris: 1, retries: 0 } as object);
      return () => {
        for (const [{ error }, text] of fates) {
          expect(error).to.include({ name: 'RelayError' });
          expect((error as Error).message).to.match(text);
        }
        expect(told).to.deep.equal([
          'There is no field "retris" in the options of a request: write "retries".',
        ]);
      };
    }),
  );

  it(
    'rejects after `dispose()`',
    played((world) => {
      const client = world.clientOf();
      void client.dispose();
      const fate = fateOf(client.request('x', {}));
      return () => {
        expect(String(fate.error)).to.contain('The client was disposed of');
      };
    }),
  );
});
