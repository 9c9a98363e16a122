import { createHash } from 'node:crypto';
import { type Content, contentOf, type Digest, digestFromHex } from '../../../shared/digest.ts';
import { encodeManifest } from '../../../shared/image/manifest.ts';
import { type Platform, parsePlatform } from '../../../shared/image/platform.ts';
import { type TarMember, tarOf } from './tar.ts';

/** Bytes that can be read as often as needed and are the same each time. */
export interface Blob extends Content {
  bytes(): AsyncIterable<Buffer>;
}

export interface TestImage {
  platform: Platform;
  config: Buffer;
  /** Of the config: the image ID on a graph driver. */
  id: Digest;
  /** The canonical manifest. */
  manifest: Buffer;
  diffIds: Digest[];
  /** Plain, from the base up. */
  layers: Blob[];
}

export interface ImageOptions {
  /** Each the members of its tar, its bytes, or a way to stream them. */
  layers: (TarMember[] | Buffer | (() => AsyncIterable<Buffer>))[];
  /** Such as `linux/arm64`; `linux/amd64` when left out. */
  platform?: string;
  /** Replaces what the config has by default, such as `{ config: { Cmd: ['/hello'] } }`. */
  overrides?: Record<string, unknown>;
}

/** An image whose bytes depend on the options alone. */
export async function buildImage(options: ImageOptions): Promise<TestImage> {
  const platform = parsePlatform(options.platform ?? 'linux/amd64');
  const layers = await Promise.all(
    options.layers.map((layer) => {
      if (typeof layer === 'function') return blobOf(layer);
      return Buffer.isBuffer(layer) ? bufferBlob(layer) : blobOf(() => tarOf(layer));
    }),
  );
  const diffIds = layers.map(({ digest }) => digest);
  const created = '2026-01-02T03:04:05Z';
  const config = Buffer.from(
    JSON.stringify({
      ...platform,
      created,
      config: { Env: ['PATH=/usr/local/bin:/usr/bin:/bin'] },
      history: layers.map((_, index) => ({ created, created_by: `layer ${index}` })),
      ...options.overrides,
      rootfs: { type: 'layers', diff_ids: diffIds },
    }),
  );
  const { digest: id, size } = contentOf(config);
  const manifest = encodeManifest({ digest: id, size }, layers);
  return { platform, config, id, manifest, diffIds, layers };
}

/** Reads the bytes once to learn their digest; they are made again for each reader. */
export async function blobOf(bytes: () => AsyncIterable<Buffer>): Promise<Blob> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes()) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: digestFromHex(hash.digest('hex')), size, bytes };
}

export function bufferBlob(content: Buffer): Blob {
  return {
    ...contentOf(content),
    async *bytes() {
      yield content;
    },
  };
}
