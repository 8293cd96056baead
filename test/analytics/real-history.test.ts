import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readLines } from '../../scripts/import/read-lines.js';
import { importHistory } from '../../src/application/import/import-history.js';
import { withCore } from '../import/open-test-core.js';
import { MemoryLog } from '../projections/memory-log.js';
import { ReadModelFixture } from '../projections/read-model-fixture.js';
import { expectSameFigures, expectSameRisks, tellAccounts } from './compare-figures.js';

const history = fileURLToPath(new URL('../../../shared/data/k8s-org-history.jsonl.gz', import.meta.url));
const day = (date: string) => Date.parse(date) / 86_400_000;
const everything = { from: day('2017-01-01'), to: day('2026-01-01') };

describe('the figures for analysts of eight years of seven real organisations', function () {
  this.timeout(300_000);

  const title = 'are those of a brute force over the events, together and for each';
  if (!existsSync(history)) {
    it(`${title} (needs ${history})`);
    return;
  }

  it(title, () =>
    withCore(async ({ application, store, parts }) => {
      const options = { source: 'k8s', newId: parts.environment.newId, onProgress: () => {} };
      await importHistory(application, () => readLines(history), options);
      const fixture = new ReadModelFixture();
      try {
        // Names play no part; they are sealed for the core's own vault.
        const log = new MemoryLog();
        const all = await store.readAll({ afterPosition: 0, maxCount: 200_000 });
        log.events.push(...all.filter(({ stream }) => stream.startsWith('account-')));
        await fixture.catchUp(log);
        const told = tellAccounts(log.events);
        const compared = { databases: fixture.connect(), told };
        const accountIds = [...told.keys()].sort();
        expect(accountIds).to.have.length.above(6);
        await expectSameFigures(compared, accountIds, everything);
        for (const accountId of accountIds)
          await expectSameFigures(compared, [accountId], { from: day('2020-02-29'), to: day('2021-03-01') });
        expectSameRisks(compared);
      } finally {
        fixture.close();
      }
    }),
  );
});
