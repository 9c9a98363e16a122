import type { Bucket } from '../../shared/bucket/bucket.ts';
import { meteredBucket, newMeter } from '../../shared/bucket/metered.ts';
import { type Digest, shortDigest } from '../../shared/digest.ts';
import { isWherryError, messageOf, WherryError } from '../../shared/error.ts';
import type { Report } from '../../shared/events.ts';
import { formatReference, type TagReference } from '../../shared/image/reference.ts';
import { openStore } from '../../shared/store/store.ts';
import { pull } from '../../shared/transfer/pull.ts';
import type { LoadTarget } from '../../shared/transfer/turn.ts';
import type { KeptImage, TagState } from './tag-state.ts';

export interface ImagesParts {
  bucket: Bucket;
  target: LoadTarget;
  report: Report;
  signal: AbortSignal;
}

export interface Brought {
  /** As the engine names it. */
  image: Digest;
  /** Bytes. */
  downloaded: number;
}

/**
 * The images of one tag in an engine. Each has a name besides the tag's own, `api:wherry.production.`
 * and the start of its digest, so that it is there for a rollback when the tag's name has moved on,
 * and a prune of images without a name passes it by.
 */
export class Images {
  readonly #tag: TagReference;
  readonly #parts: ImagesParts;

  constructor(tag: TagReference, parts: ImagesParts) {
    this.#tag = tag;
    this.#parts = parts;
  }

  /** Has the tag's name in the engine point to that image, which is fetched where it is lacking. */
  async bring(digest: Digest): Promise<Brought> {
    const { bucket, target, report, signal } = this.#parts;
    const meter = newMeter();
    const store = openStore(meteredBucket(bucket, meter), report);
    const reference = { repository: this.#tag.repository, tag: undefined, digest };
    const request = { reference, tag: this.#tag, to: { kind: 'engine', ...target } } as const;
    await pull(request, { store, meter, report, signal });
    const found = await target.engine.inspect(formatReference(this.#tag));
    if (!found) throw wentMissing(this.#tag);
    await target.engine.tag(found.id, this.nameOf(digest));
    return { image: found.id, downloaded: meter.received };
  }

  /** The same for an image that was there, which needs no store unless it has been removed since. */
  async bringBack({ digest, image }: KeptImage): Promise<Brought> {
    const { engine } = this.#parts.target;
    const there = await engine.inspect(image);
    if (!there) return this.bring(digest);
    await engine.tag(image, formatReference(this.#tag));
    await engine.tag(image, this.nameOf(digest));
    return { image, downloaded: 0 };
  }

  /** Whether the tag's name still points to that image. */
  async isThere({ image }: KeptImage): Promise<boolean> {
    const found = await this.#parts.target.engine.inspect(formatReference(this.#tag));
    return found?.id === image;
  }

  /**
   * Removes the names of the images that are no longer worth keeping, and with its last name the
   * image. One that a container was made from stays, to be looked at after the next release.
   *
   * @returns those that stay
   */
  async prune(state: TagState, keep: number): Promise<KeptImage[]> {
    const { engine } = this.#parts.target;
    const leaving = new Set(surplus(state, keep));
    if (leaving.size === 0) return state.kept;
    const used = await engine.imagesInUse();
    const stay: KeptImage[] = [];
    for (const kept of state.kept) {
      if (!leaving.has(kept) || used.has(kept.image) || !(await this.#remove(kept)))
        stay.push(kept);
    }
    return stay;
  }

  nameOf(digest: Digest): string {
    const { repository, tag } = this.#tag;
    return `${repository}:wherry.${tag.slice(0, 100)}.${shortDigest(digest)}`;
  }

  /** False where the engine refuses, for a container may have been made meanwhile. */
  async #remove({ digest, image }: KeptImage): Promise<boolean> {
    const { report, target } = this.#parts;
    try {
      await target.engine.remove(this.nameOf(digest));
      const fields = { image: formatReference(this.#tag), digest, id: image };
      report({ type: 'log', level: 'info', event: 'removed', fields });
      return true;
    } catch (error) {
      if (!isWherryError(error, 'ENGINE_FAILED')) throw error;
      const fields = { image: formatReference(this.#tag), digest, error: messageOf(error) };
      report({ type: 'log', level: 'warning', event: 'not-removed', fields });
      return false;
    }
  }
}

/** Neither what runs nor one of the newest `keep` others; one that failed is not worth keeping. */
export function surplus({ current, quarantined, kept }: TagState, keep: number): KeptImage[] {
  const others = kept.filter(({ image }) => image !== current?.image);
  const good = others.filter(({ digest }) => digest !== quarantined?.digest);
  const stay = new Set(good.slice(0, keep));
  return others.filter((image) => !stay.has(image));
}

function wentMissing(tag: TagReference): WherryError {
  const message = `${formatReference(tag)} was removed from the engine as soon as it was there.`;
  return new WherryError('ENGINE_FAILED', message, {
    side: 'engine',
    hint: 'See what prunes images on this machine.',
  });
}
