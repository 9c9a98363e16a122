import type { Content } from '../digest.ts';
import { badArchive } from './refusal.ts';

/** A layer that was delivered or was known. */
export interface StoredLayer {
  plain: Content;
  /** Bytes as stored in the archive, perhaps compressed. */
  size: number;
}

const mebibyte = 1024 * 1024;

/** The largest JSON document that is kept; manifests and configs are under 4 MiB in registries. */
export const documentLimit = 16 * mebibyte;

/** All kept documents together. SBOM attestations of many platforms make up the most of it. */
const totalLimit = 256 * mebibyte;

/** What has been seen of an archive, by normalized path. */
export class Inventory {
  /** JSON, which may turn out to be manifests, configs or none of these. */
  readonly documents = new Map<string, Buffer>();
  readonly layers = new Map<string, StoredLayer>();
  /** Why a file's content was passed over. */
  readonly ignored = new Map<string, string>();
  readonly #links = new Map<string, string>();
  #kept = 0;

  /** @throws WherryError BAD_INPUT beyond the limit of all documents together */
  addDocument(path: string, bytes: Buffer): void {
    this.#kept += bytes.length - (this.documents.get(path)?.length ?? 0);
    if (this.#kept > totalLimit) {
      throw badArchive(
        `The archive has more than ${totalLimit / mebibyte} MiB of JSON.`,
        'Save fewer images or platforms at once, or leave out attestations.',
      );
    }
    this.documents.set(path, bytes);
  }

  addLink(path: string, target: string): void {
    this.#links.set(path, target);
  }

  /** Where a path leads over links; links that go round lead to a path that holds nothing. */
  resolve(path: string): string {
    let at = path;
    for (let hops = 0; hops <= this.#links.size; hops++) {
      const target = this.#links.get(at);
      if (target === undefined) return at;
      at = target;
    }
    return at;
  }
}
