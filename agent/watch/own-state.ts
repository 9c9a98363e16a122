import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isWherryError, messageOf, WherryError } from '../../shared/error.ts';
import { takeLock } from '../../shared/lock.ts';
import type { Log } from './log.ts';
import { StateFile } from './state-file.ts';

/** Milliseconds for an agent that is just ending. */
const patience = 2_000;

export const lockOf = (path: string) => `${path}.lock`;

/**
 * The state, for one agent alone, until `release`.
 *
 * @throws WherryError CONFLICT while another agent has it, ACCESS_DENIED when it cannot be written
 */
export async function ownState(
  path: string,
  log: Log,
): Promise<{ state: StateFile; release: () => void }> {
  const release = await lockState(path);
  try {
    const state = await StateFile.open(path, (why, aside) =>
      log('warning', 'state-damaged', { error: why, aside }),
    );
    return { state, release };
  } catch (error) {
    release();
    throw error;
  }
}

async function lockState(path: string): Promise<() => void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await takeLock(lockOf(path), { patience });
  } catch (error) {
    if (isWherryError(error, 'UNAVAILABLE')) {
      throw new WherryError('CONFLICT', `Another agent works with the state ${path}.`, {
        side: 'local',
        hint: 'Give each its own --state.',
      });
    }
    throw new WherryError(
      'ACCESS_DENIED',
      `The state ${path} cannot be kept: ${messageOf(error)}.`,
      {
        side: 'local',
        hint: 'Run as root, or name a place with --state.',
        cause: error,
      },
    );
  }
}
