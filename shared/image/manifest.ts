import { type Content, contentOf, type Digest, isContent } from '../digest.ts';
import { corruptDocument } from './corrupt.ts';

/** Media types of the OCI image specification (media-types.md). */
export const mediaType = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

/** An OCI content descriptor (descriptor.md). */
export interface Descriptor extends Content {
  mediaType: string;
  annotations?: Record<string, string>;
}

/** The canonical manifest: layers are uncompressed, so a layer's digest is its diffID. */
export interface Manifest {
  schemaVersion: 2;
  mediaType: typeof mediaType.manifest;
  config: Descriptor;
  layers: Descriptor[];
}

/**
 * The one manifest that an image has: it depends on the config's bytes and the layers' plain bytes
 * alone, so any engine version, archive layout or compression gives the same digest.
 *
 * @returns the manifest's canonical bytes: JSON without white space, keys in the order written here
 */
export function encodeManifest(config: Content, layers: Content[]): Buffer {
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: mediaType.manifest,
    config: { mediaType: mediaType.config, digest: config.digest, size: config.size },
    layers: layers.map(({ digest, size }) => ({ mediaType: mediaType.layer, digest, size })),
  };
  return Buffer.from(JSON.stringify(manifest));
}

export function describeManifest(bytes: Uint8Array): Descriptor {
  return { mediaType: mediaType.manifest, ...contentOf(bytes) };
}

/** Bytes of the image: its config and all its layers, uncompressed. */
export function imageSize(manifest: Manifest): number {
  return manifest.layers.reduce((sum, layer) => sum + layer.size, manifest.config.size);
}

export function diffIdsOf(manifest: Manifest): Digest[] {
  return manifest.layers.map((layer) => layer.digest);
}

/** @throws WherryError CORRUPT when the bytes are no manifest in canonical form */
export function decodeManifest(bytes: Uint8Array): Manifest {
  let value: Manifest;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw corruptDocument('manifest', 'it is not JSON', error);
  }
  if (!isContent(value?.config) || !Array.isArray(value.layers) || !value.layers.every(isContent)) {
    throw corruptDocument('manifest', 'its config or a layer lacks its digest or size');
  }
  if (!encodeManifest(value.config, value.layers).equals(bytes)) {
    throw corruptDocument('manifest', 'it is not in canonical form');
  }
  return value;
}
