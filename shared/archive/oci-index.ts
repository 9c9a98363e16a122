import { isDigest } from '../digest.ts';
import { isWherryError } from '../error.ts';
import { formatPlatform, type Platform, readPlatform } from '../image/platform.ts';
import { type Json, list, object, parseJson, text } from './json.ts';
import { isEncrypted, isForeign, isImageConfig, isLayer } from './media-types.ts';
import type { NamedBlob, NamedImage, Problem } from './named-image.ts';
import { blobPath } from './paths.ts';
import { readAnnotations } from './references.ts';
import { badArchive, checkSize } from './refusal.ts';

export const indexPath = 'index.json';

export interface IndexedImages {
  images: NamedImage[];
  problems: Problem[];
  /** Documents that are named but not among those given; configs too. */
  absent: string[];
}

/**
 * The images of an OCI layout (image-layout.md): what index.json names, over nested indexes, except
 * attestations and artifacts that are no images.
 *
 * @throws WherryError BAD_INPUT when index.json itself cannot be read
 */
export function imagesOfIndex(documents: ReadonlyMap<string, Buffer>): IndexedImages {
  const walk = new IndexWalk(documents);
  const index = documents.get(indexPath);
  if (index) walk.index(object(parseJson(index, indexPath)), [], 0);
  return walk.found;
}

/** containerd refuses deeper ones as well; real ones are nested once. */
const depthLimit = 8;

class IndexWalk {
  readonly found: IndexedImages = { images: [], problems: [], absent: [] };
  readonly #documents: ReadonlyMap<string, Buffer>;
  /** Descriptors that were followed: a small archive can name one index very often. */
  readonly #seen = new Set<string>();

  constructor(documents: ReadonlyMap<string, Buffer>) {
    this.#documents = documents;
  }

  index(index: Json, inherited: string[], depth: number): void {
    for (const entry of list(index.manifests).map(object)) {
      const own = readAnnotations(entry.annotations);
      const references = own.length > 0 ? own : inherited;
      const platform = readPlatform(entry.platform);
      if (isAttestation(entry, platform)) continue;
      const key = `${text(entry.digest)} ${references}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      try {
        this.#follow(entry, references, platform, depth);
      } catch (error) {
        if (!isWherryError(error, 'BAD_INPUT')) throw error;
        this.found.problems.push({ references, platform, error });
      }
    }
  }

  #follow(entry: Json, references: string[], platform: Platform | undefined, depth: number): void {
    const { path, size } = blob(entry, indexPath);
    const bytes = this.#documents.get(path);
    if (bytes === undefined) {
      this.found.absent.push(path);
      const of = platform ? ` for ${formatPlatform(platform)}` : '';
      throw badArchive(`The archive lacks a manifest${of} that its index names (${path}).`);
    }
    const document = object(parseJson(bytes, path));
    checkSize(path, size, bytes.length);
    if (Array.isArray(document.manifests)) {
      if (depth >= depthLimit) throw badArchive('The archive nests indexes too deeply.');
      this.index(document, references, depth + 1);
    } else {
      this.#manifest(document, path, references, platform);
    }
  }

  #manifest(
    document: Json,
    path: string,
    references: string[],
    platform: Platform | undefined,
  ): void {
    if (document.schemaVersion === 1) {
      throw badArchive(
        `${path} in the archive is a manifest of schema version 1, which has no config.`,
        'Push the image again with a current Docker, which writes schema version 2.',
      );
    }
    const layers = list(document.layers).map(object);
    const types = layers.map((layer) => text(layer.mediaType));
    const config = object(document.config);
    if (!isImageConfig(text(config.mediaType)) || !types.every(isLayer)) return;
    if (types.some(isEncrypted)) {
      throw badArchive(
        'The image has encrypted layers.',
        'Decrypt it first, such as with skopeo copy --decryption-key.',
      );
    }
    const image = {
      references,
      platform,
      config: blob(config, path),
      layers: layers.map((layer) => blob(layer, path)),
    };
    if (!this.#documents.has(image.config.path)) this.found.absent.push(image.config.path);
    this.found.images.push(image);
  }
}

function blob(descriptor: Json, namedBy: string): NamedBlob {
  const { digest, size, mediaType } = descriptor;
  if (!isDigest(digest)) {
    throw badArchive(`${namedBy} in the archive names a blob by "${digest}", which is no sha256.`);
  }
  return {
    path: blobPath(digest),
    size: typeof size === 'number' ? size : undefined,
    foreign: isForeign(text(mediaType)),
  };
}

/** As BuildKit marks them (docs/attestations/attestation-storage.md). */
function isAttestation(entry: Json, platform: Platform | undefined): boolean {
  const unknown = platform?.os === 'unknown' && platform.architecture === 'unknown';
  return unknown || object(entry.annotations)['vnd.docker.reference.type'] !== undefined;
}
