import type { ChildProcess } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import type { Kill } from './operation.ts';

/**
 * Ends a program from outside when its time has come.
 *
 * @param arrivals emits `request` for each request of the batch
 * @returns what takes it back
 */
export function killLater(
  child: ChildProcess,
  { signal, after }: Kill,
  arrivals: EventEmitter,
): () => void {
  const kill = () => child.kill(signal);
  if ('milliseconds' in after) {
    const timer = setTimeout(kill, after.milliseconds);
    return () => clearTimeout(timer);
  }
  let left = after.requests;
  const count = () => {
    if (--left === 0) kill();
  };
  arrivals.on('request', count);
  return () => arrivals.off('request', count);
}
