import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAll } from './write-all.ts';

/** A file that holds some of an object's bytes. It is never changed once it is written. */
export interface Segment {
  file: string;
  /** Bytes */
  size: number;
}

/** Bytes read at a time: large enough to be cheap, small enough for many readers at once. */
const READ_SIZE = 256 * 1024;

/** The immutable files that hold the bytes of objects and parts. */
export class DataFiles {
  readonly #folder: string;
  readonly #readers = new Map<string, number>();
  /** Removed while someone was still reading: they go with their last reader. */
  readonly #doomed = new Set<string>();
  readonly #removals = new Set<Promise<void>>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Writes a new file; nothing is left of it when `source` fails. */
  async write(source: AsyncIterable<Buffer>): Promise<Segment> {
    const file = randomUUID();
    const path = join(this.#folder, file);
    const handle = await open(path, 'wx');
    try {
      const size = await writeAll(handle, source);
      await handle.close();
      return { file, size };
    } catch (error) {
      await handle.close();
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Keeps the files readable, whatever happens to their object, until `release`. */
  retain(segments: readonly Segment[]): void {
    for (const { file } of segments) this.#readers.set(file, (this.#readers.get(file) ?? 0) + 1);
  }

  release(segments: readonly Segment[]): void {
    for (const { file } of segments) {
      const readers = (this.#readers.get(file) ?? 0) - 1;
      if (readers > 0) {
        this.#readers.set(file, readers);
      } else {
        this.#readers.delete(file);
        if (this.#doomed.delete(file)) this.#unlink(file);
      }
    }
  }

  remove(segments: readonly Segment[]): void {
    for (const { file } of segments) {
      if (this.#readers.has(file)) this.#doomed.add(file);
      else this.#unlink(file);
    }
  }

  /** The bytes from `start` up to, but not including, `end` of the segments taken together. */
  async *read(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const { file, size } of segments) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, size);
      if (from < to) yield* this.#readFile(file, from, to);
      offset += size;
    }
  }

  /** Removes the files that no segment in `used` names: what a crash left behind. */
  sweep(used: ReadonlySet<string>): void {
    for (const file of readdirSync(this.#folder)) {
      if (!used.has(file)) rmSync(join(this.#folder, file));
    }
  }

  /** Resolves when all removals under way are done. */
  async settle(): Promise<void> {
    await Promise.all(this.#removals);
  }

  async *#readFile(file: string, from: number, to: number): AsyncGenerator<Buffer> {
    const handle = await open(join(this.#folder, file));
    try {
      for (let at = from; at < to; ) {
        const buffer = Buffer.allocUnsafe(Math.min(READ_SIZE, to - at));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) throw new Error(`data file ${file} is shorter than its record says`);
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }

  #unlink(file: string): void {
    const removal = rm(join(this.#folder, file), { force: true }).finally(() =>
      this.#removals.delete(removal),
    );
    this.#removals.add(removal);
  }
}
