import { type Digest, isDigest } from '../../shared/digest.ts';
import type { RegistryRequest } from './context.ts';
import { Refusal } from './refusal.ts';
import { repositoryOf } from './repository-name.ts';

/** What a request is for. */
export type Route =
  | { kind: 'base' }
  | { kind: 'catalog' }
  | { kind: 'tags'; name: string; repository: string }
  | { kind: 'manifest'; repository: string; reference: Digest | string }
  | { kind: 'blob'; digest: Digest }
  | { kind: 'referrers' };

/** A digest of any algorithm, by the specification's grammar. */
const digestPattern = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;

/**
 * What a request is for, by the paths of the OCI distribution API (spec.md, "Endpoints").
 *
 * @throws Refusal 404 for another path, or for what can be in no store; 400 for malformed names and
 *   digests; 405 for whatever would change something
 */
export function routeOf(request: Pick<RegistryRequest, 'method' | 'path' | 'query'>): Route {
  if (request.method === 'GET' || request.method === 'HEAD') return parseRoute(request);
  try {
    parseRoute(request);
  } catch (error) {
    if (error instanceof Refusal && error.status === 400) throw error;
  }
  throw new Refusal(405, 'UNSUPPORTED', 'This registry is for reading; wherry push fills it.', {
    allow: 'GET, HEAD',
  });
}

function parseRoute({ path: encoded, query }: Pick<RegistryRequest, 'path' | 'query'>): Route {
  const path = decoded(encoded);
  if (path === '/v2/' || path === '/v2') return { kind: 'base' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  const namespace = query.get('ns') || undefined;
  const [, listed] = /^\/v2\/(.+)\/tags\/list$/.exec(path) ?? [];
  if (listed !== undefined)
    return { kind: 'tags', name: listed, repository: repositoryOf(listed, namespace) };
  const [, name = '', kind, reference = ''] =
    /^\/v2\/(.+)\/(manifests|blobs|referrers)\/([^/]+)$/.exec(path) ?? [];
  if (kind === undefined) throw new Refusal(404, 'UNSUPPORTED', `There is no ${path} here.`);
  const repository = repositoryOf(name, namespace);
  if (kind === 'blobs') return { kind: 'blob', digest: known(reference, 'BLOB_UNKNOWN') };
  if (kind === 'referrers') {
    checkDigest(reference);
    return { kind: 'referrers' };
  }
  if (!reference.includes(':')) return { kind: 'manifest', repository, reference };
  return { kind: 'manifest', repository, reference: known(reference, 'MANIFEST_UNKNOWN') };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new Refusal(400, 'NAME_INVALID', `${path} is not encoded as a URL is.`);
  }
}

/** A store has SHA-256 only, so what another algorithm names is not in it. */
function known(text: string, unknown: 'BLOB_UNKNOWN' | 'MANIFEST_UNKNOWN'): Digest {
  checkDigest(text);
  if (isDigest(text)) return text;
  throw new Refusal(404, unknown, `There is no ${text} here.`);
}

function checkDigest(text: string): void {
  if (isDigest(text) || (digestPattern.test(text) && !text.startsWith('sha256:'))) return;
  throw new Refusal(400, 'DIGEST_INVALID', `"${text}" is not a digest.`);
}
