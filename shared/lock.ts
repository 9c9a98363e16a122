import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { interrupted, throwIfAborted, WherryError } from './error.ts';

export interface LockOptions {
  /** Milliseconds to wait for whoever has the lock; without end when left out. */
  patience?: number | undefined;
  /** Called once, as soon as there is somebody to wait for. */
  onWait?: (() => void) | undefined;
  /** Ends the waiting at once. */
  signal?: AbortSignal | undefined;
}

/** Milliseconds between two attempts, at first and at most. */
const pauses = { first: 5, longest: 100 };

/** The primary result codes SQLITE_BUSY and SQLITE_CANTOPEN: the low byte of an extended one. */
const busy = 5;
const cannotOpen = 14;

/** For each file, when the last who asked for it in this process is through. */
const queues = new Map<string, Promise<void>>();

/**
 * Runs `work` while no other process, and nothing else in this one, holds the lock of that file.
 *
 * @throws WherryError UNAVAILABLE when patience ends, INTERRUPTED when the signal fires; what Node
 *   says of a file that cannot be written
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const release = await takeLock(file, options);
  try {
    return await work();
  } finally {
    release();
  }
}

/**
 * Takes the lock of that file, which must be in a folder that exists, and gives what releases it.
 *
 * The lock is SQLite's on an empty database: an fcntl lock, which the kernel drops when its process
 * dies, so that no stale lock can ever block. Node has no such call of its own.
 */
export async function takeLock(file: string, options: LockOptions): Promise<() => void> {
  const { signal, onWait } = options;
  const before = queues.get(file);
  const { promise: released, resolve: pass } = Promise.withResolvers<void>();
  const forget = () => {
    if (queues.get(file) === through) queues.delete(file);
  };
  const through: Promise<void> = Promise.all([before, released]).then(forget);
  queues.set(file, through);
  try {
    if (before) {
      onWait?.();
      await unlessAborted(before, signal);
    }
    const database = await lockFile(file, { ...options, onWait: before ? undefined : onWait });
    return () => {
      database.close();
      forget();
      pass();
    };
  } catch (error) {
    pass();
    throw error;
  }
}

async function lockFile(file: string, { patience, onWait, signal }: LockOptions) {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    const deadline = Date.now() + (patience ?? Infinity);
    let pause = pauses.first;
    while (!tryLock(database)) {
      throwIfAborted(signal);
      if (pause === pauses.first) onWait?.();
      if (Date.now() > deadline) {
        throw new WherryError('UNAVAILABLE', `${file} stays locked by another process.`, {
          side: 'store',
        });
      }
      await unlessAborted(sleep(pause * (0.5 + Math.random())), signal);
      pause = Math.min(pause * 1.5, pauses.longest);
    }
    return database;
  } catch (error) {
    database.close();
    if (isCode(error, cannotOpen)) await explainOpen(file);
    throw error;
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (isCode(error, busy)) return false;
    throw error;
  }
}

function isCode(error: unknown, code: number): boolean {
  return (Number((error as { errcode?: number }).errcode) & 0xff) === code;
}

/**
 * SQLite tells that it cannot open its file or the journal beside it, but not why; making another
 * file there fails for the same reason. @throws the file system's own error
 */
async function explainOpen(file: string): Promise<void> {
  const probe = `${file}-${randomUUID()}`;
  await (await open(probe, 'wx')).close();
  await rm(probe);
}

/** @throws WherryError INTERRUPTED as soon as the signal fires */
async function unlessAborted(event: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  throwIfAborted(signal);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(interrupted());
  signal?.addEventListener('abort', abort);
  try {
    await Promise.race([event, aborted]);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
