import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, WherryError } from '../../shared/error.ts';
import { isTagState, newTagState, type TagState } from './tag-state.ts';

/** Where an agent that runs as a service keeps its state. */
export const defaultStatePath = '/var/lib/wherry-agent/state.json';

/** The state of every tag, by its reference, such as `api:production`. */
export type States = Record<string, TagState>;

/**
 * The states in a file; undefined when there is none.
 *
 * @throws WherryError BAD_INPUT when it is not one that was written whole, ACCESS_DENIED when it may
 *   not be read
 */
export async function readStates(path: string): Promise<States | undefined> {
  let bytes: string;
  try {
    bytes = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw unusable(`could not be read: ${messageOf(error)}`, path, error);
  }
  let value: { wherry?: unknown; tags?: unknown };
  try {
    value = JSON.parse(bytes);
  } catch (error) {
    throw damaged('it is not JSON', path, error);
  }
  if (value?.wherry !== 1) throw damaged('its version is not 1', path);
  const tags = Object.entries(value.tags ?? {});
  const states = tags.filter((entry): entry is [string, TagState] => isTagState(entry[1]));
  if (states.length < tags.length) throw damaged('a tag in it makes no sense', path);
  return Object.fromEntries(states);
}

/** The state of all tags of one agent. Every change is on disk, whole, before it counts. */
export class StateFile {
  readonly path: string;
  #states: States;
  #written: Promise<void> = Promise.resolve();

  private constructor(path: string, states: States) {
    this.path = path;
    this.#states = states;
  }

  /**
   * A file that is damaged is set aside, under the name that `onDamage` is told.
   *
   * @throws WherryError ACCESS_DENIED when it cannot be read or written
   */
  static async open(
    path: string,
    onDamage: (why: string, aside: string) => void,
  ): Promise<StateFile> {
    const states = await readStates(path).catch(async (error) => {
      if (!(error instanceof WherryError) || error.code !== 'BAD_INPUT') throw error;
      const aside = `${path}.damaged`;
      await rename(path, aside);
      onDamage(error.message, aside);
    });
    const file = new StateFile(path, states ?? {});
    await file.#write(file.#states).catch((error) => {
      throw unusable(`could not be written: ${messageOf(error)}`, path, error);
    });
    return file;
  }

  get(reference: string): TagState {
    return this.#states[reference] ?? newTagState;
  }

  /** Rejects, and changes nothing, when it cannot be written. */
  update(reference: string, change: Partial<TagState>): Promise<void> {
    const done = this.#written.then(async () => {
      const state = { ...this.get(reference), ...change };
      const states = { ...this.#states, [reference]: state };
      await this.#write(states).catch((error) => {
        throw unusable(`could not be written: ${messageOf(error)}`, this.path, error);
      });
      this.#states = states;
    });
    this.#written = done.catch(() => {});
    return done;
  }

  /** Written aside, made durable, then renamed over the old one: rename(2) is atomic. */
  async #write(tags: States): Promise<void> {
    const aside = `${this.path}.new`;
    const file = await open(aside, 'w', 0o644);
    try {
      await file.writeFile(`${JSON.stringify({ wherry: 1, tags }, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, this.path);
    const folder = await open(dirname(this.path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

function damaged(why: string, path: string, cause?: unknown): WherryError {
  return new WherryError('BAD_INPUT', `The state in ${path} is damaged: ${why}.`, {
    side: 'local',
    hint: 'Remove the file: the agent then deploys what the tags point to.',
    cause,
  });
}

function unusable(why: string, path: string, cause: unknown): WherryError {
  return new WherryError('ACCESS_DENIED', `The state ${path} ${why}.`, {
    side: 'local',
    hint: 'Run as root, or name a place with --state.',
    cause,
  });
}
