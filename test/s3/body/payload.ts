import { createHash } from 'node:crypto';
import type { Authentication } from '../auth/authenticate.ts';
import { S3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { type ChecksumAlgorithm, checksumProperties, type Hasher } from './checksum/algorithms.ts';
import { ChunkVerifier } from './chunk-verifier.ts';
import { type ExpectedChecksum, validChecksum } from './expected-checksum.ts';
import { type PayloadMode, payloadMode } from './payload-mode.ts';

/**
 * The body of a request, decoded. Iterating it ends normally only if it was all that its
 * headers, trailers and signature said; else it throws an S3Error, so whoever keeps the bytes
 * must wait for the end. It can be iterated once.
 */
export class Payload implements AsyncIterable<Buffer> {
  readonly #bytes: AsyncIterable<Buffer>;
  readonly #mode: PayloadMode;
  readonly #trailers = new Map<string, string>();
  readonly #decodedLength: number | undefined;
  readonly #expectedMd5: Buffer | undefined;
  readonly #expected: ExpectedChecksum | undefined;
  readonly #md5: Hasher = createHash('md5');
  readonly #sha256: Hasher | undefined;
  readonly #checksum: Hasher | undefined;
  #size = 0;
  #digests: { md5: Buffer; checksum: string | undefined } | undefined;

  /** Throws S3Error when the headers alone are already wrong. */
  constructor(
    { headers }: S3Request,
    authentication: Authentication,
    raw: AsyncIterable<Buffer>,
    expected: ExpectedChecksum | undefined,
  ) {
    this.#mode = payloadMode(authentication.payloadHash);
    this.#expectedMd5 = contentMd5(headers.get('content-md5'));
    this.#expected = expected;
    this.#checksum = this.#expected && checksumProperties(this.#expected.algorithm).create();
    if (this.#mode.kind === 'hashed') this.#sha256 = createHash('sha256');
    if (this.#mode.kind === 'chunked') {
      this.#decodedLength = decodedLength(headers);
      const { signed, hasTrailers } = this.#mode;
      const { signer, signature } = authentication;
      const verifier = signed ? new ChunkVerifier(signer, signature) : undefined;
      this.#bytes = decodeAwsChunked(raw, { verifier, hasTrailers }, this.#trailers);
    } else {
      this.#bytes = raw;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.#bytes) {
      this.#size += chunk.length;
      this.#md5.update(chunk);
      this.#sha256?.update(chunk);
      this.#checksum?.update(chunk);
      yield chunk;
    }
    this.#verify();
  }

  /** MD5 in hex, after the end. */
  get md5(): string {
    return this.#ended().md5.toString('hex');
  }

  /** The verified checksum, after the end; undefined when the client gave none. */
  get checksum(): { algorithm: ChecksumAlgorithm; value: string } | undefined {
    const { checksum } = this.#ended();
    return this.#expected && checksum !== undefined
      ? { algorithm: this.#expected.algorithm, value: checksum }
      : undefined;
  }

  /** Bytes so far. */
  get received(): number {
    return this.#size;
  }

  /** Whether the client gave a Content-MD5 or a checksum. */
  get isProtected(): boolean {
    return this.#expectedMd5 !== undefined || this.#expected !== undefined;
  }

  #ended(): { md5: Buffer; checksum: string | undefined } {
    if (!this.#digests) throw new Error('the payload has not been read to its end');
    return this.#digests;
  }

  #verify(): void {
    if (this.#decodedLength !== undefined && this.#size !== this.#decodedLength) {
      throw new S3Error('IncompleteBody');
    }
    if (this.#mode.kind === 'hashed') {
      const computed = this.#sha256?.digest().toString('hex') ?? '';
      if (computed !== this.#mode.sha256) {
        throw new S3Error('XAmzContentSHA256Mismatch', {
          details: {
            ClientComputedContentSHA256: this.#mode.sha256,
            S3ComputedContentSHA256: computed,
          },
        });
      }
    }
    const md5 = this.#md5.digest();
    if (this.#expectedMd5 && !md5.equals(this.#expectedMd5)) throw new S3Error('BadDigest');
    this.#digests = { md5, checksum: this.#verifyChecksum() };
  }

  #verifyChecksum(): string | undefined {
    if (!this.#expected || !this.#checksum) return undefined;
    const { algorithm, value } = this.#expected;
    const trailer = this.#trailers.get(`x-amz-checksum-${algorithm.toLowerCase()}`);
    const claimed =
      value ?? (trailer === undefined ? undefined : validChecksum(algorithm, trailer));
    if (claimed === undefined) throw new S3Error('MalformedTrailerError');
    const computed = this.#checksum.digest().toString('base64');
    if (computed !== claimed) {
      throw new S3Error('BadDigest', {
        message: `The ${algorithm} you specified did not match the calculated checksum.`,
      });
    }
    return computed;
  }
}

function contentMd5(value: string | undefined): Buffer | undefined {
  if (value === undefined) return undefined;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== 16) {
    throw new S3Error('InvalidDigest', { details: { 'Content-MD5': value } });
  }
  return bytes;
}

function decodedLength(headers: ReadonlyMap<string, string>): number {
  const value = headers.get('x-amz-decoded-content-length');
  if (value === undefined || !/^\d+$/.test(value)) throw new S3Error('MissingContentLength');
  return Number(value);
}
