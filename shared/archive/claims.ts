import type { Digest } from '../digest.ts';
import { parseConfig } from '../image/config.ts';
import { imagesOfManifest } from './docker-manifest.ts';
import type { Inventory } from './inventory.ts';
import { imagesOfIndex } from './oci-index.ts';

/**
 * Which layer each path holds, as far as the metadata seen so far tells. When metadata comes first
 * this saves reading layers that are known, compressed ones above all.
 */
export class Claims {
  readonly #inventory: Inventory;
  #diffIds = new Map<string, Digest>();
  #documents = 0;

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  diffIdAt(path: string): Digest | undefined {
    const { documents } = this.#inventory;
    if (documents.size !== this.#documents) {
      this.#documents = documents.size;
      this.#diffIds = claimed(this.#inventory);
    }
    return this.#diffIds.get(path);
  }
}

function claimed(inventory: Inventory): Map<string, Digest> {
  const diffIds = new Map<string, Digest>();
  const { documents } = inventory;
  for (const image of [...imagesOfIndex(documents).images, ...imagesOfManifest(documents)]) {
    const config = documents.get(inventory.resolve(image.config.path));
    for (const [index, diffId] of diffIdsOf(config).entries()) {
      const layer = image.layers[index];
      if (layer) diffIds.set(inventory.resolve(layer.path), diffId);
    }
  }
  return diffIds;
}

/** None of a config that is missing or broken: whether that matters shows in the end. */
function diffIdsOf(config: Buffer | undefined): Digest[] {
  try {
    return config ? parseConfig(config).diffIds : [];
  } catch {
    return [];
  }
}
