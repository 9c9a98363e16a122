import { S3Error } from '../errors.ts';

/** The whole of a small body. Throws S3Error MalformedXML beyond `limit` bytes. */
export async function collect(source: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit) throw new S3Error('MalformedXML');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
