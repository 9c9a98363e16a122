import { createHash } from 'node:crypto';
import { type Content, digestFromHex } from '../digest.ts';
import { Chunker } from '../layer/chunk.ts';
import type { ChunkSizes } from '../layer/sizes.ts';
import { Splitter } from '../layer/split.ts';
import type { Recipe } from '../store/recipe.ts';

/**
 * Makes recipes of layers, one layer after another: each is split, and both streams are cut. The two
 * chunkers, of the largest chunk's size each, serve all layers.
 */
export class LayerCutter {
  readonly #meta: Chunker;
  readonly #content: Chunker;
  readonly #add: (chunk: Buffer) => Promise<Content>;
  #ready: { stream: 'meta' | 'content'; chunk: Buffer }[] = [];

  /** @param add takes over a chunk; the next bytes are read once it has */
  constructor(sizes: ChunkSizes, add: (chunk: Buffer) => Promise<Content>) {
    this.#meta = new Chunker(sizes, (chunk) => this.#ready.push({ stream: 'meta', chunk }));
    this.#content = new Chunker(sizes, (chunk) => this.#ready.push({ stream: 'content', chunk }));
    this.#add = add;
  }

  /** @param seen is told of the bytes of each piece, once they are cut */
  async cut(plain: AsyncIterable<Buffer>, seen: (bytes: number) => void): Promise<Recipe> {
    const hash = createHash('sha256');
    const recipe = { size: 0, meta: [] as Content[], content: [] as Content[] };
    const splitter = new Splitter({
      meta: (bytes) => this.#meta.push(bytes),
      content: (bytes) => this.#content.push(bytes),
    });
    const addReady = async () => {
      for (const { stream, chunk } of this.#ready) recipe[stream].push(await this.#add(chunk));
      this.#ready = [];
    };
    for await (const piece of plain) {
      hash.update(piece);
      splitter.push(piece);
      recipe.size += piece.length;
      seen(piece.length);
      if (this.#ready.length > 0) await addReady();
    }
    this.#meta.end();
    this.#content.end();
    await addReady();
    return { diffId: digestFromHex(hash.digest('hex')), ...recipe };
  }
}
