import { PEOPLE_VERSION } from '../projections/people/people.js';
import { isAnyMailUnderWay, isPurgeWanted, mailCausesOf } from '../projections/queries/erasures.js';
import { ReadFolder } from '../projections/read-folder.js';
import type { ReadModel } from '../projections/read-model.js';
import type { PersonalTraces } from './application/erasure/personal-traces.js';
import type { DataFolder } from './data-folder.js';
import { removeMailFiles } from './mail/mail-files.js';

/** How long one look waits for the read model to come past the request, in milliseconds. */
const CATCH_UP_MS = 2_000;

/** Names in the read model, and mails in the folder, of this machine. */
export const personalTracesOf = (
  readModel: ReadModel,
  { readPath, mailsPath }: Pick<DataFolder, 'readPath' | 'mailsPath'>,
): PersonalTraces => {
  const folder = new ReadFolder(readPath);
  return {
    async remove(userId, requestPosition) {
      if (!(await readModel.waitFor(requestPosition, CATCH_UP_MS))) return null;
      // Older generations have the name; one still being built takes it away when it comes past the request.
      folder.removeUnused();
      if (folder.hasOthers() || isPurgeWanted(readModel.members)) return null;
      const causes = mailCausesOf(readModel, userId);
      if (isAnyMailUnderWay(readModel.members, causes)) return null;
      const count = await removeMailFiles(mailsPath, causes);
      return {
        names: { by: `read model of names ${PEOPLE_VERSION}` },
        mails: { count, by: 'mail folder' },
      };
    },
  };
};
