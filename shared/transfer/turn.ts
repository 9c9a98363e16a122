import { createHash } from 'node:crypto';
import { open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { isWherryError, messageOf } from '../error.ts';
import type { Report } from '../events.ts';
import { takeLock } from '../lock.ts';
import { makeOwnFolder } from '../runtime-folder.ts';

/** An engine to load into, and where those who load into it on this machine take turns. */
export interface LoadTarget {
  engine: Engine;
  /** Folder for the locks, see {@link runtimeFolder}. */
  locks: string;
}

interface TurnContext {
  report: Report;
  signal?: AbortSignal | undefined;
}

/**
 * Runs `work` while nothing else that takes turns works on the same engine from this machine, as the
 * same user. Waits as long as that takes, and says so. Where no lock can be had the work is done
 * without: what is loaded is verified all the same, it may only be fetched twice.
 *
 * @throws WherryError INTERRUPTED when the signal fires while it waits
 */
export async function inTurn<T>(
  { engine, locks }: { engine: Pick<Engine, 'host'>; locks: string },
  context: TurnContext,
  work: () => Promise<T>,
): Promise<T> {
  const release = await takeTurn(engine.host, locks, context);
  try {
    return await work();
  } finally {
    release?.();
  }
}

async function takeTurn(host: string, locks: string, { report, signal }: TurnContext) {
  const onWait = () =>
    report({ type: 'notice', text: 'Waiting for another pull on this machine.' });
  try {
    return await takeLock(await lockFile(host, locks), { onWait, signal });
  } catch (error) {
    if (isWherryError(error, 'INTERRUPTED')) throw error;
    const text = `Loading without taking turns with others on this machine: ${messageOf(error)}`;
    report({ type: 'debug', text });
    return undefined;
  }
}

/** Nobody else may read it: whoever can read a file can lock it, and keep others waiting. */
async function lockFile(host: string, locks: string): Promise<string> {
  await makeOwnFolder(locks);
  const name = createHash('sha256')
    .update(await addressOf(host))
    .digest('hex');
  const path = join(locks, `${name}.lock`);
  try {
    await (await open(path, 'wx', 0o600)).close();
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  }
  return path;
}

/** One address for one socket: /var/run is a link to /run. */
async function addressOf(host: string): Promise<string> {
  const socket = /^unix:\/\/(.+)$/.exec(host)?.[1];
  return socket === undefined ? host : `unix://${await realpath(socket).catch(() => socket)}`;
}
