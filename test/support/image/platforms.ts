import type { TestImage } from './build.ts';
import { hex, jsonBlob } from './members.ts';
import {
  blobsOf,
  descriptor,
  type OciImage,
  type OciOptions,
  oci,
  ociImage,
  types,
} from './oci-image.ts';
import { layout, named } from './oci-layouts.ts';
import type { TarMember } from './tar.ts';

export interface MultiPlatformOptions extends OciOptions {
  /** BuildKit's provenance, one manifest a platform. */
  attestations?: boolean;
  /** Platforms that the index names while the archive lacks all their blobs. */
  omit?: TestImage[];
}

/** One reference to an index of several platforms, nested in index.json, as buildx writes it. */
export async function multiPlatform(
  images: TestImage[],
  references: string[],
  options: MultiPlatformOptions = {},
): Promise<TarMember[]> {
  const built = await Promise.all(images.map((image) => ociImage(image, options)));
  const omitted = await Promise.all((options.omit ?? []).map((image) => ociImage(image, options)));
  const attested = options.attestations ? built.map(attestation) : [];
  const manifests = [
    ...[...built, ...omitted].map(({ manifest }, index) => ({
      ...descriptor(manifest),
      platform: [...images, ...(options.omit ?? [])][index]?.platform,
    })),
    ...attested.map((statement, index) => ({
      ...descriptor(statement.manifest),
      annotations: {
        'vnd.docker.reference.digest': built[index]?.manifest.blob.digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      },
      platform: { architecture: 'unknown', os: 'unknown' },
    })),
  ];
  const mediaType = types(options).index;
  const index = { blob: jsonBlob({ schemaVersion: 2, mediaType, manifests }), mediaType };
  return layout([index, ...[...built, ...attested].flatMap(blobsOf)], named(index, references));
}

/** What BuildKit attaches (docs/attestations/attestation-storage.md). */
function attestation({ manifest }: OciImage): OciImage {
  const statement = {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://slsa.dev/provenance/v0.2',
    subject: [{ name: 'pkg:docker/app', digest: { sha256: hex(manifest.blob) } }],
  };
  const layer = { blob: jsonBlob(statement), mediaType: 'application/vnd.in-toto+json' };
  const config = {
    blob: jsonBlob({
      architecture: 'unknown',
      os: 'unknown',
      rootfs: { type: 'layers', diff_ids: [layer.blob.digest] },
    }),
    mediaType: oci.config,
  };
  const document = {
    schemaVersion: 2,
    mediaType: oci.manifest,
    config: descriptor(config),
    layers: [descriptor(layer)],
  };
  return {
    manifest: { blob: jsonBlob(document), mediaType: oci.manifest },
    config,
    layers: [layer],
  };
}
