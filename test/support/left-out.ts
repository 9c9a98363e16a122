import { spawnSync } from 'node:child_process';

/** For a test's `skip`: says loudly which command is missing, or is of no use, on this machine. */
export function leftOut(command: string, args = ['--version']): string | false {
  const found = spawnSync(command, args).status === 0;
  return found ? false : `LEFT OUT: ${command} is not installed`;
}
