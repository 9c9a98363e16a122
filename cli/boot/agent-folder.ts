import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestOf } from '../../shared/digest.ts';
import { WherryError } from '../../shared/error.ts';
import { agentSums, sumsFile } from '../../shared/store/agent-sums.ts';
import { agentFilePattern, isPacked, isPublished } from './agent-names.ts';

/** A file to publish; read only when it is due, for they are large. */
export interface AgentFile {
  name: string;
  digest: Digest;
  /** @throws WherryError BAD_INPUT when the bytes are not what the sums say */
  read(): Promise<Buffer>;
}

export interface AgentFolder {
  version: string;
  files: AgentFile[];
  /** Whether there are any, and not only the module. */
  executables: boolean;
}

/**
 * What is in a folder to publish: the compressed executables and the module, and last the sums, which
 * nobody reads before all the rest is there. Without executables the sums are left out: what is published
 * never changes, and those of the release may follow.
 *
 * @throws WherryError NOT_FOUND or BAD_INPUT when the folder is not what `npm run build:agent` writes
 */
export async function readAgentFolder(folder: string): Promise<AgentFolder> {
  const sums = await readIn(folder, sumsFile);
  const listed = agentSums(sums);
  const versions = new Set(listed.map(({ file }) => agentFilePattern.exec(file)?.groups?.version));
  const [version, ...others] = versions;
  if (version === undefined || others.length > 0) {
    throw badInput(`${join(folder, sumsFile)} is not about files of one version of wherry-agent.`);
  }
  const executables = listed.some(({ file }) => isPacked(file));
  const last = executables ? [{ file: sumsFile, digest: digestOf(sums) }] : [];
  const files = [...listed.filter(({ file }) => isPublished(file)), ...last];
  return {
    version,
    executables,
    files: files.map(({ file, digest }) => ({
      name: file,
      digest,
      async read() {
        const bytes = await readIn(folder, file);
        if (digestOf(bytes) === digest) return bytes;
        throw badInput(`${join(folder, file)} is not what ${sumsFile} says.`);
      },
    })),
  };
}

async function readIn(folder: string, file: string): Promise<Buffer> {
  const path = join(folder, file);
  return readFile(path).catch((error) => {
    throw new WherryError('NOT_FOUND', `Could not read ${path}: ${error.code}.`, {
      side: 'local',
      hint: 'Pass --from with a folder that has the files of a release; a checkout makes them: npm run build:agent.',
      cause: error,
    });
  });
}

function badInput(message: string): WherryError {
  return new WherryError('BAD_INPUT', message, {
    side: 'local',
    hint: 'Fetch the files of the release again, or in a checkout run npm run build:agent again.',
  });
}
