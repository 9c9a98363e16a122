import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runIsolated } from './isolated.ts';

/**
 * Runs a shell script in a Debian root, see roots.ts, to its end; all that it started ends with it.
 * It begins in `folder`, which is the only place that it may write to.
 *
 * @returns what it wrote to stdout
 * @throws with what it wrote to stderr when it fails
 */
export async function runInRoot(root: string, folder: string, script: string): Promise<string> {
  await writeFile(join(folder, 'script'), script);
  const { exited } = await runIsolated({
    folder,
    root,
    command: (inside) => [
      ...['env', `HOME=${inside}/data`, `TMPDIR=${inside}/data`],
      ...['sh', '-c', `cd ${inside}; sh -eu script >stdout 2>stderr; echo $? >code`],
    ],
  });
  await exited;
  const said = (name: string) => readFile(join(folder, name), 'utf8');
  if ((await said('code')).trim() !== '0') throw new Error(await said('stderr'));
  return said('stdout');
}
