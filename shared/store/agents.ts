import type { Options } from '../bucket/bucket.ts';
import { digestOf } from '../digest.ts';
import { WherryError } from '../error.ts';
import { agentSums, type Sum, sumsFile } from './agent-sums.ts';
import { keys } from './keys.ts';
import type { Objects } from './objects.ts';

/** The agent's own executables, for machines that have nothing yet. */
export interface Agents {
  /**
   * Stores a file of a version, which never changes afterwards.
   *
   * @returns false when the store had it
   * @throws CONFLICT when the store has another one
   */
  putAgentFile(
    version: string,
    file: string,
    bytes: Uint8Array,
    options?: Options,
  ): Promise<boolean>;
  /** The sums of a version's files, which are stored last; undefined when it was not published. */
  getAgentSums(version: string, options?: Options): Promise<Sum[] | undefined>;
  /** Where a file of a version is, for whoever fetches it without this program. */
  agentKey(version: string, file: string): string;
}

export function openAgents(objects: Objects): Agents {
  return {
    async putAgentFile(version, file, bytes, options) {
      const key = keys.agentFile(version, file);
      if (await objects.putOnce(key, bytes, options)) return true;
      const there = await objects.read(key, digestOf, options);
      if (there === digestOf(bytes)) return false;
      throw new WherryError('CONFLICT', `The store has another ${file} of version ${version}.`, {
        side: 'store',
        hint: 'What is published never changes: build it as a new version.',
      });
    },
    getAgentSums: (version, options) =>
      objects.read(keys.agentFile(version, sumsFile), agentSums, options),
    agentKey: keys.agentFile,
  };
}
