import { digestOf, hexOf } from '../../../shared/digest.ts';
import type { TestImage } from './build.ts';
import { jsonMember } from './members.ts';
import type { TarMember } from './tar.ts';

/** A member of an OCI layout with these bytes. */
export function contentMember(content: Buffer | string): TarMember {
  return { name: `blobs/sha256/${hexOf(digestOf(Buffer.from(content)))}`, content };
}

/** An OCI archive of the image with its manifest changed, all digests right. */
export async function changedManifest(
  { id, config, layers }: TestImage,
  // biome-ignore lint/suspicious/noExplicitAny: a test changes what it likes
  change: (manifest: any) => void,
): Promise<TarMember[]> {
  const manifest = {
    schemaVersion: 2,
    config: { digest: id, size: config.length },
    layers: layers.map(({ digest, size }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest,
      size,
    })),
  };
  change(manifest);
  const bytes = Buffer.from(JSON.stringify(manifest));
  const index = { manifests: [{ digest: digestOf(bytes), size: bytes.length }] };
  const blobs = layers.map(({ digest, size, bytes: content }) => ({
    name: `blobs/sha256/${hexOf(digest)}`,
    size,
    content,
  }));
  return [...blobs, contentMember(config), contentMember(bytes), jsonMember('index.json', index)];
}
