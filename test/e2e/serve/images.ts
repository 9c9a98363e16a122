import { openBucket, parseLocation } from '../../../shared/bucket/open.ts';
import { contentOf } from '../../../shared/digest.ts';
import { mediaType } from '../../../shared/image/manifest.ts';
import { bigLayer } from '../../support/image/big-layer.ts';
import { buildImage, type TestImage } from '../../support/image/build.ts';
import { bytesOf } from '../../support/image/bytes.ts';
import { writeLayout } from '../../support/image/layouts.ts';
import { openTestStore, pushArchive } from '../../support/store.ts';

/** Bytes of the content of the large layer. */
export const largeSize = 30_000_000;

/** An image of a large and a small layer. */
export function sampleImage(platform = 'linux/amd64', size = largeSize): Promise<TestImage> {
  return buildImage({
    platform,
    layers: [bigLayer(size, 7), [{ name: 'small', content: platform }]],
  });
}

export async function pushImage(url: string, tag: string, image: TestImage): Promise<void> {
  const archive = await bytesOf(await writeLayout({ image, references: ['any:1'] }, 'oci'));
  await pushArchive(url, tag, archive);
}

/** Points a tag at an index of images that the store has, as docs/store.md has tags. */
export async function putIndex(url: string, tag: string, images: TestImage[]): Promise<Buffer> {
  const manifests = images.map(({ manifest, platform }) => ({
    mediaType: mediaType.manifest,
    ...contentOf(manifest),
    platform,
  }));
  const document = { schemaVersion: 2, mediaType: mediaType.index, manifests };
  const index = Buffer.from(JSON.stringify(document));
  const { digest } = await (await openTestStore(url)).putBlob(index);
  const record = { wherry: 1, sequence: 1, digest, mediaType: mediaType.index };
  const bucket = await openBucket(parseLocation(url), { env: process.env });
  await bucket.put(`tags/${tag}`, Buffer.from(JSON.stringify(record)));
  return index;
}
