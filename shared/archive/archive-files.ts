import { contentOf, type Digest } from '../digest.ts';
import { describeManifest, mediaType } from '../image/manifest.ts';
import { manifestPath } from './docker-manifest.ts';
import { indexPath } from './oci-index.ts';
import { blobPath } from './paths.ts';
import { writeAnnotations, writeRepoTags } from './references.ts';
import type { WritableImage } from './writable-image.ts';

/** A file of an archive that is to be written. */
export interface ArchiveFile {
  path: string;
  size: number;
  bytes(): AsyncIterable<Buffer> | Iterable<Buffer>;
}

/**
 * The files of an archive that is a docker-archive and an OCI layout in one, which every engine
 * loads. Layers come first, each once, and manifest.json last: what is cut off cannot be loaded.
 */
export function archiveFiles(image: WritableImage): ArchiveFile[] {
  const { config, manifest, references } = image;
  const layers = new Map<Digest, ArchiveFile>();
  for (const layer of image.layers) {
    if ('bytes' in layer) {
      const { digest, size } = layer;
      layers.set(digest, { path: blobPath(digest), size, bytes: () => layer.bytes() });
    }
  }
  return [
    ...layers.values(),
    blob(config),
    blob(manifest),
    json(indexPath, indexOf(image)),
    json('oci-layout', { imageLayoutVersion: '1.0.0' }),
    json(manifestPath, [
      {
        Config: blobPath(contentOf(config).digest),
        RepoTags: writeRepoTags(references),
        Layers: image.layers.map(({ digest }) => blobPath(digest)),
      },
    ]),
  ];
}

/** One entry a reference, as containerd takes them; a nameless one when there is none. */
function indexOf({ manifest, references }: WritableImage): object {
  const described = describeManifest(manifest);
  const named = references.map((reference) => ({
    ...described,
    annotations: writeAnnotations(reference),
  }));
  return {
    schemaVersion: 2,
    mediaType: mediaType.index,
    manifests: named.length > 0 ? named : [described],
  };
}

function blob(bytes: Buffer): ArchiveFile {
  return { path: blobPath(contentOf(bytes).digest), size: bytes.length, bytes: () => [bytes] };
}

function json(path: string, value: unknown): ArchiveFile {
  const bytes = Buffer.from(JSON.stringify(value));
  return { path, size: bytes.length, bytes: () => [bytes] };
}
