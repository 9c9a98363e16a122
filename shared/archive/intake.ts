import { createHash } from 'node:crypto';
import { type Content, contentOf, type Digest, digestFromHex } from '../digest.ts';
import type { LayerConsumer } from './consumer.ts';
import { decompress } from './decompress.ts';
import { documentLimit, Inventory, type StoredLayer } from './inventory.ts';
import { blobDigest, claimedDiffId } from './paths.ts';
import { peek } from './peek.ts';
import { corruptArchive } from './refusal.ts';
import { type Compression, type Kind, sniff, sniffSize } from './sniff.ts';
import type { FileEntry } from './tar-entries.ts';

const ignoredBecause: Record<Exclude<Kind, 'tar' | Compression>, string> = {
  document: 'is JSON, and too large',
  xz: 'is compressed with xz',
  bzip2: 'is compressed with bzip2',
  lz4: 'is compressed with lz4',
  unknown: 'is neither a tar nor gzip or zstd data (is it encrypted?)',
};

/** Deals with the files of an archive one by one, in whatever order they come. */
export class Intake {
  readonly inventory = new Inventory();
  readonly #consumer: LayerConsumer;
  /** What the consumer was given or knew: a layer may be stored under several names. */
  readonly #have = new Map<Digest, Content>();

  constructor(consumer: LayerConsumer) {
    this.#consumer = consumer;
  }

  /**
   * Keeps a document, delivers what may be a layer, passes over the rest. A blob that its path
   * names by digest is checked against it.
   *
   * @param diffId which layer this is, when metadata that came earlier says so
   */
  async take(entry: FileEntry, diffId: Digest | undefined): Promise<void> {
    const { path, size } = entry;
    const { layers, ignored } = this.inventory;
    const known = diffId && (await this.#known(diffId));
    if (known) {
      layers.set(path, { plain: known, size });
      return;
    }
    const { head, bytes } = await peek(entry.bytes, sniffSize);
    const kind = sniff(head);
    if (kind === 'tar') {
      layers.set(path, await this.#plain(path, size, bytes));
    } else if (kind === 'gzip' || kind === 'zstd') {
      layers.set(path, await this.#compressed(path, size, bytes, kind));
    } else if (kind === 'document' && size <= documentLimit) {
      const document = await collect(bytes);
      check(path, contentOf(document).digest);
      this.inventory.addDocument(path, document);
    } else {
      ignored.set(path, ignoredBecause[kind]);
      await drain(bytes);
    }
  }

  /** The layer at a path, delivered now when it was kept as a document. */
  async layerAt(path: string): Promise<StoredLayer | undefined> {
    const { documents, layers } = this.inventory;
    const document = documents.get(path);
    if (document !== undefined && !layers.has(path)) {
      const { length } = document;
      layers.set(path, await this.#plain(path, length, only(document)));
    }
    return layers.get(path);
  }

  async #plain(path: string, size: number, bytes: AsyncIterable<Buffer>): Promise<StoredLayer> {
    const claimed = claimedDiffId(path);
    const known = claimed && (await this.#known(claimed));
    if (known) {
      await drain(bytes);
      return { plain: known, size };
    }
    const plain = await this.#deliver(bytes);
    check(path, plain.digest);
    return { plain, size };
  }

  async #compressed(
    path: string,
    size: number,
    bytes: AsyncIterable<Buffer>,
    compression: Compression,
  ): Promise<StoredLayer> {
    const hash = createHash('sha256');
    async function* hashed() {
      for await (const chunk of bytes) {
        hash.update(chunk);
        yield chunk;
      }
    }
    const plain = await this.#deliver(decompress(hashed(), compression, path));
    check(path, digestFromHex(hash.digest('hex')));
    return { plain, size };
  }

  async #deliver(plain: AsyncIterable<Buffer>): Promise<Content> {
    let ended = false;
    async function* whole() {
      yield* plain;
      ended = true;
    }
    const content = await this.#consumer.layer(whole());
    // The rest of the archive is behind what it left.
    if (!ended) throw new Error('A layer was not consumed to its end.');
    this.#have.set(content.digest, content);
    return content;
  }

  async #known(diffId: Digest): Promise<Content | undefined> {
    const known = this.#have.get(diffId) ?? (await this.#consumer.known(diffId));
    if (known) this.#have.set(diffId, known);
    return known;
  }
}

function check(path: string, digest: Digest): void {
  const named = blobDigest(path);
  if (named !== undefined && named !== digest) {
    throw corruptArchive(`${path} in the archive does not match its name: it is ${digest}.`);
  }
}

async function collect(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function drain(bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of bytes);
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
