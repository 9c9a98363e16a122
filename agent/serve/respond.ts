import { type Answer, jsonAnswer } from './answer.ts';
import { getBlob } from './blobs.ts';
import type { RegistryContext, RegistryRequest } from './context.ts';
import { listReferrers, listRepositories, listTags } from './lists.ts';
import { getManifest } from './manifests.ts';
import type { Route } from './route.ts';

/** @throws Refusal for what is not there, WherryError for what the store could not do */
export async function respond(
  route: Route,
  request: RegistryRequest,
  context: RegistryContext,
): Promise<Answer> {
  switch (route.kind) {
    case 'base':
      return jsonAnswer(200, {});
    case 'catalog':
      return listRepositories(request, context);
    case 'tags':
      return listTags(route, request, context);
    case 'manifest':
      return getManifest(route, request, context);
    case 'blob':
      return getBlob(route.digest, request, context);
    case 'referrers':
      return listReferrers(request);
  }
}
