import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A test's context, or the module `node:test` for a whole suite. */
export interface Cleanup {
  after(work: () => unknown): void;
}

/** A folder of the test's own, removed after it. */
export async function tempFolder(t: Cleanup, name = 'test'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `wherry-${name}-`));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
