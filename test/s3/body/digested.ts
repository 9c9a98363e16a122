import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, checksumProperties, type Hasher } from './checksum/algorithms.ts';

/** Bytes on their way, with their MD5 and one checksum reckoned as they pass. */
export class Digested implements AsyncIterable<Buffer> {
  readonly #source: AsyncIterable<Buffer>;
  readonly #md5 = createHash('md5');
  readonly #algorithm: ChecksumAlgorithm | undefined;
  readonly #checksum: Hasher | undefined;

  constructor(source: AsyncIterable<Buffer>, algorithm: ChecksumAlgorithm | undefined) {
    this.#source = source;
    this.#algorithm = algorithm;
    this.#checksum = algorithm && checksumProperties(algorithm).create();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.#source) {
      this.#md5.update(chunk);
      this.#checksum?.update(chunk);
      yield chunk;
    }
  }

  /** Called once, after the end. `md5` is in hex. */
  digests(): {
    md5: string;
    checksum: { algorithm: ChecksumAlgorithm; value: string } | undefined;
  } {
    const value = this.#checksum?.digest().toString('base64');
    const checksum =
      this.#algorithm && value !== undefined ? { algorithm: this.#algorithm, value } : undefined;
    return { md5: this.#md5.digest('hex'), checksum };
  }
}
