import { createHash } from 'node:crypto';
import type { WritableLayer } from '../archive/write.ts';
import { digestFromHex } from '../digest.ts';
import type { Report } from '../events.ts';
import { merge } from '../layer/merge.ts';
import { corrupt } from '../store/corrupt.ts';
import type { Recipe } from '../store/recipe.ts';
import type { Store } from '../store/store.ts';
import { ChunkReader } from './chunk-reader.ts';

/** Plain bytes fetched ahead: some 16 average chunks of content; meta is a small part of a layer. */
const contentWindow = 16 * 1024 * 1024;
const metaWindow = 4 * 1024 * 1024;

export interface LayerReaderOptions {
  signal?: AbortSignal | undefined;
  report: Report;
  /** Bytes that went over the wire so far. */
  wire: () => number;
}

/** Reads layers from a store, in the order of their recipes, fetching ahead across them. */
export class LayerReader {
  readonly layers: WritableLayer[];
  readonly #meta: ChunkReader;
  readonly #content: ChunkReader;
  readonly #options: LayerReaderOptions;
  #done = 0;

  constructor(store: Store, recipes: Recipe[], options: LayerReaderOptions) {
    const { signal } = options;
    const meta = recipes.flatMap((recipe) => recipe.meta);
    const content = recipes.flatMap((recipe) => recipe.content);
    this.#options = options;
    this.#meta = new ChunkReader(store, meta, metaWindow, signal);
    this.#content = new ChunkReader(store, content, contentWindow, signal);
    this.layers = recipes.map((recipe) => ({
      digest: recipe.diffId,
      size: recipe.size,
      bytes: () => this.#read(recipe),
    }));
  }

  close(): void {
    this.#meta.close();
    this.#content.close();
  }

  /** The layer's bytes; the last of them only once all are verified. */
  async *#read(recipe: Recipe): AsyncGenerator<Buffer, void, undefined> {
    const { report, wire } = this.#options;
    const meta = this.#meta.take(recipe.meta.length);
    const content = this.#content.take(recipe.content.length);
    const hash = createHash('sha256');
    let held: Buffer | undefined;
    for await (const piece of merge(meta, content)) {
      if (held) yield held;
      hash.update(piece);
      held = piece;
      this.#done += piece.length;
      report({ type: 'progress', done: this.#done, wire: wire() });
    }
    if (digestFromHex(hash.digest('hex')) !== recipe.diffId) {
      throw corrupt(`The recipe of layer ${recipe.diffId} gives another layer.`);
    }
    if (held) yield held;
    report({ type: 'layer', digest: recipe.diffId, size: recipe.size, reused: false });
  }
}
