import { pseudoRandom } from '../property/random.ts';
import { buildImage, type TestImage } from '../support/image/build.ts';
import type { TarMember } from '../support/image/tar.ts';
import type { Chance } from './chance.ts';

interface FileSpec {
  name: string;
  /** Bytes */
  size: number;
  /** Of its content. */
  seed: number;
  compressible: boolean;
  /** Seconds since 1970. */
  mtime: number;
}

/** Bytes of the largest file: an image of six layers has some 50 MB at most, and mostly a few. */
const largestFile = 4e6;

/** Makes small images, no two the same, that share layers and files with each other. */
export class ImageMaker {
  readonly #chance: Chance;
  readonly #platform: string;
  readonly #layers: FileSpec[][] = [];
  #made = 0;

  constructor(chance: Chance, platform: string) {
    this.#chance = chance;
    this.#platform = platform;
  }

  /** An image of one to six layers. */
  next(): Promise<TestImage> {
    const layers = Array.from({ length: this.#chance.between(1, 6) }, () => this.#layer());
    return buildImage({
      platform: this.#platform,
      layers: layers.map((files) => files.map(member)),
      overrides: { config: { Env: [`IMAGE=${++this.#made}`] } },
    });
  }

  /** One that there was, one that was rebuilt and changed, or a new one. */
  #layer(): FileSpec[] {
    const chance = this.#chance;
    if (this.#layers.length > 0 && chance.happens(0.5)) return chance.of(this.#layers);
    const base = this.#layers.length > 0 && chance.happens(0.5) ? chance.of(this.#layers) : [];
    const mtime = chance.between(0, 2e9);
    const layer = [
      ...base.map((file) => ({ ...file, mtime })),
      ...Array.from({ length: chance.between(base.length > 0 ? 0 : 1, 3) }, () => this.#file()),
    ].slice(-6);
    this.#layers.push(layer);
    return layer;
  }

  #file(): FileSpec {
    const chance = this.#chance;
    const seed = chance.between(1, 1e9);
    const compressible = chance.happens(0.5);
    const size = chance.size(largestFile);
    return { name: `data/${seed}`, size, seed, compressible, mtime: 0 };
  }
}

function member({ name, size, seed, compressible, mtime }: FileSpec): TarMember {
  return {
    name,
    size,
    mtime: new Date(mtime * 1000),
    async *content() {
      yield compressible ? Buffer.alloc(size, `file ${seed}\n`) : pseudoRandom(size, seed);
    },
  };
}
