import type { Content } from '../digest.ts';

/** A layer whose plain bytes can be had. */
export interface WritableLayer extends Content {
  /** Called once, when the layer's turn comes. */
  bytes(): AsyncIterable<Buffer>;
}

export interface WritableImage {
  /** The tags to give it, `repository:tag` in Docker's familiar form; may be none. */
  references: string[];
  config: Buffer;
  /** The canonical manifest, see `encodeManifest`. */
  manifest: Buffer;
  /** From the base up. One without bytes is left out: the engine has it (a delta). */
  layers: (Content | WritableLayer)[];
}
