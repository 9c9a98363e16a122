import { spawnSync } from 'node:child_process';

/** The throwaway engine that the test runner started, or why there is none. */
export function testEngine(): { url: string; skip: string | false } {
  const url = process.env.WHERRY_TEST_DOCKER_HOST ?? '';
  return { url, skip: url === '' ? 'LEFT OUT: there is no Docker engine; run ./test/run' : false };
}

/** Why there is no `docker` command, where there is none. */
export function dockerCommandMissing(): string | false {
  const { status } = spawnSync('docker', ['--version']);
  return status === 0 ? false : 'LEFT OUT: there is no docker command';
}
