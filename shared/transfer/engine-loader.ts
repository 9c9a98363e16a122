import { writeArchive } from '../archive/write.ts';
import type { Digest } from '../digest.ts';
import type { Engine, EngineImage, EngineInfo } from '../engine/engine.ts';
import { isWherryError, WherryError } from '../error.ts';
import { diffIdsOf, type Manifest } from '../image/manifest.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import type { UnnamedImage } from './image-reader.ts';

/** An image that is to be in an engine: what its ID there will be, and whether it is there. */
export class EngineLoader {
  readonly #engine: Engine;
  readonly #id: Digest;
  readonly #diffIds: Digest[];

  constructor(engine: Engine, { imageStore }: EngineInfo, digest: Digest, manifest: Manifest) {
    this.#engine = engine;
    this.#id = imageStore === 'containerd' ? digest : manifest.config.digest;
    this.#diffIds = diffIdsOf(manifest);
  }

  /** The image, when the engine has exactly it. */
  async find(): Promise<EngineImage | undefined> {
    const image = await this.#engine.inspect(this.#id);
    return image && this.#isWhole(image) ? image : undefined;
  }

  /**
   * Points the tag at the image, unless it does already.
   *
   * @throws WherryError ENGINE_FAILED when the image has been removed since it was found
   */
  async tag(image: EngineImage, tag: TagReference): Promise<void> {
    const name = formatReference(tag);
    if (image.tags.includes(name)) return;
    await this.#engine.tag(image.id, name).catch((error) => {
      if (!isWherryError(error, 'NOT_FOUND')) throw error;
      const message = `The image was removed from the engine before it could be tagged ${name}.`;
      throw new WherryError('ENGINE_FAILED', message, {
        side: 'engine',
        hint: 'Pull it again, while nothing prunes images.',
        cause: error,
      });
    });
  }

  /**
   * Loads the image without a name, asks the engine what it has now, and leaves it to the caller to
   * {@link tag} it: a tag never points at an image that is not the right one. What a load that failed
   * has left is removed.
   *
   * @throws WherryError ENGINE_FAILED when the engine has not got the image afterwards
   */
  async load(image: UnnamedImage, signal?: AbortSignal): Promise<EngineImage> {
    try {
      await this.#engine.load(writeArchive({ ...image, references: [] }, { signal }), signal);
      const found = await this.find();
      if (found) return found;
      throw new WherryError(
        'ENGINE_FAILED',
        `The engine has not got ${this.#id} after loading it.`,
        {
          side: 'engine',
          hint: 'See the log of the engine; try again.',
        },
      );
    } catch (error) {
      if (isWherryError(error, 'ENGINE_FAILED')) await this.#removeBroken();
      throw error;
    }
  }

  /** The containerd store keeps an image that it could not unpack (facts of 28.5: no layers then). */
  async #removeBroken(): Promise<void> {
    const left = await this.#engine.inspect(this.#id).catch(() => undefined);
    if (!left || this.#isWhole(left)) return;
    for (const name of left.tags.length > 0 ? left.tags : [left.id]) {
      await this.#engine.remove(name).catch(() => {});
    }
  }

  #isWhole(image: EngineImage): boolean {
    return image.id === this.#id && image.diffIds.join() === this.#diffIds.join();
  }
}
