import { S3Error } from '../errors.ts';
import { ByteQueue } from './byte-queue.ts';
import type { ChunkVerifier } from './chunk-verifier.ts';

/** Every chunk but the last has at least this many bytes. */
const MIN_CHUNK_SIZE = 8192;

/** Longest chunk header or trailer line that is read before giving up. */
const MAX_LINE_LENGTH = 8192;

export interface AwsChunkedOptions {
  /** Checks the signature of each chunk and of the trailers; none for an unsigned body. */
  verifier: ChunkVerifier | undefined;
  hasTrailers: boolean;
}

/**
 * Decodes `Content-Encoding: aws-chunked`: yields the payload and puts the trailers, if any,
 * into `trailers`. A chunk's bytes are given out before its signature is checked, so nothing
 * may be kept of them until the decoder has come to its end.
 *
 * Source: "Signature Calculations for the Authorization Header: Transferring Payload in
 * Multiple Chunks" and "Including Trailing Headers", Amazon S3 API Reference.
 * Throws S3Error IncompleteBody, InvalidChunkSizeError, MalformedTrailerError,
 * SignatureDoesNotMatch.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  { verifier, hasTrailers }: AwsChunkedOptions,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const queue = new ByteQueue(source, () => new S3Error('IncompleteBody'));
  let previousSize = MIN_CHUNK_SIZE;
  for (;;) {
    const { size, signature } = parseChunkHeader(await queue.line(MAX_LINE_LENGTH));
    if (size > 0 && previousSize < MIN_CHUNK_SIZE) {
      throw new S3Error('InvalidChunkSizeError', { details: { BadChunkSize: `${previousSize}` } });
    }
    previousSize = size;
    for (let left = size; left > 0; ) {
      const piece = await queue.upTo(left);
      left -= piece.length;
      verifier?.update(piece);
      yield piece;
    }
    verifier?.endChunk(signature);
    if (size === 0) break;
    if ((await queue.line(0)) !== '') throw new S3Error('IncompleteBody');
  }
  for (let line = await queue.line(MAX_LINE_LENGTH); line !== ''; ) {
    const [name = '', ...value] = line.split(':');
    if (!hasTrailers || value.length === 0) throw new S3Error('MalformedTrailerError');
    trailers.set(name.trim().toLowerCase(), value.join(':').trim());
    line = await queue.line(MAX_LINE_LENGTH);
  }
  if (hasTrailers) verifier?.endTrailers(trailers);
  await queue.end();
}

function parseChunkHeader(line: string): { size: number; signature: string | undefined } {
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
  if (!match)
    throw new S3Error('IncompleteBody', { message: 'Malformed aws-chunked chunk header' });
  return { size: Number.parseInt(match[1] ?? '', 16), signature: match[2] };
}
