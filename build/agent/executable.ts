import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Architecture } from './base-node.ts';
import { strippedWithNote } from './elf.ts';

const run = promisify(execFile);

/**
 * What the first line of agent/wherry-agent.js gives V8. What it gives malloc has to be in the
 * environment: the unit that `wherry user-data` installs has it.
 */
const execArgv = ['--max-semi-space-size=1'];

/** Where Node looks for a script of its own, and what says that there is one (node_sea.cc). */
const noteName = 'NODE_SEA_BLOB';
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:';

/**
 * Node and the script as one executable (Node, "Single executable applications").
 *
 * @param node the base binary, of the same version as the Node that runs this
 * @param folder where the script is, and files in between
 * @param script its name there: the executable has it in itself, so it must not be a path
 */
export async function singleExecutable(
  node: Buffer,
  architecture: Architecture,
  folder: string,
  script: string,
): Promise<Buffer> {
  const config = `${architecture}.json`;
  const blob = `${architecture}.blob`;
  await writeFile(
    join(folder, config),
    JSON.stringify({
      main: script,
      output: blob,
      disableExperimentalSEAWarning: true,
      execArgv,
      // NODE_OPTIONS are for another Node; and with other flags the code cache is of no use.
      execArgvExtension: 'none',
      // Of the machine that builds: no other can read it.
      useCodeCache: architecture === process.arch,
    }),
  );
  // V8 takes code only from a V8 with the same flags, of which the seed is none; without one, each cache
  // is another.
  const flags = [...execArgv, '--random-seed=1'];
  await run(process.execPath, [...flags, '--experimental-sea-config', config], { cwd: folder });
  return flipFuse(strippedWithNote(node, noteName, await readFile(join(folder, blob))));
}

function flipFuse(executable: Buffer): Buffer {
  const at = executable.indexOf(`${fuse}0`);
  if (at < 0 || executable.indexOf(`${fuse}0`, at + 1) >= 0) {
    throw new Error('This Node takes no script of its own.');
  }
  executable.write('1', at + fuse.length, 'latin1');
  return executable;
}
