import type { Digest } from '../digest.ts';
import { isWherryError } from '../error.ts';
import type { ArchiveImage } from './archive-image.ts';
import { complete, configOf } from './complete.ts';
import type { ReadOptions } from './consumer.ts';
import { imagesOfManifest, manifestPath } from './docker-manifest.ts';
import type { Intake } from './intake.ts';
import type { NamedImage, Problem } from './named-image.ts';
import { imagesOfIndex, indexPath } from './oci-index.ts';
import { badArchive } from './refusal.ts';

/**
 * The images of an archive, once all its files have passed.
 *
 * An archive may name an image twice, in index.json and in manifest.json; the config's digest tells
 * that it is one. An index may name platforms that were left out, as long as one image with the same
 * references is complete; manifest.json may not.
 *
 * @throws WherryError BAD_INPUT when there is no image or one is incomplete, CORRUPT on a mismatch
 */
export async function assemble(intake: Intake, options: ReadOptions): Promise<ArchiveImage[]> {
  const { documents } = intake.inventory;
  if (!documents.has(indexPath) && !documents.has(manifestPath)) throw noImage(documents);
  const found = new Found(intake, options);
  const index = imagesOfIndex(documents);
  for (const image of index.images) await found.add(image);
  found.problems.push(...index.problems.filter(found.wants));
  const excusable = found.problems.length;
  for (const image of imagesOfManifest(documents)) await found.add(image);
  const images = [...found.images.values()];
  const problem = found.problems.find(
    ({ references }, at) =>
      at >= excusable ||
      !images.some((image) => references.every((name) => image.references.includes(name))),
  );
  if (problem) throw problem.error;
  if (images.length === 0 && found.declined === 0) throw noImage(documents);
  return images;
}

class Found {
  readonly images = new Map<Digest, ArchiveImage>();
  readonly problems: Problem[] = [];
  declined = 0;
  readonly #intake: Intake;
  readonly #select: ReadOptions['select'];

  constructor(intake: Intake, options: ReadOptions) {
    this.#intake = intake;
    this.#select = options.select;
  }

  async add(named: NamedImage): Promise<void> {
    let { platform } = named;
    try {
      const config = configOf(named, this.#intake);
      platform = config.platform;
      if (!this.wants({ ...named, platform })) {
        this.declined++;
        return;
      }
      const image = this.images.get(config.digest);
      if (image) {
        image.references = [...new Set([...image.references, ...named.references])];
      } else {
        this.images.set(config.digest, await complete(named, config, this.#intake));
      }
    } catch (error) {
      if (!isWherryError(error, 'BAD_INPUT')) throw error;
      this.problems.push({ references: named.references, platform, error });
    }
  }

  /** Whether an image is asked for; what is not known to be declined may be. */
  readonly wants = ({ references, platform }: Omit<Problem, 'error'>): boolean =>
    !platform || !this.#select || this.#select({ references, platform });
}

function noImage(documents: ReadonlyMap<string, Buffer>): Error {
  if (documents.has(indexPath) || documents.has(manifestPath)) {
    return badArchive('The archive names no container image.');
  }
  if (documents.has('repositories')) {
    return badArchive(
      'The archive has no manifest.json: it is from a Docker older than 1.10, or is cut off.',
    );
  }
  return badArchive(
    'The tar holds no image: it has neither index.json nor manifest.json.',
    'Make it with docker save; docker export writes a file system, not an image.',
  );
}
