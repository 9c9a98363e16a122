import { type Digest, isDigest } from '../../shared/digest.ts';
import { corrupt } from '../../shared/store/corrupt.ts';
import type { Answer } from './answer.ts';
import { etagOf, isHeld } from './conditions.ts';
import type { RegistryContext, RegistryRequest } from './context.ts';
import { documentType } from './documents.ts';
import { Refusal } from './refusal.ts';

interface Found {
  digest: Digest;
  bytes: Buffer;
  mediaType: string;
}

/** The grammar of the OCI distribution specification; in a store there is no tag of another kind. */
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/**
 * A manifest or an index, by tag or digest. A tag is asked for anew each time. A digest is answered
 * under any repository's name: the store does not keep which of them it was pushed to.
 */
export async function getManifest(
  { repository, reference }: { repository: string; reference: Digest | string },
  { headers, signal }: RegistryRequest,
  context: RegistryContext,
): Promise<Answer> {
  const found = isDigest(reference)
    ? await findByDigest(reference, context, signal)
    : await findByTag(repository, reference, context, signal);
  if (!found)
    throw new Refusal(404, 'MANIFEST_UNKNOWN', `There is no ${reference} of ${repository} here.`);
  const { digest, bytes, mediaType } = found;
  const identity = { etag: etagOf(digest), 'docker-content-digest': digest };
  if (isHeld(digest, headers)) return { status: 304, headers: identity };
  return {
    status: 200,
    headers: { ...identity, 'content-type': mediaType, 'content-length': bytes.length },
    body: bytes,
  };
}

async function findByTag(
  repository: string,
  tag: string,
  { store, documents }: RegistryContext,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const record = tagPattern.test(tag)
    ? await store.getTag({ repository, tag }, { signal })
    : undefined;
  if (!record) return undefined;
  const { digest, mediaType } = record;
  const bytes = await documents.get(digest, { signal });
  if (bytes) return { digest, bytes, mediaType };
  throw corrupt(`The manifest ${digest} is missing.`);
}

async function findByDigest(
  digest: Digest,
  { documents }: RegistryContext,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const bytes = await documents.get(digest, { signal });
  const mediaType = bytes && documentType(bytes);
  return bytes && mediaType ? { digest, bytes, mediaType } : undefined;
}
