import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * Runs a script with bash, as a step of CI does: it ends at the first command that fails.
 *
 * @returns its stdout
 * @throws Error with its stderr when it fails
 */
export async function runScript(
  script: string,
  { env, cwd }: { env: Record<string, string>; cwd: string },
): Promise<string> {
  const child = spawn('bash', ['-e', '-c', script], {
    env,
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`It ended with ${code}:\n${script}\n${stdout}${stderr}`);
  return stdout;
}
