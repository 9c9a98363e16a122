import { fullName, parseTagReference } from '../../../shared/image/reference.ts';
import {
  blobMember,
  jsonMember,
  manifestEntry,
  type NamedTestImage,
  repositories,
  unique,
} from './members.ts';
import {
  blobsOf,
  type Described,
  descriptor,
  type OciImage,
  type OciOptions,
  oci,
  ociImage,
  path,
} from './oci-image.ts';
import type { TarMember } from './tar.ts';

/**
 * An OCI archive, as buildx (type=oci), skopeo and oras write it: without manifest.json.
 */
export async function ociArchive(
  images: NamedTestImage[],
  options: OciOptions = {},
): Promise<TarMember[]> {
  const built = await Promise.all(images.map(({ image }) => ociImage(image, options)));
  return layout(
    built.flatMap(blobsOf),
    images.flatMap(({ references }, index) =>
      named((built[index] as OciImage).manifest, references),
    ),
  );
}

/**
 * `docker save` since 25: OCI layout and docker-archive in one. Layers are plain on a graph driver,
 * as stored on the containerd image store.
 */
export async function hybrid(
  images: NamedTestImage[],
  options: OciOptions = {},
): Promise<TarMember[]> {
  const built = await Promise.all(images.map(({ image }) => ociImage(image, options)));
  const entries = images.map((image, index) => {
    const { config, layers } = built[index] as OciImage;
    return manifestEntry(
      image,
      path(config.blob),
      layers.map(({ blob }) => path(blob)),
    );
  });
  return [
    ...(await ociArchive(images, options)),
    jsonMember('manifest.json', entries),
    repositories(images, (image) => image.diffIds.at(-1)?.slice(7) ?? ''),
  ];
}

/** Blobs in the order of their digests, as docker writes them, then index.json. */
export function layout(blobs: Described[], manifests: object[]): TarMember[] {
  const members = blobs.map(({ blob }) => blobMember(path(blob), blob));
  return [
    ...unique(members).sort((a, b) => (a.name < b.name ? -1 : 1)),
    jsonMember('index.json', { schemaVersion: 2, mediaType: oci.index, manifests }),
    jsonMember('oci-layout', { imageLayoutVersion: '1.0.0' }),
  ];
}

export function named(described: Described, references: string[]): object[] {
  if (references.length === 0) return [descriptor(described)];
  return references.map((reference) => {
    const { repository, tag } = parseTagReference(reference);
    return {
      ...descriptor(described),
      annotations: {
        'io.containerd.image.name': `${fullName(repository)}:${tag}`,
        'org.opencontainers.image.ref.name': tag,
      },
    };
  });
}
