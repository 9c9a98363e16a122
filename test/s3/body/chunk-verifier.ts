import { createHash, type Hash } from 'node:crypto';
import { type Signer, sha256Hex } from '../auth/signature.ts';
import { S3Error } from '../errors.ts';

const EMPTY_HASH = sha256Hex('');

/** Verifies the chain of signatures of an aws-chunked body, each of which covers the one before. */
export class ChunkVerifier {
  readonly #signer: Signer;
  #previous: string;
  #chunk: Hash = createHash('sha256');

  /** `seed` is the signature of the request itself. */
  constructor(signer: Signer, seed: string) {
    this.#signer = signer;
    this.#previous = seed;
  }

  update(bytes: Uint8Array): void {
    this.#chunk.update(bytes);
  }

  /** Throws S3Error SignatureDoesNotMatch when the chunk so far is not what was signed. */
  endChunk(signature: string | undefined): void {
    const hash = this.#chunk.digest('hex');
    this.#chunk = createHash('sha256');
    this.#check('AWS4-HMAC-SHA256-PAYLOAD', [this.#previous, EMPTY_HASH, hash], signature);
  }

  /** Throws S3Error SignatureDoesNotMatch when the trailers are not what was signed. */
  endTrailers(trailers: ReadonlyMap<string, string>): void {
    const canonical = [...trailers]
      .filter(([name]) => name !== 'x-amz-trailer-signature')
      .map(([name, value]) => `${name}:${value}\n`)
      .join('');
    this.#check(
      'AWS4-HMAC-SHA256-TRAILER',
      [this.#previous, sha256Hex(canonical)],
      trailers.get('x-amz-trailer-signature'),
    );
  }

  #check(algorithm: string, lines: readonly string[], signature: string | undefined): void {
    const stringToSign = this.#signer.stringToSign(algorithm, lines);
    this.#previous = this.#signer.sign(stringToSign);
    if (signature !== this.#previous) {
      throw new S3Error('SignatureDoesNotMatch', {
        details: { StringToSign: stringToSign, SignatureProvided: signature ?? '' },
      });
    }
  }
}
