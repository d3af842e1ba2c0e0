import { expect } from 'chai';
import { objectMessageOf } from '../../../lib/ably/objects/public-message.js';

describe('the messages of changes', () => {
  it('PAOOP3b2, PAOOP3c2: say what was created by this client, and not the text that was sent', () => {
    const sent = { initialValue: '{}', nonce: 'n' };
    const operationOf = (operation: object): unknown =>
      objectMessageOf({ operation: { objectId: 'id', ...operation } }, 'a')?.operation;
    const mapCreate = {
      semantics: 0,
      entries: { k: { data: { number: 1 } }, o: { data: { objectId: 'x' } } },
    };
    expect(operationOf({ action: 0, mapCreateWithObjectId: sent, mapCreate })).to.deep.equal({
      action: 'map.create',
      objectId: 'id',
      mapCreate: { entries: { k: { value: 1 }, o: { objectId: 'x' } } },
    });
    expect(
      operationOf({ action: 3, counterCreateWithObjectId: sent, counterCreate: { count: 2 } }),
    ).to.deep.equal({ action: 'counter.create', objectId: 'id', counterCreate: { count: 2 } });
  });

  it('PAOOP2h, PAOOP2i, PAOOP3a: have what their action has', () => {
    const [objectDelete, mapClear] = [{}, {}];
    expect(
      objectMessageOf({ operation: { action: 5, objectId: 'id', objectDelete } }, 'a')?.operation,
    ).to.deep.equal({ action: 'object.delete', objectId: 'id', objectDelete });
    expect(
      objectMessageOf({ operation: { action: 6, objectId: 'id', mapClear } }, 'a')?.operation,
    ).to.deep.equal({
      ...{ action: 'map.clear', objectId: 'id', mapClear },
    });
  });

  it('RTF1: take what is null as left out', () => {
    const nothing = null as never;
    const entriesOf = (entries: never): unknown =>
      objectMessageOf({ operation: { action: 0, mapCreate: { entries } } }, 'a')?.operation.mapCreate
        ?.entries;
    expect(entriesOf(nothing)).to.deep.equal({});
    for (const entry of [nothing, {}, { data: nothing }])
      expect(entriesOf({ k: entry } as never)).to.deep.equal({ k: { value: undefined } });
    const mapSet = { key: 'k', value: nothing };
    expect(objectMessageOf({ operation: { action: 1, mapSet } }, 'a')?.operation.mapSet).to.deep.equal({
      ...{ key: 'k', value: { value: undefined } },
    });
  });

  it('PAOOP2a, OOP2a, PAOM3a1: say unknown actions, and nothing where there is no operation', () => {
    expect(objectMessageOf({ operation: { action: 99 } }, 'a')?.operation.action).to.equal('unknown');
    expect(objectMessageOf({ object: {} }, 'a')).to.equal(undefined);
  });
});
