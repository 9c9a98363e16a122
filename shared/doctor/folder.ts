import { access, constants } from 'node:fs/promises';
import type { Check } from './check.ts';
import { type Finding, ok, problem } from './finding.ts';
import type { Purpose } from './setting.ts';

/** A store in a folder: whether it is there, and may be read, and written where that is wanted. */
export function folderCheck(path: string, purpose: Purpose): Check {
  return {
    name: 'read',
    needs: [],
    limit: 5_000,
    async run() {
      const may = (mode: number) =>
        access(path, mode).then(
          () => true,
          () => false,
        );
      if (!(await may(constants.F_OK))) return [missing(path, purpose)];
      const wanted = purpose === 'pull' ? 'read' : 'written';
      const mode = constants.R_OK | constants.X_OK | (purpose === 'pull' ? 0 : constants.W_OK);
      if (await may(mode)) return [ok(`The folder ${path} may be ${wanted}.`)];
      return [
        problem(
          'FOLDER_DENIED',
          `The folder ${path} may not be ${wanted}.`,
          'Check who owns the folder, and whether it is mounted read-only.',
        ),
      ];
    },
  };
}

function missing(path: string, purpose: Purpose): Finding {
  if (purpose !== 'pull') return ok(`There is no folder ${path} yet; the first push makes it.`);
  return problem(
    'FOLDER_MISSING',
    `There is no folder ${path}.`,
    'Check --store or WHERRY_STORE, where a store in S3 is s3://bucket/prefix, and whether the disk is ' +
      'mounted.',
  );
}
