import { type Blob, blobOf, bufferBlob, type TestImage } from './build.ts';
import { type Codec, compress } from './compress.ts';
import type { TarMember } from './tar.ts';

/** An image and the names that an archive gives it. */
export interface NamedTestImage {
  image: TestImage;
  /** Such as `app:1`. */
  references: string[];
}

export function hex({ digest }: { digest: string }): string {
  return digest.slice('sha256:'.length);
}

/** A member with a blob's bytes, streamed. */
export function blobMember(name: string, blob: Blob): TarMember {
  return { name, size: blob.size, content: () => blob.bytes() };
}

export function jsonMember(name: string, value: unknown): TarMember {
  return { name, content: JSON.stringify(value) };
}

export function jsonBlob(value: unknown): Blob {
  return bufferBlob(Buffer.from(JSON.stringify(value)));
}

/** The blob as a codec stores it. */
export function stored(blob: Blob, codec: Codec): Promise<Blob> {
  return codec === 'plain' ? Promise.resolve(blob) : blobOf(() => compress(blob.bytes(), codec));
}

/** Each member once, by name, as tools write a layer that images share. */
export function unique(members: TarMember[]): TarMember[] {
  return [...new Map(members.map((member) => [member.name, member])).values()];
}

/** The entry of manifest.json. */
export function manifestEntry(named: NamedTestImage, config: string, layers: string[]): object {
  const tags = named.references;
  return { Config: config, RepoTags: tags.length > 0 ? tags : null, Layers: layers };
}

/** `repositories`: by repository and tag, the ID of the top layer. */
export function repositories(images: NamedTestImage[], topOf: (image: TestImage) => string) {
  const named: Record<string, Record<string, string>> = {};
  for (const { image, references } of images) {
    for (const reference of references) {
      const colon = reference.lastIndexOf(':');
      const repository = reference.slice(0, colon);
      named[repository] = { ...named[repository], [reference.slice(colon + 1)]: topOf(image) };
    }
  }
  return jsonMember('repositories', named);
}
