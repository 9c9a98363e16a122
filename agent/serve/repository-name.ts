import { fullName, parseReference } from '../../shared/image/reference.ts';
import { Refusal } from './refusal.ts';

/** The grammar of the OCI distribution specification (spec.md, "Pulling manifests"). */
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const namePattern = new RegExp(`^${component}(?:/${component})*$`);

/** Whether a repository of a store can be named in a request at all: one with a port cannot. */
export function isRegistryName(text: string): boolean {
  return text.length <= 255 && namePattern.test(text);
}

/**
 * The repository of the store that a request means: `api` for `api` and `library/api`, and
 * `ghcr.io/x/y` for itself.
 *
 * @param namespace the registry that the client means and takes this one for a mirror of
 *   (spec.md, "Registry Proxying"): `x/y` of `ghcr.io` is `ghcr.io/x/y`
 * @throws Refusal NAME_INVALID
 */
export function repositoryOf(name: string, namespace: string | undefined): string {
  if (!isRegistryName(name)) throw invalid(name);
  try {
    return parseReference(namespace ? `${namespace}/${name}` : fullName(name)).repository;
  } catch {
    throw invalid(namespace ? `${namespace}/${name}` : name);
  }
}

function invalid(name: string): Refusal {
  return new Refusal(400, 'NAME_INVALID', `"${name}" is not the name of a repository.`);
}
