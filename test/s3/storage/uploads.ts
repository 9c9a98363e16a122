import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ChecksumAlgorithm, ChecksumType } from '../body/checksum/algorithms.ts';
import type { DataFiles, Segment } from './data-files.ts';
import type { ObjectAttributes } from './object.ts';
import { PersistentMap } from './persistent-map.ts';
import { compareUtf8 } from './utf8-order.ts';

export interface Part {
  number: number;
  /** MD5 in hex, without quotes. */
  etag: string;
  segment: Segment;
  /** Milliseconds since the epoch. */
  lastModified: number;
  checksum: { algorithm: ChecksumAlgorithm; value: string } | undefined;
}

export interface UploadProperties extends ObjectAttributes {
  id: string;
  key: string;
  /** Milliseconds since the epoch. */
  initiated: number;
  checksum: { algorithm: ChecksumAlgorithm; type: ChecksumType } | undefined;
}

export interface Upload extends UploadProperties {
  parts: Map<number, Part>;
}

/** The multipart uploads of a bucket that are neither completed nor aborted. */
export class Uploads {
  readonly #files: DataFiles;
  readonly #properties: PersistentMap<UploadProperties>;
  /** By upload and number. */
  readonly #parts: PersistentMap<Part & { upload: string }>;
  readonly #uploads = new Map<string, Upload>();

  constructor(folder: string, files: DataFiles) {
    this.#files = files;
    this.#properties = new PersistentMap(join(folder, 'uploads.jsonl'));
    this.#parts = new PersistentMap(join(folder, 'parts.jsonl'));
    for (const properties of this.#properties.values()) {
      this.#uploads.set(properties.id, { ...properties, parts: new Map() });
    }
    for (const part of this.#parts.values()) {
      this.#uploads.get(part.upload)?.parts.set(part.number, part);
    }
  }

  get(id: string): Upload | undefined {
    return this.#uploads.get(id);
  }

  /** By key, then by the time of their beginning. */
  list(): Upload[] {
    return [...this.#uploads.values()].sort(
      (a, b) => compareUtf8(a.key, b.key) || a.initiated - b.initiated || compareUtf8(a.id, b.id),
    );
  }

  create(properties: Omit<UploadProperties, 'id'>): Upload {
    const id = randomUUID().replaceAll('-', '');
    const upload = { ...properties, id, parts: new Map() };
    this.#properties.set(id, { ...properties, id });
    this.#uploads.set(id, upload);
    return upload;
  }

  /** Adds a part, or replaces the one with its number. */
  putPart(upload: Upload, part: Part): void {
    const before = upload.parts.get(part.number);
    this.#parts.set(partName(upload, part), { ...part, upload: upload.id });
    upload.parts.set(part.number, part);
    if (before) this.#files.remove([before.segment]);
  }

  /** Forgets an upload, and removes the bytes of all its parts but those in `kept`. */
  remove(upload: Upload, kept: readonly Segment[] = []): void {
    const files = new Set(kept.map(({ file }) => file));
    const parts = [...upload.parts.values()];
    this.#uploads.delete(upload.id);
    this.#properties.delete(upload.id);
    this.#parts.delete(...parts.map((part) => partName(upload, part)));
    const segments = parts.map(({ segment }) => segment);
    this.#files.remove(segments.filter(({ file }) => !files.has(file)));
  }

  *usedFiles(): Iterable<string> {
    for (const { parts } of this.#uploads.values()) {
      for (const { segment } of parts.values()) yield segment.file;
    }
  }

  close(): void {
    this.#properties.close();
    this.#parts.close();
  }
}

function partName(upload: Upload, part: Part): string {
  return `${upload.id}/${part.number}`;
}
