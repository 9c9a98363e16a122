import { openBucket, parseLocation } from '../../../shared/bucket/open.ts';
import type { Content, Digest } from '../../../shared/digest.ts';
import { keys } from '../../../shared/store/keys.ts';
import { openStore } from '../../../shared/store/store.ts';
import type { TestImage } from '../../support/image/build.ts';

/** Bytes, as stored, of the chunks that an image of the store has and another has not. */
export async function changedBytes(
  env: Record<string, string>,
  before: TestImage,
  after: TestImage,
): Promise<number> {
  // The SDK reads them where it always does.
  Object.assign(process.env, env);
  const bucket = await openBucket(parseLocation('s3://images/store'), { env });
  const store = openStore(bucket);
  const chunksOf = async ({ diffIds }: TestImage): Promise<Digest[]> => {
    const recipes = await Promise.all(diffIds.map((diffId) => store.getRecipe(diffId)));
    const chunks = recipes.flatMap((recipe): Content[] => [
      ...(recipe?.meta ?? []),
      ...(recipe?.content ?? []),
    ]);
    return chunks.map(({ digest }) => digest);
  };
  const had = new Set(await chunksOf(before));
  const changed = new Set((await chunksOf(after)).filter((digest) => !had.has(digest)));
  let bytes = 0;
  for (const digest of changed) bytes += (await bucket.head(keys.chunk(digest)))?.size ?? 0;
  return bytes;
}
