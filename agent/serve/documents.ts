import type { Options } from '../../shared/bucket/bucket.ts';
import { type Digest, isDigest } from '../../shared/digest.ts';
import { mediaType } from '../../shared/image/manifest.ts';
import type { Store } from '../../shared/store/store.ts';

/** How many are kept, and bytes that one of them may have: 4 MiB in all. */
const mostKept = 64;
const largestKept = 64 * 1024;

/** Blobs of a store that are manifests or indexes, the last of them kept: they never change. */
export class Documents {
  readonly #store: Store;
  readonly #kept = new Map<Digest, Buffer>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The blob, whatever it is. @throws WherryError CORRUPT */
  async get(digest: Digest, options: Options): Promise<Buffer | undefined> {
    const bytes = this.#kept.get(digest) ?? (await this.#store.getBlob(digest, options));
    if (bytes && bytes.length <= largestKept) this.#keep(digest, bytes);
    return bytes;
  }

  #keep(digest: Digest, bytes: Buffer): void {
    this.#kept.delete(digest);
    this.#kept.set(digest, bytes);
    const [oldest] = this.#kept.keys();
    if (oldest && this.#kept.size > mostKept) this.#kept.delete(oldest);
  }
}

/** The media type that a blob says it has, when it is a manifest or an index. */
export function documentType(bytes: Buffer): string | undefined {
  let value: { mediaType?: unknown; config?: unknown; layers?: unknown; manifests?: unknown };
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  switch (value?.mediaType) {
    case mediaType.manifest:
      return isContent(value.config) && areContents(value.layers) ? value.mediaType : undefined;
    case mediaType.index:
      return areContents(value.manifests) ? value.mediaType : undefined;
  }
  return undefined;
}

function areContents(value: unknown): boolean {
  return Array.isArray(value) && value.every(isContent);
}

function isContent(value: unknown): boolean {
  const { digest, size } = (value ?? {}) as { digest?: unknown; size?: unknown };
  return isDigest(digest) && Number.isSafeInteger(size);
}
