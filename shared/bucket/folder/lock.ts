import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted, WherryError } from '../../error.ts';

/** How long a holder may take, in milliseconds; it only compares and renames. */
const patience = 30_000;

const queues = new Map<string, Promise<void>>();

/**
 * Runs `work` while no other process, and nothing else in this one, holds the lock of that file.
 *
 * The lock is SQLite's on an empty database: an fcntl lock, which the kernel drops when its process
 * dies, so that no stale lock can ever block. Node has no such call of its own.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const before = queues.get(file) ?? Promise.resolve();
  const mine = before.then(() => lockAndRun(file, work, signal));
  const settled = mine.then(
    () => {},
    () => {},
  );
  queues.set(file, settled);
  try {
    return await mine;
  } finally {
    if (queues.get(file) === settled) queues.delete(file);
  }
}

async function lockAndRun<T>(
  file: string,
  work: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    const deadline = Date.now() + patience;
    while (!tryLock(database)) {
      throwIfAborted(signal);
      if (Date.now() > deadline) {
        throw new WherryError('UNAVAILABLE', `${file} stays locked by another process.`, {
          side: 'store',
        });
      }
      await sleep(2 + Math.random() * 8);
    }
    return await work();
  } finally {
    database.close();
  }
}

function tryLock(database: { exec(sql: string): void }): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    const busy = 5;
    if ((error as { errcode?: number }).errcode === busy) return false;
    throw error;
  }
}
