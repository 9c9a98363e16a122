import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../environment.ts';
import { type EngineAddress, parseAddress } from './address.ts';
import { currentContext, readContext } from './context.ts';
import { readTls, type TlsMaterial } from './tls.ts';

/** Where an engine is and how to speak to it. */
export interface EngineHost {
  /** As the user would write it, such as `unix:///var/run/docker.sock`. */
  url: string;
  address: EngineAddress;
  /** Only where HTTPS is spoken. */
  tls: TlsMaterial | undefined;
}

export interface HostOptions {
  env: Environment;
  /** An engine that the user named outright, such as by `--host`. */
  host?: string | undefined;
  /** The user's home folder. */
  home?: string | undefined;
}

const defaultHost = 'unix:///var/run/docker.sock';

/**
 * The engine that `docker` itself would speak to: the host given, `DOCKER_HOST`, the context that
 * `DOCKER_CONTEXT` or config.json names, or the default socket, in this order (docker/cli,
 * cli/command/cli.go, `resolveContextName`).
 *
 * @throws WherryError USAGE when what is configured cannot be used
 */
export async function resolveHost({
  env,
  host,
  home = homedir(),
}: HostOptions): Promise<EngineHost> {
  const folder = env.DOCKER_CONFIG || join(home, '.docker');
  const url = host || env.DOCKER_HOST;
  if (url) return fromEnvironment(url, env, folder);
  const name = env.DOCKER_CONTEXT || (await currentContext(folder));
  if (name === undefined || name === 'default') return fromEnvironment(defaultHost, env, folder);
  const context = await readContext(folder, name);
  const secure = context.tls !== undefined;
  return { url: context.host, address: parseAddress(context.host, secure), tls: context.tls };
}

/** `DOCKER_TLS_VERIFY` and `DOCKER_TLS` count when they are set to anything at all. */
async function fromEnvironment(url: string, env: Environment, folder: string): Promise<EngineHost> {
  const verify = Boolean(env.DOCKER_TLS_VERIFY);
  const secure = verify || Boolean(env.DOCKER_TLS);
  const address = parseAddress(url, secure);
  if (!('host' in address) || address.protocol === 'http') return { url, address, tls: undefined };
  const certificates = env.DOCKER_CERT_PATH || folder;
  const tls = secure ? await readTls(certificates, verify) : { verify: true };
  return { url, address, tls };
}
