import type { ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** What a process was, once it has ended. */
export interface Ended {
  /** Null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Waits for the end of a process with pipes for both of its outputs. */
export async function endOf(child: ChildProcess): Promise<Ended> {
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  const outputs = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : ''));
  const [code, stdout = '', stderr = ''] = await Promise.all([exit, ...outputs]);
  return { code, stdout, stderr };
}
