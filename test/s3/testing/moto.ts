import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Cleanup } from '../../support/temp.ts';

/** Starts moto's server, AWS in Python, and stops it after the test. */
export async function startMoto(t: Cleanup): Promise<string> {
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => {
    child.kill();
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /Running on (http:\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      child.stderr.resume();
      return url;
    }
  }
  throw new Error('moto_server ended before it listened');
}
