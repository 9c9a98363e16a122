import type { Digest } from '../../shared/digest.ts';
import type { Answer } from './answer.ts';
import { etagOf, isHeld } from './conditions.ts';
import type { RegistryContext, RegistryRequest } from './context.ts';
import { layerBytes } from './layer-bytes.ts';
import { type ByteRange, rangeOf } from './range.ts';
import { Refusal } from './refusal.ts';

/** What can be sent, whole or in part. */
interface Blob {
  size: number;
  body(range: ByteRange | undefined): NonNullable<Answer['body']>;
}

/** A layer, which is put together while it is sent, or a config or manifest; or a range of it. */
export async function getBlob(
  digest: Digest,
  request: RegistryRequest,
  context: RegistryContext,
): Promise<Answer> {
  const { method, headers } = request;
  const blob =
    (await findLayer(digest, request, context)) ?? (await findBlob(digest, request, context));
  if (!blob) throw new Refusal(404, 'BLOB_UNKNOWN', `There is no ${digest} here.`);
  const identity = { etag: etagOf(digest), 'docker-content-digest': digest };
  if (isHeld(digest, headers)) return { status: 304, headers: identity };
  const { size } = blob;
  const range = method === 'HEAD' ? undefined : rangeOf(headers, digest, size);
  const { start, end } = range ?? { start: 0, end: size };
  return {
    status: range ? 206 : 200,
    headers: {
      ...identity,
      'accept-ranges': 'bytes',
      'content-type': 'application/octet-stream',
      'content-length': end - start,
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
    },
    body: blob.body(range),
  };
}

async function findLayer(
  digest: Digest,
  { signal }: RegistryRequest,
  { store, window, limits }: RegistryContext,
): Promise<Blob | undefined> {
  const recipe = await store.getRecipe(digest, { signal });
  if (!recipe) return undefined;
  const source = { store, window, ahead: limits.ahead, signal };
  return { size: recipe.size, body: (range) => () => layerBytes(recipe, range, source) };
}

async function findBlob(
  digest: Digest,
  { signal }: RegistryRequest,
  { store }: RegistryContext,
): Promise<Blob | undefined> {
  const bytes = await store.getBlob(digest, { signal });
  if (!bytes) return undefined;
  return { size: bytes.length, body: (range) => bytes.subarray(range?.start, range?.end) };
}
