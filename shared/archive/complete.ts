import { contentOf, type Digest } from '../digest.ts';
import { type ImageConfig, parseConfig } from '../image/config.ts';
import { normalizePlatform, type Platform } from '../image/platform.ts';
import type { ArchiveImage } from './archive-image.ts';
import type { Intake } from './intake.ts';
import type { StoredLayer } from './inventory.ts';
import type { NamedBlob, NamedImage } from './named-image.ts';
import { configDigest } from './paths.ts';
import { badArchive, checkSize, corruptArchive } from './refusal.ts';

export interface NamedConfig extends ImageConfig {
  bytes: Buffer;
  digest: Digest;
}

/** @throws WherryError BAD_INPUT when the config is missing or is none, CORRUPT on a mismatch */
export function configOf(image: NamedImage, { inventory }: Intake): NamedConfig {
  const { path, size } = image.config;
  const bytes = inventory.documents.get(inventory.resolve(path));
  if (bytes === undefined) throw lacks(`config (${path})`, path, inventory.ignored);
  checkSize(path, size, bytes.length);
  const { digest } = contentOf(bytes);
  if ((configDigest(path) ?? digest) !== digest) {
    throw corruptArchive(`${path} in the archive does not match its name: it is ${digest}.`);
  }
  const config = parseConfig(bytes);
  return { ...config, bytes, digest, platform: platformOf(config.platform, image.platform) };
}

/**
 * The image with its layers checked against its config, in count and order.
 *
 * @throws WherryError BAD_INPUT when something is missing, CORRUPT when it does not match
 */
export async function complete(
  image: NamedImage,
  config: NamedConfig,
  intake: Intake,
): Promise<ArchiveImage> {
  const { diffIds, platform, created, bytes } = config;
  const count = image.layers.length;
  if (count !== diffIds.length) {
    throw badArchive(`The image's config names ${diffIds.length} layers, its manifest ${count}.`);
  }
  const layers = [];
  for (const [index, layer] of image.layers.entries()) {
    const { plain, size } = await layerOf(layer, `layer ${index + 1} of ${count}`, intake);
    checkSize(layer.path, layer.size, size);
    if (plain.digest !== diffIds[index]) {
      throw corruptArchive(
        `Layer ${index + 1} of ${count} (${layer.path}) is ${plain.digest} where the config names ${diffIds[index]}.`,
      );
    }
    layers.push(plain);
  }
  return { references: [...image.references], platform, config: bytes, layers, created };
}

async function layerOf(layer: NamedBlob, which: string, intake: Intake): Promise<StoredLayer> {
  const { inventory } = intake;
  const path = inventory.resolve(layer.path);
  const stored = await intake.layerAt(path);
  if (stored) return stored;
  if (layer.foreign) {
    throw badArchive(
      `The archive lacks ${which} (${layer.path}), a foreign layer that is kept elsewhere.`,
      'Only images whose layers are all in the archive can be delivered.',
    );
  }
  throw lacks(`${which} (${layer.path})`, path, inventory.ignored);
}

function lacks(what: string, path: string, ignored: ReadonlyMap<string, string>): Error {
  const because = ignored.get(path);
  return because === undefined
    ? badArchive(`The archive lacks ${what}, which its manifest names.`)
    : badArchive(
        `The archive's ${what} ${because}.`,
        'Docker and Wherry take layers that are plain, gzip or zstd.',
      );
}

/** The config's platform; many configs lack the variant that the index gives. */
function platformOf(own: Platform, indexed: Platform | undefined): Platform {
  const same = indexed?.os === own.os && indexed.architecture === own.architecture;
  return same && own.variant === undefined ? normalizePlatform(indexed) : own;
}
