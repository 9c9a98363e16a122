import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the command writes to stdout. Rejects with what it wrote to stderr when it fails. */
export async function succeed(command: string, args: string[]): Promise<string> {
  const { stdout } = await run(command, args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** What the tests' engines are doing, for whoever waits for them. */
export function say(text: string): void {
  process.stderr.write(`engines: ${text}\n`);
}
