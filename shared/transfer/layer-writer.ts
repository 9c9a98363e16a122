import type { LayerConsumer } from '../archive/read.ts';
import type { Content, Digest } from '../digest.ts';
import { isWherryError } from '../error.ts';
import type { Report } from '../events.ts';
import type { Recipe } from '../store/recipe.ts';
import type { Store } from '../store/store.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { LayerCutter } from './layer-cutter.ts';

export interface LayerWriterOptions {
  signal?: AbortSignal | undefined;
  report: Report;
  repair?: boolean | undefined;
  /** Bytes that went over the wire so far. */
  wire: () => number;
}

/** Stores the layers of an archive as chunks and recipes, each only where the store lacks it. */
export class LayerWriter implements LayerConsumer {
  readonly chunks: ChunkWriter;
  /** Layers that the store had. */
  readonly reused = new Set<Digest>();
  readonly #store: Store;
  readonly #options: LayerWriterOptions;
  readonly #known = new Map<Digest, Promise<Content | undefined>>();
  readonly #chunkCounts = new Map<Digest, number>();
  #assumed: Content[] = [];
  #cutter: Promise<LayerCutter> | undefined;
  #done = 0;

  constructor(store: Store, options: LayerWriterOptions) {
    this.#store = store;
    this.#options = options;
    this.chunks = new ChunkWriter(store, options);
  }

  /** Takes layers as being in the store, unasked: a tag reaches them. */
  assume(layers: Content[]): void {
    this.#assumed = layers;
    for (const layer of layers) this.#known.set(layer.digest, Promise.resolve(layer));
  }

  async known(digest: Digest): Promise<Content | undefined> {
    if (this.#options.repair) return undefined;
    const asked = this.#known.get(digest) ?? this.#ask(digest);
    this.#known.set(digest, asked);
    const layer = await asked;
    if (layer && !this.reused.has(digest)) {
      this.#finish(layer, true);
      this.#progress(layer.size);
    }
    return layer;
  }

  async layer(plain: AsyncIterable<Buffer>): Promise<Content> {
    this.#cutter ??= this.#prepare();
    const cutter = await this.#cutter;
    return this.#storeRecipe(await cutter.cut(plain, (bytes) => this.#progress(bytes)));
  }

  /** How many chunks these layers have. */
  async countChunks(layers: Content[]): Promise<number> {
    const counts = layers.map(async ({ digest }) => {
      if (!this.#chunkCounts.has(digest)) await this.#ask(digest);
      return this.#chunkCounts.get(digest) ?? 0;
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  async #storeRecipe(recipe: Recipe): Promise<Content> {
    const { signal, repair } = this.#options;
    const layer = { digest: recipe.diffId, size: recipe.size };
    this.#chunkCounts.set(recipe.diffId, recipe.meta.length + recipe.content.length);
    await this.chunks.flush();
    const added = await this.#store.putRecipe(recipe, { signal, overwrite: repair });
    this.#known.set(layer.digest, Promise.resolve(layer));
    this.#finish(layer, !added);
    return layer;
  }

  async #ask(diffId: Digest): Promise<Content | undefined> {
    const recipe = await this.#store.getRecipe(diffId, { signal: this.#options.signal });
    if (!recipe) return undefined;
    const chunks = [...recipe.meta, ...recipe.content];
    this.chunks.assume(chunks);
    this.#chunkCounts.set(diffId, chunks.length);
    return { digest: diffId, size: recipe.size };
  }

  /** Before the first layer that has to be read: how to cut it, and what chunks need no asking. */
  async #prepare(): Promise<LayerCutter> {
    const sizes = await this.#store.chunkSizes({ signal: this.#options.signal });
    await Promise.all(this.#assumed.map(({ digest }) => this.#ask(digest).catch(ignoreCorrupt)));
    return new LayerCutter(sizes, (chunk) => this.chunks.add(chunk));
  }

  #finish({ digest, size }: Content, reused: boolean): void {
    if (reused) this.reused.add(digest);
    this.#options.report({ type: 'layer', digest, size, reused });
  }

  #progress(bytes: number): void {
    this.#done += bytes;
    this.#options.report({ type: 'progress', done: this.#done, wire: this.#options.wire() });
  }
}

/** A recipe that cannot be read only means that its chunks have to be asked for. */
function ignoreCorrupt(error: unknown): undefined {
  if (!isWherryError(error, 'CORRUPT')) throw error;
}
