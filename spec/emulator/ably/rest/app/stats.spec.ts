import { expect } from 'chai';
import { createEmulator, type Emulator } from '../../../../../lib/emulator/index.js';
import { askIn, basic, bearer, type Read } from '../../../fake-http.js';

for (const format of ['json', 'msgpack']) {
  describe(`emulator: statistics, ${format}`, () => {
    let emulator: Emulator;
    beforeEach(() => {
      emulator = createEmulator();
    });
    afterEach(() => emulator.dispose());
    const get = (query: string, headers: Record<string, string> = basic(emulator.key)): Read =>
      askIn(format, emulator, `/stats?${query}`, { headers });

    it('RSC6: returns an empty page', () => {
      const { status, json, link } = get('start=1&end=2&direction=forwards&limit=10&unit=month');
      expect([status, json]).deep.equal([200, []]);
      expect(link).contain('rel="first"').not.contain('rel="next"');
    });

    it('RSC6b: refuses bad parameters, and other methods', () => {
      for (const query of ['start=2&end=1', 'start=x', 'direction=up', 'limit=1001', 'unit=year'])
        expect(get(query)).include({ status: 400, code: 40003 });
      expect(askIn(format, emulator, '/stats', { headers: basic(emulator.key), body: {} }).code).equal(40500);
    });

    it('asks for the capability stats', () => {
      const bearing = (operation: string) =>
        bearer(emulator.issueToken({ capability: { '*': [operation] } }).token);
      expect([
        get('', bearing('stats')).status,
        get('', bearing('publish')).code,
        get('', {}).code,
      ]).deep.equal([...[200, 40160, 40101]]);
    });
  });
}
