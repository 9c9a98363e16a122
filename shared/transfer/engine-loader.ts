import { type WritableImage, writeArchive } from '../archive/write.ts';
import type { Digest } from '../digest.ts';
import type { Engine, EngineImage, EngineInfo } from '../engine/engine.ts';
import { WherryError } from '../error.ts';
import { diffIdsOf, type Manifest } from '../image/manifest.ts';
import { formatReference, type TagReference } from '../image/reference.ts';

/** All of an image but what it is called. */
export type UnnamedImage = Omit<WritableImage, 'references'>;

/** An image that is to be in an engine: what its ID there will be, and whether it is there. */
export class EngineLoader {
  readonly info: EngineInfo;
  readonly #engine: Engine;
  readonly #id: Digest;
  readonly #diffIds: Digest[];

  constructor(engine: Engine, info: EngineInfo, digest: Digest, manifest: Manifest) {
    this.info = info;
    this.#engine = engine;
    this.#id = info.imageStore === 'containerd' ? digest : manifest.config.digest;
    this.#diffIds = diffIdsOf(manifest);
  }

  /** The image, when the engine has exactly it. */
  async find(): Promise<EngineImage | undefined> {
    const image = await this.#engine.inspect(this.#id);
    return image && this.#isWhole(image) ? image : undefined;
  }

  /** Points the tag at the image, unless it does already. */
  async tag(image: EngineImage, tag: TagReference): Promise<void> {
    const name = formatReference(tag);
    if (!image.tags.includes(name)) await this.#engine.tag(image.id, name);
  }

  /**
   * Loads the image without a name, asks the engine what it has now, and only then tags it: a tag
   * never points at an image that is not the right one.
   *
   * @throws WherryError ENGINE_FAILED when the engine has not got it afterwards
   */
  async load(
    image: UnnamedImage,
    tag: TagReference | undefined,
    signal?: AbortSignal,
  ): Promise<void> {
    const archive = writeArchive({ ...image, references: [] }, { signal });
    await this.#engine.load(archive, signal);
    const found = await this.find();
    if (!found) {
      throw new WherryError('ENGINE_FAILED', `The engine loaded something else than ${this.#id}.`, {
        side: 'engine',
        hint: 'See the log of the engine; try again.',
      });
    }
    if (tag) await this.tag(found, tag);
  }

  #isWhole(image: EngineImage): boolean {
    return image.id === this.#id && image.diffIds.join() === this.#diffIds.join();
  }
}
