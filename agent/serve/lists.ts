import { mediaType } from '../../shared/image/manifest.ts';
import { listImages } from '../../shared/store/list-images.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import type { RegistryContext, RegistryRequest } from './context.ts';
import { pageOf } from './page.ts';
import { Refusal } from './refusal.ts';
import { isRegistryName } from './repository-name.ts';

/** The tags of a repository, as it is called in the request. */
export async function listTags(
  { name, repository }: { name: string; repository: string },
  { query, signal }: RegistryRequest,
  { store }: RegistryContext,
): Promise<Answer> {
  const listed = await listImages(store, repository, { signal });
  const tags = listed.map(({ tag }) => tag.tag);
  if (tags.length === 0) throw new Refusal(404, 'NAME_UNKNOWN', `There is no ${repository} here.`);
  const { names, headers } = pageOf(tags, `/v2/${name}/tags/list`, query);
  return jsonAnswer(200, { name, tags: names }, headers);
}

/**
 * The repositories of the store that a request can name, from the names alone: one whose tags were
 * all removed is among them. Docker's own, not the specification's.
 */
export async function listRepositories(
  { query, signal }: RegistryRequest,
  { store }: RegistryContext,
): Promise<Answer> {
  const repositories = new Set<string>();
  for await (const { repository } of store.listTags(undefined, { signal })) {
    if (isRegistryName(repository)) repositories.add(repository);
  }
  const { names, headers } = pageOf(repositories, '/v2/_catalog', query);
  return jsonAnswer(200, { repositories: names }, headers);
}

/** What refers to a manifest: nothing that a store has (spec.md, "Listing Referrers"). */
export function listReferrers({ query }: RegistryRequest): Answer {
  const index = { schemaVersion: 2, mediaType: mediaType.index, manifests: [] };
  return jsonAnswer(200, index, {
    'content-type': mediaType.index,
    ...(query.has('artifactType') && { 'oci-filters-applied': 'artifactType' }),
  });
}
