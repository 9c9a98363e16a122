import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, WherryError } from '../error.ts';
import { readTls, type TlsMaterial } from './tls.ts';

/** The `docker` endpoint of a Docker context. */
export interface DockerContext {
  host: string;
  tls: TlsMaterial | undefined;
}

/**
 * The context that `docker context use` chose; undefined when none is.
 *
 * @param folder the user's Docker configuration, such as `~/.docker`
 * @throws WherryError USAGE when config.json cannot be read or is not JSON
 */
export async function currentContext(folder: string): Promise<string | undefined> {
  const config = await readJson(join(folder, 'config.json'));
  const name = (config as { currentContext?: unknown } | undefined)?.currentContext;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/**
 * The layout of the folder is that of docker/cli, cli/context/store/store.go.
 *
 * @throws WherryError USAGE when there is no such context, or none that names an engine
 */
export async function readContext(folder: string, name: string): Promise<DockerContext> {
  const id = createHash('sha256').update(name).digest('hex');
  const meta = (await readJson(join(folder, 'contexts/meta', id, 'meta.json'))) as
    | { Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } } }
    | undefined;
  const endpoint = meta?.Endpoints?.docker;
  if (!endpoint?.Host) {
    const what = meta === undefined ? 'does not exist' : 'names no Docker engine';
    throw unusable(`The Docker context "${name}" ${what}.`);
  }
  const verify = !endpoint.SkipTLSVerify;
  const tls = await readTls(join(folder, 'contexts/tls', id, 'docker'), verify);
  const secure = !verify || tls.ca !== undefined || tls.cert !== undefined;
  return { host: endpoint.Host, tls: secure ? tls : undefined };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(`${path} cannot be read: ${messageOf(error)}.`, error);
  }
}

function unusable(message: string, cause?: unknown): WherryError {
  return new WherryError('USAGE', message, {
    side: 'local',
    hint: 'See "docker context ls", or set DOCKER_HOST.',
    cause,
  });
}
