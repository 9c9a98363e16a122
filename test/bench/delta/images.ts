import { buildImage, type TestImage } from '../../support/image/build.ts';
import { randomBytes } from '../../support/image/random.ts';
import type { TarMember } from '../../support/image/tar.ts';
import { generatedImage } from '../memory/image.ts';

export interface NamedImage {
  name: string;
  image: TestImage;
}

/** An image of about `size` bytes, and the next release of it, whose last layer of `top` bytes changed. */
export async function changedImages(
  size: number,
  top: number,
): Promise<{ before: NamedImage; after: NamedImage }> {
  const { layers } = await generatedImage(size);
  const base = layers.map(({ bytes }) => bytes);
  return {
    before: { name: 'big:1', image: await buildImage({ layers: [...base, changed(top, 1)] }) },
    after: { name: 'big:2', image: await buildImage({ layers: [...base, changed(top, 2)] }) },
  };
}

function changed(size: number, seed: number): TarMember[] {
  return [{ name: 'changed', content: randomBytes(size, seed) }];
}
