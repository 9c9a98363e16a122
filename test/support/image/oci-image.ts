import { type Blob, bufferBlob, type TestImage } from './build.ts';
import type { Codec } from './compress.ts';
import { hex, jsonBlob, stored } from './members.ts';

export interface OciOptions {
  codec?: Codec;
  /** Docker's media types (schema 2) in place of OCI's. */
  dockerTypes?: boolean;
}

/** A blob and how a descriptor names it. */
export interface Described {
  blob: Blob;
  mediaType: string;
}

export interface OciImage {
  manifest: Described;
  config: Described;
  layers: Described[];
}

export const oci = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  separator: '+',
};

export const docker = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar',
  separator: '.',
};

export async function ociImage(image: TestImage, options: OciOptions): Promise<OciImage> {
  const { codec = 'plain' } = options;
  const { manifest: mediaType, config: configType, layer, separator } = types(options);
  const compression = codec.split('-')[0];
  const layerType = codec === 'plain' ? layer : `${layer}${separator}${compression}`;
  const config = { blob: bufferBlob(image.config), mediaType: configType };
  const layers = await Promise.all(
    image.layers.map(async (blob) => ({ blob: await stored(blob, codec), mediaType: layerType })),
  );
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: descriptor(config),
    layers: layers.map(descriptor),
  };
  return { manifest: { blob: jsonBlob(manifest), mediaType }, config, layers };
}

export function types({ dockerTypes }: OciOptions) {
  return dockerTypes ? docker : oci;
}

export function blobsOf({ manifest, config, layers }: OciImage): Described[] {
  return [...layers, config, manifest];
}

export function descriptor({ blob: { digest, size }, mediaType }: Described): object {
  return { mediaType, digest, size };
}

export function path(blob: Blob): string {
  return `blobs/sha256/${hex(blob)}`;
}
