import type { Readable } from 'node:stream';
import { archiveOf } from './archive.ts';
import type { Codec } from './compress.ts';
import { bazel, kaniko, legacy, nix, rulesDocker, skopeo } from './docker-archives.ts';
import type { NamedTestImage } from './members.ts';
import { hybrid, ociArchive } from './oci-layouts.ts';
import type { TarMember } from './tar.ts';

type Layout = (images: NamedTestImage[]) => Promise<TarMember[]>;

/** Every layout in which image archives come, by the tool that writes it. */
export const layouts = {
  legacy,
  oci: (images) => hybrid(images),
  'oci-gzip': (images) => hybrid(images, { codec: 'gzip' }),
  'oci-zstd': (images) => hybrid(images, { codec: 'zstd' }),
  'oci-zstd-frames': (images) => hybrid(images, { codec: 'zstd-frames' }),
  'oci-archive': (images) => ociArchive(images, { codec: 'gzip' }),
  'oci-archive-plain': (images) => ociArchive(images),
  'oci-archive-members': (images) => ociArchive(images, { codec: 'gzip-members' }),
  'oci-archive-docker-types': (images) => ociArchive(images, { codec: 'gzip', dockerTypes: true }),
  skopeo,
  kaniko,
  nix,
  bazel,
  'rules-docker': rulesDocker,
} satisfies Record<string, Layout>;

export type LayoutName = keyof typeof layouts;

/** An image in a layout, as a stream; `codec` is that of the archive as a whole. */
export async function writeLayout(
  images: NamedTestImage | NamedTestImage[],
  layout: LayoutName,
  codec: Codec = 'plain',
): Promise<Readable> {
  return archiveOf(await layouts[layout]([images].flat()), codec);
}
