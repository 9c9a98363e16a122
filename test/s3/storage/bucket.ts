import { join } from 'node:path';
import { DataFiles } from './data-files.ts';
import type { StoredObject } from './object.ts';
import { PersistentMap } from './persistent-map.ts';
import { SortedKeys } from './sorted-keys.ts';
import { Uploads } from './uploads.ts';

export interface BucketProperties {
  name: string;
  region: string;
  /** Milliseconds since the epoch. */
  created: number;
}

/** Throws to refuse a write, looking at the object that the key has at that moment. */
export type Condition = (current: StoredObject | undefined) => void;

/** One version of an object, safe to read until it is closed. */
export interface OpenObject {
  object: StoredObject;
  read(start: number, end: number): AsyncIterable<Buffer>;
  close(): void;
}

/**
 * A bucket in a folder. What it holds is also in memory, without the bytes. A write becomes
 * visible all at once, and its condition is decided in that same moment.
 */
export class Bucket {
  readonly properties: BucketProperties;
  readonly files: DataFiles;
  readonly uploads: Uploads;
  readonly #objects: PersistentMap<StoredObject>;
  readonly #keys: SortedKeys;

  constructor(folder: string, properties: BucketProperties) {
    this.properties = properties;
    this.files = new DataFiles(join(folder, 'data'));
    this.uploads = new Uploads(folder, this.files);
    this.#objects = new PersistentMap(join(folder, 'objects.jsonl'));
    this.#keys = new SortedKeys(this.#objects.keys());
    this.files.sweep(new Set([...this.#usedFiles(), ...this.uploads.usedFiles()]));
  }

  get isEmpty(): boolean {
    return this.#objects.size === 0;
  }

  get keys(): Pick<SortedKeys, 'firstFrom' | 'firstAfter' | 'firstBeyond'> {
    return this.#keys;
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  /** Puts an object whose segments are already written; the bucket owns them from then on. */
  put(object: StoredObject, condition: Condition): void {
    const before = this.#objects.get(object.key);
    condition(before);
    this.#objects.set(object.key, object);
    this.#keys.add(object.key);
    if (before) this.files.remove(before.segments);
  }

  /** Deleting what is not there is a success, unless the condition says otherwise. */
  delete(key: string, condition: Condition): void {
    const before = this.#objects.get(key);
    condition(before);
    if (!before) return;
    this.#objects.delete(key);
    this.#keys.delete(key);
    this.files.remove(before.segments);
  }

  open(key: string): OpenObject | undefined {
    const object = this.#objects.get(key);
    if (!object) return undefined;
    this.files.retain(object.segments);
    let closed = false;
    return {
      object,
      read: (start, end) => this.files.read(object.segments, start, end),
      close: () => {
        if (!closed) this.files.release(object.segments);
        closed = true;
      },
    };
  }

  close(): void {
    this.#objects.close();
    this.uploads.close();
  }

  *#usedFiles(): Iterable<string> {
    for (const { segments } of this.#objects.values()) {
      for (const { file } of segments) yield file;
    }
  }
}
