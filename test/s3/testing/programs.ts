import { type ExecFileException, execFile } from 'node:child_process';
import { join } from 'node:path';
import { CREDENTIAL } from './harness.ts';

export interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program to its end, with the test's credentials and none of the user's settings; an
 * AWS tool reads the file `aws-config` in `cwd`.
 */
export function runProgram(command: string, args: string[], cwd: string): Promise<Ended> {
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    PYENV_ROOT: process.env.PYENV_ROOT,
    AWS_ACCESS_KEY_ID: CREDENTIAL.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIAL.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: join(cwd, 'aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
  };
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env }, (error: ExecFileException | null, stdout, stderr) => {
      const status = error === null ? 0 : Number(error.code ?? -1);
      resolve({ status: Number.isNaN(status) ? -1 : status, stdout, stderr });
    });
  });
}

/** Whether there is a program of that name. */
export async function isInstalled(command: string): Promise<boolean> {
  return (await runProgram('sh', ['-c', `command -v ${command}`], '/')).status === 0;
}
