import { spawnSync } from 'node:child_process';
import { canStartEngine } from '../engines/requirements.ts';
import { startDockerEngine } from '../engines/throwaway.ts';
import type { Cleanup } from './temp.ts';

const missing = await canStartEngine();

/** Why no Docker engine can be started here, or false. */
export const noEngine: string | false =
  missing !== undefined && `LEFT OUT: what takes a Docker engine, for ${missing}; run ./test/run`;

/**
 * An engine of a suite's own, without images: files run beside each other.
 *
 * @returns its address, as `DOCKER_HOST` has it
 */
export async function startTestEngine(t: Cleanup, name: string): Promise<string> {
  const { host, stop } = await startDockerEngine({ name });
  t.after(() => stop());
  return host;
}

/** Why there is no `docker` command, where there is none. */
export function dockerCommandMissing(): string | false {
  const { status } = spawnSync('docker', ['--version']);
  return status === 0 ? false : 'LEFT OUT: there is no docker command';
}
