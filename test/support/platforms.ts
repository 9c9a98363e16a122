import { digestOf } from '../../shared/digest.ts';
import { encodeIndex } from '../../shared/image/image-index.ts';
import { buildImage, type TestImage } from './image/build.ts';
import { bytesOf } from './image/bytes.ts';
import { writeLayout } from './image/layouts.ts';

/** An image that shares its base with those of other platforms. */
export function platformImage(platform: string, text = platform): Promise<TestImage> {
  const base = [{ name: 'base', content: 'base'.repeat(10_000) }];
  return buildImage({ platform, layers: [base, [{ name: 'platform', content: text }]] });
}

/** `docker save` of it, named `api:1`. */
export async function archiveOfImage(image: TestImage): Promise<Buffer> {
  return bytesOf(await writeLayout({ image, references: ['api:1'] }, 'oci'));
}

/** The index that a tag with these images points to. */
export function indexOfImages(images: TestImage[]): Buffer {
  return encodeIndex(
    images.map(({ manifest, platform }) => ({
      digest: digestOf(manifest),
      size: manifest.length,
      platform,
    })),
  );
}
