import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cleanup, tempFolder } from './temp.ts';

/** A folder as build/agent writes it, with other contents: what to publish where nobody runs it. */
export async function agentFolder(
  t: Cleanup,
  version: string,
  contents = 'executable',
): Promise<{ folder: string; sums: Record<string, string> }> {
  const folder = await tempFolder(t, 'agent');
  const sums: Record<string, string> = {};
  const name = `wherry-agent-${version}`;
  const executables = ['x64', 'arm64'].map((architecture) => `${name}-linux-${architecture}`);
  for (const file of [...executables.flatMap((plain) => [plain, `${plain}.xz`]), `${name}.mjs`]) {
    const content = `${contents} ${file}`;
    await writeFile(join(folder, file), content);
    sums[file] = createHash('sha256').update(content).digest('hex');
  }
  const lines = Object.entries(sums).map(([file, sum]) => `${sum}  ${file}\n`);
  await writeFile(join(folder, 'SHA256SUMS'), lines.join(''));
  return { folder, sums };
}
