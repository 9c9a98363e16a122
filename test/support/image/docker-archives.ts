import type { Codec } from './compress.ts';
import { legacyFolder, legacyIds } from './legacy-ids.ts';
import {
  blobMember,
  hex,
  jsonMember,
  manifestEntry,
  type NamedTestImage,
  repositories,
  stored,
  unique,
} from './members.ts';
import type { TarMember } from './tar.ts';

/**
 * `docker save` before 25: `<id>/layer.tar`, a symbolic link where an earlier layer is the same.
 * (moby 20.10: image/tarexport/save.go)
 */
export async function legacy(images: NamedTestImage[]): Promise<TarMember[]> {
  const members: TarMember[] = [];
  const entries: object[] = [];
  const written = new Map<string, string>();
  for (const named of images) {
    const { image } = named;
    const ids = legacyIds(image);
    for (const [index, layer] of image.layers.entries()) {
      const id = ids[index] as string;
      const name = `${id}/layer.tar`;
      const same = written.get(layer.digest);
      members.push(...legacyFolder(id, ids[index - 1]));
      if (same === undefined) members.push(blobMember(name, layer));
      else if (same !== name) members.push({ name, type: 'symlink', linkname: `../${same}` });
      written.set(layer.digest, same ?? name);
    }
    const config = `${image.id.slice(7)}.json`;
    members.push({ name: config, content: image.config });
    entries.push(
      manifestEntry(
        named,
        config,
        ids.map((id) => `${id}/layer.tar`),
      ),
    );
  }
  members.push(jsonMember('manifest.json', entries));
  members.push(repositories(images, (image) => legacyIds(image).at(-1) ?? ''));
  return unique(members);
}

/**
 * `skopeo copy … docker-archive:`, buildah, podman save: `<diffID>.tar`, links from legacy folders.
 * (containers/image: docker/internal/tarfile/writer.go)
 */
export async function skopeo(images: NamedTestImage[]): Promise<TarMember[]> {
  const members: TarMember[] = [];
  const entries: object[] = [];
  for (const named of images) {
    const { image } = named;
    const paths = image.layers.map((layer) => `${hex(layer)}.tar`);
    for (const layer of image.layers) members.push(blobMember(`${hex(layer)}.tar`, layer));
    for (const [index, id] of legacyIds(image).entries()) {
      const linkname = `../${paths[index]}`;
      members.push(...legacyFolder(id, undefined));
      members.push({ name: `${id}/layer.tar`, type: 'symlink', linkname });
    }
    const config = `${image.id.slice(7)}.json`;
    members.push({ name: config, content: image.config });
    entries.push(manifestEntry(named, config, paths));
  }
  members.push(repositories(images, (image) => legacyIds(image).at(-1) ?? ''));
  members.push(jsonMember('manifest.json', entries));
  return unique(members);
}

/** nix dockerTools.streamLayeredImage: `<diffID>/layer.tar`. (stream_layered_image.py) */
export function nix(images: NamedTestImage[]): Promise<TarMember[]> {
  return dockerArchive(
    images,
    'plain',
    (config) => `${config}.json`,
    (layer) => `${layer}/layer.tar`,
  );
}

/** kaniko and crane: `sha256:<config>`, `<hex>.tar.gz`. (go-containerregistry: v1/tarball/write.go) */
export function kaniko(images: NamedTestImage[]): Promise<TarMember[]> {
  return dockerArchive(
    images,
    'gzip',
    (config) => `sha256:${config}`,
    (layer) => `${layer}.tar.gz`,
  );
}

/** bazel rules_oci, oci_load: blobs with the extension of their compression. (oci/private/load.bzl) */
export function bazel(images: NamedTestImage[]): Promise<TarMember[]> {
  return dockerArchive(
    images,
    'gzip',
    (config) => `blobs/sha256/${config}`,
    (layer) => `blobs/sha256/${layer}.tar.gz`,
  );
}

/** As bazel rules_docker and other scripts: gzip, under names that tell nothing. */
export async function rulesDocker(images: NamedTestImage[]): Promise<TarMember[]> {
  let count = 0;
  const names = new Map<string, string>();
  const nameOf = (layer: string) => {
    const name = names.get(layer) ?? `./layers/${count++}.tar.gz`;
    names.set(layer, name);
    return name;
  };
  return dockerArchive(images, 'gzip', () => `./config-${count++}`, nameOf);
}

async function dockerArchive(
  images: NamedTestImage[],
  codec: Codec,
  configName: (hex: string) => string,
  layerName: (hex: string) => string,
): Promise<TarMember[]> {
  const members: TarMember[] = [];
  const entries: object[] = [];
  for (const named of images) {
    const { image } = named;
    const config = configName(image.id.slice(7));
    members.push({ name: config, content: image.config });
    const layers = await Promise.all(image.layers.map((layer) => stored(layer, codec)));
    const paths = layers.map((layer) => layerName(hex(layer)));
    layers.forEach((layer, index) => {
      members.push(blobMember(paths[index] as string, layer));
    });
    entries.push(manifestEntry(named, config, paths));
  }
  return unique([...members, jsonMember('manifest.json', entries)]);
}
