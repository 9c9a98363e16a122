import type { Content, Digest } from '../digest.ts';
import type { Platform } from '../image/platform.ts';

/** Where the layers of an archive go while it is read. Called for one layer at a time. */
export interface LayerConsumer {
  /**
   * Answers the layer of this diffID when it need not be delivered; its bytes are then skipped
   * unread. Asked when a layer's name or metadata that came earlier tells its diffID. That is only
   * a claim, so the answer must be for content that was verified already; the claim itself is
   * checked against the image's config in the end.
   */
  known(diffId: Digest): Content | undefined | Promise<Content | undefined>;
  /**
   * Consumes a layer's plain bytes to the end.
   *
   * @returns their diffID and size; the archive's claims are checked against it
   */
  layer(plain: AsyncIterable<Buffer>): Promise<Content>;
}

export interface ReadOptions {
  /** Ends the reading with INTERRUPTED and destroys the input. */
  signal?: AbortSignal | undefined;
  /**
   * Which of the archive's images are wanted; all when left out. What it declines is neither
   * returned nor required to be complete, and a layout's folder is not read for it.
   */
  select?: ((image: OfferedImage) => boolean) | undefined;
}

export interface OfferedImage {
  /** In Docker's familiar form, such as `api:1`. */
  references: string[];
  platform: Platform;
}
