import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A test's context, or the module `node:test` for a whole suite. */
export interface Cleanup {
  after(work: () => unknown): void;
}

/** Those of suites whose tests were all left out, by --test-name-pattern: nothing comes after them. */
const left = new Set<string>();
process.once('exit', () => {
  for (const folder of left) rmSync(folder, { recursive: true, force: true });
});

/** A folder of the test's own, removed after it. */
export async function tempFolder(t: Cleanup, name = 'test'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `wherry-${name}-`));
  left.add(folder);
  t.after(async () => {
    await rm(folder, { recursive: true, force: true });
    left.delete(folder);
  });
  return folder;
}
