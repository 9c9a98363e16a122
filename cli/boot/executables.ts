import { hexOf } from '../../shared/digest.ts';
import { WherryError } from '../../shared/error.ts';
import type { Store } from '../../shared/store/store.ts';
import { type Architecture, executableNames, machines } from './agent-names.ts';
import type { BootExecutable } from './script.ts';

/**
 * A version's executables, with the sums that the store has for them, by what `uname -m` says.
 *
 * @param prefix of the store in its bucket
 * @throws WherryError NOT_FOUND when one was not published
 */
export async function bootExecutables(
  { store, prefix, signal }: { store: Store; prefix: string; signal: AbortSignal },
  version: string,
  architectures: Architecture[],
): Promise<Record<string, BootExecutable>> {
  const sums = await store.getAgentSums(version, { signal });
  if (!sums) throw notPublished(`wherry-agent ${version}`);
  const sumOf = (name: string) => {
    const found = sums.find(({ file }) => file === name);
    if (!found) throw notPublished(name);
    return hexOf(found.digest);
  };
  const found = architectures.map((architecture) => {
    const { plain, packed } = executableNames(version, architecture);
    const key = [prefix, store.agentKey(version, packed)].filter(Boolean).join('/');
    return [machines[architecture], { key, plain: sumOf(plain), packed: sumOf(packed) }];
  });
  return Object.fromEntries(found);
}

function notPublished(what: string): WherryError {
  return new WherryError('NOT_FOUND', `${what} is not in the store.`, {
    side: 'store',
    hint: 'Publish it: wherry publish-agent --from FOLDER with the files of the release, or what npm run build:agent wrote in a checkout.',
  });
}
