import { access } from 'node:fs/promises';
import { textOption } from '../shared/command/options.ts';
import type { Command } from '../shared/command/spec.ts';
import { isWherryError, WherryError } from '../shared/error.ts';
import { takeLock } from '../shared/lock.ts';
import { describeStates } from './watch/describe.ts';
import { lockOf } from './watch/own-state.ts';
import { defaultStatePath, readStates } from './watch/state-file.ts';

export const statusCommand: Command = {
  name: 'status',
  summary: 'Tell what the agent of this machine runs, and what it is at',
  description:
    'Reads the state that wherry-agent watch keeps; it asks neither the store nor the engine.',
  arguments: [],
  options: [
    {
      name: 'state',
      value: 'PATH',
      description: 'where the agent keeps it, by default /var/lib/wherry-agent/state.json',
    },
  ],
  examples: ['wherry status', 'wherry status --json'],
  async run(_, options) {
    const path = textOption(options, 'state') ?? defaultStatePath;
    const states = await readStates(path);
    if (!states) {
      throw new WherryError('NOT_FOUND', `No agent has kept its state in ${path}.`, {
        side: 'local',
        hint: 'Start one with wherry-agent watch, or name its --state.',
      });
    }
    const running = await isLocked(lockOf(path));
    const { json, text, ...rest } = describeStates(states);
    const told = running === undefined ? '' : `The agent ${running ? 'runs' : 'does not run'}.\n`;
    return { ...rest, json: { running, ...(json as object) }, text: told + text };
  },
};

/** The lock goes with its process, so whoever holds it lives. Undefined for who may not try it. */
async function isLocked(file: string): Promise<boolean | undefined> {
  try {
    await access(file);
    const release = await takeLock(file, { patience: 0 });
    release();
    return false;
  } catch (error) {
    if (isWherryError(error, 'UNAVAILABLE')) return true;
    return (error as { code?: string }).code === 'ENOENT' ? false : undefined;
  }
}
