import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { inTemporaryFolder, runMuster } from './run-muster.js';

/** Linux: the file system of processes takes no folders, and says that its own is not there. */
const TAKES_NO_FOLDER = '/proc';

describe('a folder that cannot be made', function () {
  this.timeout(30_000);
  before(function () {
    // Elsewhere no folder behaves so, and there is nothing to be seen.
    if (!existsSync(`${TAKES_NO_FOLDER}/self`)) this.skip();
  });

  it('ends serve at once, with the folder that takes none', async () => {
    const { exitCode, stderr } = await runMuster('serve', '--dev', '--data', `${TAKES_NO_FOLDER}/deep/data`);
    expect(stderr).to.equal(
      `muster: the data folder ${TAKES_NO_FOLDER}/deep cannot be made, for the file system takes no folder in ${TAKES_NO_FOLDER}: choose another path\n`,
    );
    expect(exitCode).to.equal(3);
  });

  it('ends backup at once', () =>
    inTemporaryFolder(async (folder) => {
      const init = await runMuster(
        ...[
          'init',
          '--data',
          folder,
          '--issuer',
          'https://id.example.com/',
          '--subject',
          'ann',
          '--name',
          'Ann',
        ],
      );
      expect(init.exitCode, init.stderr).to.equal(0);
      const { exitCode, stderr } = await runMuster(
        ...['backup', '--data', folder, '--out', `${TAKES_NO_FOLDER}/backup`],
      );
      expect(stderr).to.contain(`takes no folder in ${TAKES_NO_FOLDER}`);
      expect(exitCode).to.equal(1);
    }));
});
