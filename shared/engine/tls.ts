import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, WherryError } from '../error.ts';

/** PEM texts, and whether the engine's certificate must be valid. */
export interface TlsMaterial {
  ca?: string;
  cert?: string;
  key?: string;
  verify: boolean;
}

/**
 * Reads `ca.pem`, `cert.pem` and `key.pem`, as `docker` names them; any of them may be absent.
 *
 * @throws WherryError USAGE when the folder or a file in it cannot be read
 */
export async function readTls(folder: string, verify: boolean): Promise<TlsMaterial> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readPem(join(folder, name))),
  );
  return { verify, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

async function readPem(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new WherryError('USAGE', `${path} cannot be read: ${messageOf(error)}.`, {
      side: 'local',
      hint: 'It is needed to speak TLS to the engine; check DOCKER_CERT_PATH or the context.',
      cause: error,
    });
  }
}
