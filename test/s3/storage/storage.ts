import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Bucket, type BucketProperties } from './bucket.ts';
import { compareUtf8 } from './utf8-order.ts';

const PROPERTIES = 'bucket.json';

/** All buckets, each in a folder of its own name. */
export class Storage {
  readonly #folder: string;
  readonly #buckets = new Map<string, Bucket>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      const path = join(folder, name, PROPERTIES);
      if (!existsSync(path)) continue;
      const properties: BucketProperties = JSON.parse(readFileSync(path, 'utf8'));
      this.#buckets.set(name, new Bucket(join(folder, name), properties));
    }
  }

  get(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  /** By name. */
  list(): Bucket[] {
    return [...this.#buckets.values()].sort((a, b) =>
      compareUtf8(a.properties.name, b.properties.name),
    );
  }

  create(properties: BucketProperties): Bucket {
    const folder = join(this.#folder, properties.name);
    const bucket = new Bucket(folder, properties);
    const path = join(folder, PROPERTIES);
    writeFileSync(`${path}.new`, JSON.stringify(properties));
    renameSync(`${path}.new`, path);
    this.#buckets.set(properties.name, bucket);
    return bucket;
  }

  async delete(bucket: Bucket): Promise<void> {
    this.#buckets.delete(bucket.properties.name);
    bucket.close();
    await rm(join(this.#folder, bucket.properties.name), { recursive: true });
  }

  /** Resolves when nothing is being removed any more. */
  async close(): Promise<void> {
    for (const bucket of this.list()) bucket.close();
    await Promise.all(this.list().map((bucket) => bucket.files.settle()));
  }
}
