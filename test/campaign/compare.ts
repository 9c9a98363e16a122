import { type Digest, digestOf, hexOf } from '../../shared/digest.ts';
import type { EngineImage } from '../../shared/engine/engine.ts';
import type { TestImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { readTar } from '../support/read-tar.ts';

/** The manifest's digest of the one image in an archive; undefined when it names none. */
export async function digestIn(archive: Buffer): Promise<string | undefined> {
  const index = (await readTar(archive)).get('index.json');
  if (!index) return undefined;
  const { manifests } = JSON.parse(index.toString()) as { manifests: { digest: string }[] };
  return manifests.length === 1 ? manifests[0]?.digest : undefined;
}

/**
 * Compares an archive with the image that it should have, bit for bit.
 *
 * @returns what differs; undefined when nothing does
 */
export async function differenceIn(archive: Buffer, image: TestImage): Promise<string | undefined> {
  const files = await readTar(archive);
  const [described] = JSON.parse(files.get('manifest.json')?.toString() ?? '[]') as {
    Config: string;
    Layers: string[];
  }[];
  if (!described) return 'it has no manifest.json';
  if (!files.get(described.Config)?.equals(image.config)) return 'the config';
  const manifest = files.get(`blobs/sha256/${hexOf(digestOf(image.manifest))}`);
  if (!manifest?.equals(image.manifest)) return 'the manifest';
  if (described.Layers.length !== image.layers.length) return 'the number of layers';
  for (const [index, layer] of image.layers.entries()) {
    const expected = await bytesOf(layer.bytes());
    const found = files.get(described.Layers[index] ?? '');
    if (!found?.equals(expected)) return `layer ${index + 1}`;
  }
  return undefined;
}

/** Whether what an engine has is this image, whole. */
export function isImage(found: EngineImage, image: TestImage): boolean {
  const ids: Digest[] = [image.id, digestOf(image.manifest)];
  return ids.includes(found.id) && found.diffIds.join() === image.diffIds.join();
}
