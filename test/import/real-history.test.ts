import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { inTemporaryFolder, runMuster } from '../cli/run-muster.js';

const shared = fileURLToPath(new URL('../../../shared/data', import.meta.url));
const history = join(shared, 'k8s-org-history.jsonl.gz');
const checkpoints = join(shared, 'k8s-org-checkpoints.jsonl.gz');
const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1);

describe('eight years of seven real organisations', function () {
  this.timeout(180_000);

  const title =
    'come back exactly at every checkpoint: imported, imported again, and from a read model made anew';
  if (!existsSync(history)) {
    it(`${title} (needs ${history})`);
    return;
  }

  it(title, () =>
    inTemporaryFolder(async (data) => {
      const importAgain = () => runMuster('import', history, '--checkpoints', checkpoints, '--data', data);

      const first = await importAgain();
      expect(first.stderr).not.to.include('muster:');
      expect(lastLine(first.stdout)).to.equal('checkpoints: 244 of 244 equal');
      expect(first.stdout).to.include('2050 change sets, 2050 applied now');
      expect(first.stdout).to.include('operations applied: 18155, skipped (repositories): 307');

      const second = await importAgain();
      expect(second.stdout).to.include('new events: 0');
      expect(lastLine(second.stdout)).to.equal('checkpoints: 244 of 244 equal');

      const rebuilt = await runMuster('rebuild', '--data', data);
      expect(lastLine(rebuilt.stdout)).to.match(/^equal to the read model that was live/);
      expect(lastLine((await importAgain()).stdout)).to.equal('checkpoints: 244 of 244 equal');

      rmSync(join(data, 'read'), { recursive: true });
      expect(lastLine((await importAgain()).stdout)).to.equal('checkpoints: 244 of 244 equal');
    }),
  );
});
