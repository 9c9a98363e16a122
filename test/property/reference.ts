import { extract, type Header, pack } from 'tar-stream';

/** The contents of a tar's entries, one after another, as tar-stream reads them. */
export async function readContent(tar: Buffer): Promise<Buffer> {
  const contents: Buffer[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    for await (const piece of entry as AsyncIterable<Buffer>) contents.push(piece);
  }
  return Buffer.concat(contents);
}

/** A tar as tar-stream writes it. */
export async function writeTar(
  entries: { headers: Partial<Header> & { name: string }; data: Buffer }[],
): Promise<Buffer> {
  const writer = pack();
  for (const { headers, data } of entries) writer.entry(headers, data);
  writer.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of writer as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}
